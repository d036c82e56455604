import { type ErrorCode, type Source, type Timeline, fileLog, latest, openTimeline } from 'asof'
import fc from 'fast-check'
import { parse } from 'lossless-json'
import { expect, test } from 'vitest'
import { Folder } from '../cli/folder.js'
import { partsOf } from '../ingest/sources.js'
import { temporaryPath } from '../log/folder.js'
import { INVALID, NAUGHTY, NAUGHTY_UNSAFE, NOT_UTF8, SURROGATE_BYTES, UNSAFE, VALID } from './texts.js'

const GOOD = '{"id":"good","type":"noted","subject":"s","occurredAt":"2025"}'
const LAST = GOOD.replace('good', 'last')
const eventOf = (data: string, id = 'it') => `{"id":"${id}","type":"noted","subject":"s","occurredAt":"2025","data":${data}}`

const shown = (text: string) => [JSON.stringify(text).slice(0, 60), text] as const

/** What became of one line among two good ones. */
async function outcomeOf(line: string | Uint8Array, cuts: readonly number[] = []) {
  const timeline = await openTimeline()
  const bytes = Buffer.concat([Buffer.from(`${GOOD}\n`), Buffer.from(line), Buffer.from(`\n${LAST}\n`)])
  const raws: (string | Uint8Array)[] = []
  const { rejected } = await timeline.ingest(partsOf<Uint8Array>(bytes, cuts), { onRejected: (_, raw) => raws.push(raw) })
  const ids = timeline.asOf().events().map(({ id }) => id) // prettier-ignore
  return { timeline, rejected, raws, ids }
}

async function exportOf(timeline: Timeline): Promise<string[]> {
  const lines: string[] = []
  for await (const line of timeline.export()) lines.push(line)
  return lines
}

/** A JSON text's value as it is written: numbers as their digits without zeros around, and an exponent. */
function exactly(text: string): unknown {
  return parse(text, undefined, { parseNumber: (number) => ({ number: exact(number) }) })
}

function exact(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let [digits, shift] = [BigInt(whole + fraction), BigInt(exponent) - BigInt(fraction.length)]
  if (digits === 0n) return mantissa.startsWith('-') ? '-0' : '0'
  for (; digits % 10n === 0n; digits /= 10n) shift += 1n
  return `${digits}e${shift}`
}

/** Expects that the data of the event `it` is what a text says: in the timeline, in its file read again, exported, and taken in elsewhere. */
async function expectUnchanged(text: string, source: Source): Promise<void> {
  const log = temporaryPath()
  const written = await openTimeline({ log: fileLog(log) })
  expect(await written.ingest(source)).toMatchObject({ appended: 1, rejected: [] })
  await written.close()
  const read = await openTimeline({ log: fileLog(log) })
  const lines = await exportOf(read)
  const copy = await openTimeline()
  expect(await copy.ingest(lines.join(''))).toMatchObject({ appended: 1, rejected: [] })
  for (const line of [...lines, ...(await exportOf(copy))]) expect((exactly(line) as { data: unknown }).data).toEqual(exactly(text))
  for (const timeline of [written, read, copy]) {
    const [event] = timeline.asOf().events()
    expect(exactly(JSON.stringify(event!.data))).toEqual(exactly(text))
  }
  await read.close()
}

test.each(VALID.map(shown))('%s is taken as data and comes back unchanged', async (_, text) => {
  await expectUnchanged(text, eventOf(text))
  await expectUnchanged(
    text,
    Array.from(Buffer.from(`${eventOf(text)}\n`), (byte) => Uint8Array.of(byte)),
  )
  await expectUnchanged(text, `[${eventOf(text)}]`)
})

test.each(VALID.map(shown))('%s is given from code and comes back unchanged', async (_, text) => {
  const timeline = await openTimeline()
  const data: unknown = JSON.parse(text)
  const { data: held } = await timeline.append({ type: 'noted', subject: 's', occurredAt: '2025', data })
  expect(held).toEqual(data)
  expect((JSON.parse((await exportOf(timeline))[0]!) as { data: unknown }).data).toEqual(data)
})

