import { openTimeline, TimelineError, defineEvents } from 'asof'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HOSTILE_ATTRIBUTES, HOSTILE_BYTES, HOSTILE_DATA, HOSTILE_LINES, bytesOf, cloudEventWith, eventWith } from './hostile.js'

const RUNS_MAX = 50

/**
 * What a line may cost, in milliseconds: 100, or where the machine is slow, 3.5 times what JSON.parse alone takes here for
 * one of them.
 */
let allowed = 100
const GOOD = '{"id":"good","type":"noted","subject":"s","occurredAt":"2025","reportedAt":"2025-05-01"}'
const LAST = GOOD.replace('good', 'last')

const events = defineEvents({ noted: z.unknown(), listed: z.object({ list: z.array(z.object({ a: z.string() })) }) })

/**
 * What work costs at its best, in milliseconds: by the clock or in processor time, whichever is less, since a busy machine
 * makes the one longer, and the collector's threads the other. Stops when it is within what is allowed.
 */
async function costOf(work: () => Promise<unknown>, runsMin = 0, runsMax = RUNS_MAX): Promise<number> {
  let best = Infinity
  for (let run = 0; run < runsMin || (run < runsMax && best > allowed); run += 1) {
    const [cpu, start] = [process.cpuUsage(), performance.now()]
    await work()
    const { user, system } = process.cpuUsage(cpu)
    best = Math.min(best, performance.now() - start, (user + system) / 1000)
  }
  return best
}

beforeAll(async () => {
  const line = HOSTILE_DATA.find(([name]) => name === 'many arrays as deep as is allowed')![1]
  allowed = Math.max(allowed, 3.5 * (await costOf(() => Promise.resolve(JSON.parse(line)), 20)))
})

/** Expects a line to cost little, to become what it must, and to leave its neighbours alone. */
async function expectLine(line: string | Uint8Array, outcome: string, catalog?: typeof events): Promise<void> {
  const bytes = Buffer.concat([Buffer.from(`${GOOD}\n`), Buffer.from(line), Buffer.from(`\n${LAST}\n`)])
  let rejected: readonly object[] = []
  let appended = 0
  const cost = await costOf(async () => ({ appended, rejected } = await (await openTimeline(catalog && { events: catalog })).ingest(bytes)))
  const codes = rejected.map((one) => (one as { code: string }).code)
  expect({ appended, codes }).toEqual(outcome === 'taken' ? { appended: 3, codes: [] } : { appended: 2, codes: [outcome] })
  for (const one of rejected) {
    const { line: number, message, text } = one as { line: number; message: string; text: string }
    expect(number).toBe(2)
    expect(message.length).toBeLessThan(3500)
    expect(text.length).toBeLessThanOrEqual(200)
  }
  expect(cost).toBeLessThanOrEqual(allowed)
}

describe('a line of a megabyte costs at most 100 ms, and its neighbours are taken:', () => {
  test.each(HOSTILE_DATA)('%s', (_, text, outcome) => expectLine(eventWith(`"data":${text}`), outcome))
  test.each(HOSTILE_LINES)('%s', (_, text, outcome) => expectLine(text, outcome))
  test('a long type that no catalog has', () =>
    expectLine(eventWith('"data":0').replace('noted', 'noted'.repeat(190_000)), 'UNKNOWN_TYPE', events))
  test.each(HOSTILE_BYTES)('%s', (_, unit, outcome) => expectLine(bytesOf(unit), outcome))

  test.each(HOSTILE_DATA)('%s, without an id', (_, text, outcome) =>
    expectLine(eventWith(`"data":${text}`).replace('"id":"hostile",', ''), outcome),
  )

  test.each(HOSTILE_DATA)('%s, in a CloudEvent', (_, text, outcome) => expectLine(cloudEventWith(`"data":${text}`), outcome))

  test.each(HOSTILE_ATTRIBUTES)('a long %s of a CloudEvent', (name, text, outcome) => {
    const attributes: Record<string, string> = {
      specversion: '"1.0"',
      id: '"h"',
      source: '"s"',
      type: '"noted"',
      time: '"2025-04-01T00:00:00Z"',
    }
    attributes[name] = text
    return expectLine(
      `{${Object.entries(attributes)
        .map(([key, value]) => `"${key}":${value}`)
        .join()}}`,
      outcome,
    )
  })
})

test('many values that a schema refuses are told in a few words', async () => {
  const timeline = await openTimeline({ events })
  const { rejected } = await timeline.ingest(eventWith(`"data":{"list":[${'{"a":0},'.repeat(100_000)}{}]}`).replace('noted', 'listed'))
  expect(rejected).toMatchObject([{ line: 1, code: 'INVALID_EVENT' }])
  expect(rejected[0]!.message.length).toBeLessThan(1500)
})

test.each(HOSTILE_DATA)('the same from code costs as little, but where many keys are numbers: %s', async (name, text) => {
  const data: unknown = JSON.parse(text)
  let error: unknown
  const cost = await costOf(async () => {
    const timeline = await openTimeline()
    error = await timeline.append({ type: 'noted', subject: 's', occurredAt: '2025', data }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
  })
  if (error !== undefined) expect(['UNSAFE_VALUE', 'TOO_LARGE'], String(error)).toContain((error as TimelineError).code)
  expect(cost).toBeLessThanOrEqual(name.includes('a number for a key') ? 3 * allowed : allowed) // V8 takes long to copy such an object
})

test.each([['XXX1-02-29'], ['-XXX1-02-29'], ['X100-02-29'], ['XX96-X2-29'], [`[${' '.repeat(5000)}x]`], [`[${' '.repeat(5000)}2025]`]])(
  'a line of as many dates like %s as fit costs little more than one of other dates that are refused',
  async (date) => {
    const lineOf = (one: string) => {
      const event = `{"type":"noted","subject":"s","occurredAt":"${one}","reportedAt":"2025-05-01"}`
      return `[${Array.from({ length: Math.floor(980_000 / (event.length + 1)) }, () => event).join()}]`
    }
    const costOfLine = (line: string) => costOf(async () => (await openTimeline()).ingest(line), 2, 2)
    expect(await costOfLine(lineOf(date))).toBeLessThan(Math.max(allowed, 10 * (await costOfLine(lineOf('x'.repeat(date.length))))))
  },
)
