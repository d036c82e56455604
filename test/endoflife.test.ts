import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { latest, openTimeline } from 'asof'
import { expect, test } from 'vitest'

const FILE = new URL('../../shared/data/endoflife.jsonl.gz', import.meta.url)

test('74,023 real events ingest without a refused line, and the end of Node.js 16 depends on when one asks', async ({ skip }) => {
  if (!existsSync(FILE)) {
    console.warn('skipped: ../shared/data/endoflife.jsonl.gz is not there')
    skip('../shared/data/endoflife.jsonl.gz is not there')
  }
  const timeline = await openTimeline()
  expect(await timeline.ingest(gunzipSync(readFileSync(FILE)))).toEqual({ appended: 74_023, duplicates: 0, rejected: [] })
  const asReported = (reported: string) => timeline.asOf('2023-10-01', { reported }).get(latest, 'nodejs/16')
  expect(asReported('2022-06-01')['cycle.ended']).toBeUndefined()
  expect(asReported('2022-07-01')['cycle.ended']).toMatchObject({ occurredAt: '2023-09-11', reportedAt: '2022-06-11T16:15:42Z' })
})