async function expectRefused(line: string | Uint8Array, code: ErrorCode, raw: string | Uint8Array = line): Promise<void> {
  for (const cuts of [[], [line.length], Array.from({ length: 300 }, (__, index) => index + GOOD.length)]) {
    const { rejected, raws, ids } = await outcomeOf(line, cuts)
    expect(rejected).toMatchObject([{ line: 2, code }])
    expect(raws.map((one) => Buffer.from(one))).toEqual([Buffer.from(raw)])
    expect(ids).toEqual(['good', 'last'])
  }
}

test.each(UNSAFE.map(shown))('%s is refused as unsafe', (_, text) => expectRefused(eventOf(text), 'UNSAFE_VALUE'))
test.each(INVALID.map(shown))('%s is refused as no JSON', (_, text) => expectRefused(eventOf(text), 'INVALID_EVENT'))

test.each([...VALID, ...UNSAFE, ...INVALID].filter((text) => !/[\r\n]/.test(text)).map(shown))('%s alone is no event', async (_, text) => {
  const { rejected, ids } = await outcomeOf(text)
  expect(rejected).toMatchObject([{ line: 2, code: expect.stringMatching(/^(INVALID_EVENT|UNSAFE_VALUE)$/) as unknown }])
  expect(ids).toEqual(['good', 'last'])
})

const STRANGE = `"position":{"__proto__":"\\ud800","n":1e400},"appendedAt":"\\u0000"`

test('what a line says of its position and its stamp is dropped, and refuses nothing', async () => {
  for (const stamps of [
    '"position":18446744073709551615',
    '"appendedAt":"x\\u0000"',
    '"position":{"a":[-0]}, "appendedAt":1e999',
    STRANGE,
  ]) {
    const { timeline, rejected } = await outcomeOf(`{${stamps},${eventOf('1.0').slice(1)}`)
    expect(rejected).toEqual([])
    expect((await exportOf(timeline))[1]).toContain('"data":1')
    expect((await outcomeOf(`{${stamps},${eventOf('-0').slice(1)}`)).rejected).toMatchObject([{ code: 'UNSAFE_VALUE' }])
  }
})

const bytesOf = (inText: string) => Buffer.from(eventOf(`"${inText}"`), 'latin1')
const inHex = (bytes: string) => [Buffer.from(bytes, 'latin1').toString('hex'), bytes] as const
test.each(NOT_UTF8.map(inHex))('bytes %s, which are no UTF-8, are refused', (_, bytes) => expectRefused(bytesOf(bytes), 'INVALID_EVENT'))
test.each(SURROGATE_BYTES.map(inHex))('surrogates as bytes %s are refused', (_, bytes) => expectRefused(bytesOf(bytes), 'UNSAFE_VALUE'))

test.each([
  Number.NaN,
  Infinity,
  -0,
  [-0],
  '\0',
  '\ud800',
  { '\0': 1 },
  JSON.parse('{"__proto__":1}'),
  JSON.parse('['.repeat(101) + ']'.repeat(101)),
])('unsafe data from code is refused: %s', async (data: unknown) => {
  const timeline = await openTimeline()
  await expect(timeline.append({ type: 'noted', subject: 's', occurredAt: '2025', data })).rejects.toMatchObject({ code: 'UNSAFE_VALUE' })
  expect(timeline.position).toBe(0)
})

test('a text of which a byte is another is taken as it is then, or refused by code, and its neighbours are taken', async () => {
  const line = fc.tuple(
    fc.constantFrom(...VALID.filter((text) => text.length < 90 && !/[\r\n]/.test(text))),
    fc.nat(),
    fc.integer({ min: 0, max: 255 }),
  )
  await fc.assert(
    fc.asyncProperty(line, async ([text, place, byte]) => {
      const bytes = Buffer.from(eventOf(text))
      bytes[place % bytes.length] = byte
      fc.pre(byte !== 10)
      const { timeline, rejected, ids } = await outcomeOf(bytes)
      expect(ids).toEqual(expect.arrayContaining(['good', 'last']))
      const blank = bytes.toString().trim() === ''
      expect(timeline.position + rejected.length).toBe(blank ? 2 : 3)
      const taken = (await exportOf(timeline)).find((one) => !/"id":"(good|last)"/.test(one))
      if (taken === undefined) return
      const given = exactly(bytes.toString()) as Record<string, unknown>
      expect(exactly(taken)).toMatchObject(given)
    }),
    { numRuns: 2000 },
  )
})

