import { isatty } from 'node:tty'
import type { Progress as Count } from '../ingest/ingest.js'
import { counted, printable } from './text.js'

const BAR_CHARS = 24
const REDRAW_MS = 100

/** A line that tells how far a file has come, on a terminal only, and that is gone when it is done. */
export class Progress {
  readonly #name: string
  readonly #shown = isatty(process.stderr.fd)
  #drawnMs = -Infinity

  constructor(name: string) {
    this.#name = printable(name)
  }

  show(share: number | undefined, { lines, appended }: Count): void {
    if (!this.#shown || performance.now() - this.#drawnMs < REDRAW_MS) return
    this.#drawnMs = performance.now()
    this.#draw(`${this.#name} ${share === undefined ? '' : bar(share)}${counted(lines, 'line')}, ${appended.toLocaleString('en')} appended`)
  }

  clear(): void {
    if (this.#shown) this.#draw('')
  }

  #draw(line: string): void {
    process.stderr.write(`\r\u001B[2K${line.slice(0, (process.stderr.columns || 80) - 1)}`)
  }
}

function bar(share: number): string {
  const done = Math.floor(Math.min(share, 1) * BAR_CHARS)
  return `${'█'.repeat(done)}${'░'.repeat(BAR_CHARS - done)} ${Math.floor(Math.min(share, 1) * 100)}% `
}
