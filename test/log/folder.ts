import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The path of a file, not there yet, in a temporary folder of its own that is removed when the test ends. */
export function temporaryPath(name = 'log.asof'): string {
  const folder = mkdtempSync(join(tmpdir(), 'asof-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, name)
}
