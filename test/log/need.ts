import { execFileSync } from 'node:child_process'

/** Skips a test, and says so, where what it needs is not there. */
export function need(what: string, there: boolean, skip: (note: string) => void): void {
  if (there) return
  console.warn(`skipped: ${what} is not there`)
  skip(`${what} is not there`)
}

/** Whether a command can be run and succeeds. */
export function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    return true
  } catch {
    return false
  }
}
