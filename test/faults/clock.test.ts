import { readFileSync } from 'node:fs'
import { type Timeline, TimelineError, fileLog, openTimeline } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryPath } from '../log/folder.js'
import { collected } from '../log/note.js'
import { failureOf } from '../refusal.js'

const RUNS = 200
const DAY_MS = 86_400_000
const NOON = Date.UTC(2025, 6, 16, 12)

/** A jump of one of two clocks, and what its writer appends then. */
const jumps = fc.array(
  fc.record({
    writer: fc.constantFrom(0, 1),
    ms: fc.oneof(
      fc.constantFrom(0, 1, -1, 1000, -1000, DAY_MS, DAY_MS + 1, -DAY_MS, -DAY_MS - 1, 365 * DAY_MS, -365 * DAY_MS),
      fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
    ),
    isReported: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

test('however the clocks of two writers jump, stamps never go back, and who is over a day behind is refused, as nothing else is', async () => {
  const base = temporaryPath()
  let run = 0
  await fc.assert(
    fc.asyncProperty(jumps, async (drawn) => {
      const path = `${base}-${(run += 1)}`
      const clocks = [NOON, NOON]
      const open = (clock: () => number) => openTimeline({ log: fileLog(path), clock })
      const writers = [await open(() => clocks[0]!), await open(() => clocks[1]!)]
      let last = -Infinity
      for (const [index, { writer, ms, isReported }] of drawn.entries()) {
        const now = (clocks[writer]! += ms)
        const outcome = await outcomeOf(writers[writer]!, { id: `e${index}`, ...(isReported && { reportedAt: '2024-07-01' }) })
        if (last - now > DAY_MS) {
          expect(outcome).toBe('CLOCK_BEHIND')
        } else {
          const stamp = new Date((last = Math.max(last, now))).toISOString()
          expect(outcome).toEqual([stamp, isReported ? '2024-07-01' : stamp])
        }
      }
      await expectInOrder(await open(() => NOON), path)
    }),
    { numRuns: RUNS },
  )
})

test('a log that a writer stamped years ahead refuses the others, is read as ever, and is appended to when its time has come', async () => {
  const path = temporaryPath()
  let now = NOON
  const timeline = await openTimeline({ log: fileLog(path), clock: () => now })
  await timeline.append(note('before'))
  const ahead = await openTimeline({ log: fileLog(path), clock: () => NOON + 10 * 365 * DAY_MS })
  await ahead.append(note('ahead'))
  const bytes = readFileSync(path)
  for (const inputs of [note('after'), [note('after'), note('more')], note('after', { reportedAt: '2025-07-01' })]) {
    const { code, details } = await failureOf(() => timeline.append(inputs))
    expect([code, details]).toEqual(['CLOCK_BEHIND', { appendedAt: '2035-07-14T12:00:00.000Z', now: NOON }])
  }
  expect((await failureOf(() => timeline.ingest(JSON.stringify(note('after'))))).code).toBe('CLOCK_BEHIND')
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(
    timeline
      .asOf('2025-07-16')
      .events()
      .map(({ id }) => id),
  ).toEqual(['before', 'ahead'])
  expect(
    timeline
      .asOf('2025-07-16', { reported: '2025-07-16' })
      .events()
      .map(({ id }) => id),
  ).toEqual(['before'])
  expect(await timeline.append(note('before'))).toMatchObject({ position: 1 }) // what is there already needs no stamp
  now = Date.parse('2035-07-13T12:00:00.000Z')
  expect(await timeline.append(note('after'))).toMatchObject({ position: 3, appendedAt: '2035-07-14T12:00:00.000Z' })
  await expectInOrder(timeline, path)
})

test('the events up to a stamp that is years ahead are those of a new log that goes on', async () => {
  const path = temporaryPath()
  const clock = () => NOON
  await (await openTimeline({ log: fileLog(path), clock })).append([note('a'), note('b')])
  await (await openTimeline({ log: fileLog(path), clock: () => NOON + 3650 * DAY_MS })).append(note('ahead'))
  const mended = temporaryPath()
  const lines = await collected((await openTimeline({ log: fileLog(path), clock })).export())
  const timeline = await openTimeline({ log: fileLog(mended), clock })
  expect(await timeline.ingest(lines)).toMatchObject({ appended: 2, rejected: [{ line: 3, code: 'REPORTED_IN_FUTURE' }] })
  expect(await timeline.append(note('c'))).toMatchObject({ position: 3 })
})

test.each([Number.NaN, Infinity, undefined as never])('a clock that gives %s is INVALID_ARGUMENT, and nothing is appended', async (now) => {
  const timeline = await openTimeline({ log: fileLog(temporaryPath()), clock: () => now })
  expect((await failureOf(() => timeline.append(note('a')))).code).toBe('INVALID_ARGUMENT')
  expect([timeline.position, await timeline.refresh()]).toEqual([0, 0])
})

function note(id: string, fields: object = {}) {
  return { id, type: 'noted', subject: 's', occurredAt: '2024-04', ...fields }
}

async function outcomeOf(timeline: Timeline, fields: { id: string; reportedAt?: string }): Promise<unknown> {
  try {
    const { appendedAt, reportedAt } = await timeline.append(note(fields.id, fields))
    return [appendedAt, reportedAt]
  } catch (error) {
    return error instanceof TimelineError ? error.code : error
  }
}

/** Expects a log to verify, and its stamps to be in order. */
async function expectInOrder(timeline: Timeline, path: string): Promise<void> {
  await timeline.verify()
  const stamps = readLines(path).map(({ appendedAt }) => appendedAt)
  expect(stamps).toEqual(stamps.toSorted())
}

function readLines(path: string): { appendedAt: string }[] {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    return lines.map((line) => JSON.parse(line) as { appendedAt: string })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // every append was refused
    throw error
  }
}
