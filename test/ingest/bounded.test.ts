import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Bounded } from './bounded.js'

const path = (relative: string) => new URL(relative, import.meta.url).pathname

/** What becomes of a source in a process whose heap is no larger than so many megabytes. */
async function bounded(name: string): Promise<Bounded> {
  const env = { ...process.env, JITI_ALIAS: JSON.stringify({ asof: path('../../src/index.ts') }), JITI_FS_CACHE: 'false' }
  const args = ['--max-old-space-size=64', '--import', 'jiti/register', path('bounded.ts'), name]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: path('../..') })
  return JSON.parse(stdout) as Bounded
}

test.for([
  ['150 MB of lines that are there already', 'duplicates', { appended: 1000, rejected: 0 }],
  ['150 MB of lines, 4,000 of which wait', 'waiting', { appended: 200, rejected: 4000 }],
  ['150 MB of lines, 4,000 of which are broken', 'broken', { appended: 200, rejected: 4000 }],
  ['120 MB of elements of one array', 'elements', { appended: 1001, rejected: 0 }],
  ['a line of 200 MB, and its neighbours', 'one line', { appended: 2, rejected: 1 }],
  ['an element of 200 MB, and its neighbours', 'one element', { appended: 2, rejected: 1 }],
  ['60,000 lines that are rehearsed', 'rehearsed', { appended: 60_000, rejected: 0 }],
  ['200 lines of 1 MB that are refused', 'refused lines', { appended: 0, rejected: 200 }],
] as const)('a heap of 64 MB suffices for %s', async ([, name, expected]) => {
  const { residentMb, ...result } = await bounded(name)
  expect(result).toMatchObject(expected)
  expect(residentMb).toBeLessThan(280) // of which Node, and the compiler of this test, take up to 190
})
