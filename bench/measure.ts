import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Report } from './child.js'
import type { Row } from './row.js'

/** What came of cases: the rows of the table, and the cases that took too long. */
export type Measured = { readonly rows: readonly (Row & { readonly case: string })[]; readonly stopped: readonly string[] }

/** How long a case may take, with what it needs to build its data. */
export const CASE_MS_MAX = 120_000

/**
 * Runs cases one after the other in a process of their own; one that takes too long is stopped, and the rest go on in a
 * new process. `onDone` is told of each case and how many milliseconds it took. Throws what a case throws.
 */
export async function measure(
  names: readonly string[],
  { folder, events, onDone }: { folder: string; events: number; onDone: (name: string, ms: number) => void },
): Promise<Measured> {
  const rows: (Row & { case: string })[] = []
  const stopped: string[] = []
  let left = [...names]
  while (left.length > 0) {
    const child = fork(new URL('child.js', import.meta.url), [folder, String(events), ...left], {
      execArgv: ['--expose-gc', '--max-old-space-size=8192'],
    })
    let began = performance.now()
    let timer = stopLater(child)
    child.on('message', ({ name, row }: Report) => {
      if (row !== undefined) {
        rows.push({ case: name, ...row })
        return
      }
      clearTimeout(timer)
      timer = stopLater(child)
      onDone(name, performance.now() - began)
      began = performance.now()
      left = left.slice(1)
    })
    const [[code, signal]] = await Promise.all([once(child, 'exit') as Promise<[number | null, string | null]>, once(child, 'disconnect')])
    clearTimeout(timer)
    if (left.length === 0 && code === 0) break
    if (signal !== 'SIGTERM') throw new Error(`the case ${left[0]} failed`)
    stopped.push(left[0]!)
    onDone(left[0]!, performance.now() - began)
    left = left.slice(1)
  }
  return { rows, stopped }
}

function stopLater(child: ChildProcess): NodeJS.Timeout {
  return setTimeout(() => child.kill('SIGTERM'), CASE_MS_MAX)
}