test('a number is held with the value that is written, or refused', async () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,22})(\.\d{1,24})?([eE][+-]?\d{1,3})?$/)
  await fc.assert(
    fc.asyncProperty(digits, async (number) => {
      const { timeline, rejected } = await outcomeOf(eventOf(`[${number}]`))
      expect(rejected.map(({ code }) => code)).toEqual(exact(number) === exact(rewritten(number)) ? [] : ['UNSAFE_VALUE'])
      if (rejected.length > 0) return
      const line = (await exportOf(timeline))[1]!
      expect((exactly(line) as { data: unknown }).data).toEqual([{ number: exact(number) }])
    }),
    { numRuns: 3000 },
  )
})

/** What JSON makes of a number. */
function rewritten(number: string): string {
  const text = JSON.stringify(Number(number))
  return text === 'null' ? '1e99999' : text
}

const FIELDS = ['subject', 'id', 'type', 'source'] as const
const naughtyEvent = (text: string) => ({
  id: 'it',
  type: 'noted',
  subject: 's',
  occurredAt: '2025',
  source: 'x',
  data: { [text]: [text] },
})

test.each(NAUGHTY.map(shown))('the naughty text %s is held as it is, wherever it stands', async (_, text) => {
  const inputs = [naughtyEvent(text), ...FIELDS.map((field) => ({ ...naughtyEvent(text), id: field, [field]: text }))]
  const log = temporaryPath()
  const written = await openTimeline({ log: fileLog(log) })
  for (const input of inputs) await written.append(input)
  await written.close()
  const read = await openTimeline({ log: fileLog(log) })
  const copy = await openTimeline()
  expect(await copy.ingest(read.export())).toMatchObject({ appended: inputs.length, rejected: [] })
  for (const timeline of [read, copy]) {
    expect(timeline.asOf().events()).toMatchObject(inputs)
    expect(timeline.asOf().events({ subject: text }).length).toBe(1)
    expect(timeline.asOf().get(latest, text)).toMatchObject({ noted: { data: { [text]: [text] } } })
    expect(Object.hasOwn(timeline.asOf().get(latest, 's'), text)).toBe(true)
  }
  await read.close()
})

test.each(NAUGHTY_UNSAFE.map(shown))('the text %s is refused, wherever it stands', async (_, text) => {
  const timeline = await openTimeline()
  for (const input of [naughtyEvent(text), ...FIELDS.map((field) => ({ ...naughtyEvent('x'), [field]: text }))]) {
    await expect(timeline.append(input)).rejects.toMatchObject({ code: 'UNSAFE_VALUE' })
    expect((await timeline.ingest(JSON.stringify(input))).rejected).toMatchObject([{ code: 'UNSAFE_VALUE' }])
    await expect(async () => timeline.asOf().with(input)).rejects.toMatchObject({ code: 'UNSAFE_VALUE' })
  }
  expect(timeline.position).toBe(0)
})

test('the command line takes naughty texts and gives them back in JSON, and nothing that steers a terminal', () => {
  const desk = new Folder()
  const inputs = NAUGHTY.map((text, index) => ({ ...naughtyEvent(text), id: `n${index}`, subject: text, type: text, source: text }))
  desk.write('naughty.jsonl', inputs.map((input) => `${JSON.stringify(input)}\n`).join(''))
  expect(desk.asof('ingest naughty.jsonl').stdout).toMatch(new RegExp(`^${NAUGHTY.length} events appended`))
  const printed = desk.asof('events --json').stdout
  expect(JSON.parse(printed)).toMatchObject(inputs)
  const exported = desk.asof('export').stdout.trimEnd().split('\n')
  expect(exported.map((line) => JSON.parse(line) as object)).toMatchObject(inputs)
  for (const command of ['events', 'events --json', 'state', 'state --json'])
    expect(desk.asof(command).stdout).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
})
