import { readFileSync } from 'node:fs'
import { type Log, type Timeline, fileLog, memoryLog, openTimeline } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLOCK_START, PROBES, type Question, type TestCatalog, type TestLog, asked, events, logs } from '../arbitrary.js'
import { temporaryPath } from './folder.js'
import { collected } from './note.js'

const RUNS = 200

/** Holds for logs that were written to a file of their own each, with a path for another. */
async function always(holds: (written: { path: string; other: string; log: TestLog; questions: readonly Question[] }) => Promise<void>) {
  const base = temporaryPath()
  let run = 0
  await fc.assert(
    fc.asyncProperty(asked(logs, 2), async ({ log, questions }) => {
      const path = `${base}-${(run += 1)}`
      let now = CLOCK_START
      const timeline = await openTimeline({ log: fileLog(path), events, clock: () => now })
      for (const { at, inputs } of log.commits) {
        now = at
        await timeline.append(inputs)
      }
      await holds({ path, other: `${path}-other`, log, questions })
    }),
    { numRuns: RUNS },
  )
}

test('a log that is copied record by record, from a file to memory and back, gives the same answers', async () => {
  await always(async ({ path, other, log, questions }) => {
    const memory = memoryLog()
    await copy(fileLog(path), memory)
    await copy(memory, fileLog(other))
    if (log.events.length > 0) expect(readFileSync(other, 'utf8')).toBe(readFileSync(path, 'utf8'))
    const [one, copied, back] = [await opened(fileLog(path)), await opened(memory), await opened(fileLog(other))]
    for (const question of questions)
      expect([answers(copied, question), answers(back, question)]).toEqual(Array(2).fill(answers(one, question)))
    expect([await copied.verify(), await back.verify()]).toEqual(Array(2).fill(await one.verify()))
  })
})

test('what is exported from a file and ingested into another has the same states', async () => {
  await always(async ({ path, other, log, questions }) => {
    const [one, ingesting] = [await opened(fileLog(path)), await opened(fileLog(other), log)]
    expect(await ingesting.ingest(one.export())).toEqual({ appended: log.events.length, duplicates: 0, rejected: [] })
    const ingested = await opened(fileLog(other))
    for (const question of questions) expect(answers(ingested, question)).toEqual(answers(one, question))
  })
})

async function copy(from: Log, to: Log): Promise<void> {
  let seq = 0
  for await (const record of from.read(1)) await to.append((seq += 1), record)
  expect(await collected(to.read(1))).toHaveLength(seq)
}

function opened(log: Log, { commits }: Pick<TestLog, 'commits'> = { commits: [] }): Promise<Timeline<TestCatalog>> {
  return openTimeline({ log, events, clock: () => commits.at(-1)?.at ?? CLOCK_START })
}

function answers(timeline: Timeline<TestCatalog>, { date, options }: Question): unknown {
  const view = timeline.asOf(date, options)
  return [view.events().map(({ id }) => id), ...PROBES.map(({ projection }) => view.fingerprint(projection))]
}
