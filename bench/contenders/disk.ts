import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'

/** Writes each text to a new file and has it flushed to the disk before the next. */
export function writeFlushed(path: string, texts: readonly string[]): void {
  const file = openSync(path, 'ax')
  for (const text of texts) {
    writeSync(file, `${text}\n`)
    fdatasyncSync(file)
  }
  closeSync(file)
}
