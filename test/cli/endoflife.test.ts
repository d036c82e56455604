import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Folder } from './folder.js'

const FILE = fileURLToPath(new URL('../../../shared/data/endoflife.jsonl.gz', import.meta.url))
const cycles = new Folder()

test('a real history goes in and answers with no code and no configuration, and a second run adds nothing', ({ skip }) => {
  if (!existsSync(FILE)) {
    console.warn('skipped: ../shared/data/endoflife.jsonl.gz is not there')
    skip('../shared/data/endoflife.jsonl.gz is not there')
  }
  cycles.write('cycles', readFileSync(FILE)) // gzip is known by its content
  expect(cycles.asof('ingest cycles --no-config')).toEqual({
    stdout: '74,023 events appended to timeline.asof, 0 duplicates, 0 refused\n',
    stderr: '',
    status: 0,
  })
  const log = cycles.read('timeline.asof')
  expect(cycles.asof('ingest cycles --no-config').stdout).toBe('0 events appended to timeline.asof, 74,023 duplicates, 0 refused\n')
  expect(cycles.read('timeline.asof')).toBe(log)

  for (const args of [
    'state nodejs/16 --at 2023-10-01 --no-config',
    'state nodejs/16 --at 2023-10-01 --reported 2022-06-01 --no-config',
    'diff latest nodejs/16 --from-reported 2022-06-01 --to-reported 2022-07-01 --at 2023-10-01 --no-config',
    'state nodejs/61 --at 2023-10-01 --no-config',
  ])
    expect(cycles.transcript(args)).toMatchSnapshot()

  const states = JSON.parse(cycles.asof('state --at 2023-10-01 --json --no-config').stdout) as Record<string, object>
  expect(Object.keys(states).length).toBeGreaterThan(1_000) // which is more than a pipe holds at once
  expect(states['nodejs/16']).toHaveProperty(['cycle.ended', 'occurredAt'], '2023-09-11')
})
