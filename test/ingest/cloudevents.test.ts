import { type Timeline, memoryLog, openTimeline } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Exported, toCloudEvent } from '../../src/ingest/cloudevents.js'
import { CLOCK_START, type TestLog, events, logs } from '../arbitrary.js'

const clock = () => Date.UTC(2025, 6, 16, 9)
const cloudEvent = (attributes: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: 'https://example.org/news',
  type: 'noted',
  subject: 'chip/h20',
  time: '2025-04-09T09:00:00Z',
  ...attributes,
})
/** What CloudEvents are in the log, as it is read by who opens it. */
async function taken(...cloudEvents: object[]) {
  const log = memoryLog()
  const { rejected } = await (await openTimeline({ log, clock })).ingest(cloudEvents.map((one) => `${JSON.stringify(one)}\n`))
  expect(rejected).toEqual([])
  return (await exported(await openTimeline({ log, clock }))).map(({ position: _position, appendedAt: _appendedAt, ...event }) => event)
}
async function exported(timeline: Timeline): Promise<(Exported & { position: number; appendedAt: string })[]> {
  const lines = []
  for await (const line of timeline.export()) lines.push(JSON.parse(line) as Exported & { position: number; appendedAt: string })
  return lines
}

test('a CloudEvent is taken in as the event that it is: `time` is when it occurred, `recordedtime` when it was reported', async () => {
  expect(
    await taken(
      cloudEvent({ recordedtime: '2025-05-01T12:00:00Z', data: { by: 'US' }, dataschema: 'https://example.org', traceparent: '00-0' }),
      cloudEvent({ id: '2', subject: undefined, occurredat: '2025-04', recordedtime: '2025-05-01T12:00:00Z', data: null }),
    ),
  ).toEqual([
    {
      id: 'https://example.org/news#1',
      type: 'noted',
      subject: 'chip/h20',
      occurredAt: '2025-04-09T09:00:00Z',
      reportedAt: '2025-05-01T12:00:00Z',
      source: 'https://example.org/news',
      data: { by: 'US' },
    },
    {
      id: 'https://example.org/news#2',
      type: 'noted',
      subject: 'https://example.org/news',
      occurredAt: '2025-04',
      reportedAt: '2025-05-01T12:00:00Z',
      source: 'https://example.org/news',
      data: null,
    },
  ])
})

test('an attribute that is null is absent', async () => {
  const [event] = await taken(cloudEvent({ subject: null, recordedtime: null, supersedes: null, data_base64: null, occurredat: null }))
  expect(event).toMatchObject({ subject: 'https://example.org/news', reportedAt: '2025-07-16T09:00:00.000Z' })
})

test('a CloudEvent supersedes one of its own source, or with # in it one that the log names so', async () => {
  const timeline = await openTimeline({ clock })
  const lines = [
    cloudEvent(),
    cloudEvent({ id: '2', supersedes: '1' }),
    cloudEvent({ id: '1', source: '/other', supersedes: 'https://example.org/news#2' }),
  ]
  expect(await timeline.ingest(JSON.stringify(lines))).toMatchObject({ appended: 3, rejected: [] })
  expect(timeline.asOf().events().map(({ id }) => id)).toEqual(['/other#1']) // prettier-ignore
})

test('a retraction has not occurred: its time is when it was made', async () => {
  const retraction = { id: '2', type: 'retracted', supersedes: '1' }
  const [, retracted] = await taken(cloudEvent(), cloudEvent({ ...retraction, time: '2025-05-02T00:00:00Z', occurredat: '2025' }))
  expect(retracted).toMatchObject({ reportedAt: '2025-05-02T00:00:00Z' })
  expect(retracted).not.toHaveProperty('occurredAt')
  const [, recorded] = await taken(cloudEvent(), cloudEvent({ ...retraction, recordedtime: '2025-05-03T00:00:00Z' }))
  expect(recorded).toMatchObject({ reportedAt: '2025-05-03T00:00:00Z' })
  const [, untimed] = await taken(cloudEvent(), cloudEvent({ ...retraction, time: undefined }))
  expect(untimed).toMatchObject({ reportedAt: '2025-07-16T09:00:00.000Z' })
})

test('the data of a CloudEvent is what it was, wherever it stands, and whatever else is called so', async () => {
  const data = { data: { data: 1, b: ['"data":2'] } }
  const others = { x: { data: 3 }, sourcetext: '"data":4,' }
  for (const attributes of [
    cloudEvent(data),
    { ...cloudEvent(data), ...others },
    { ...others, ...cloudEvent(data) },
    { ...data, ...cloudEvent(others) },
  ]) {
    const [event] = await taken(attributes)
    expect(event).toMatchObject(data)
  }
})

test('CloudEvents may come among plain events, singly, batched, and over several lines', async () => {
  const plain = { id: 'a', type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01' }
  expect((await taken(cloudEvent(), plain)).map(({ id }) => id)).toEqual(['https://example.org/news#1', 'a'])
  for (const source of [JSON.stringify([cloudEvent(), plain], null, 2), [JSON.stringify(cloudEvent(), null, 2), JSON.stringify(plain)]]) {
    expect(await (await openTimeline({ clock })).ingest(source)).toMatchObject({ appended: 2, rejected: [] })
  }
})

test.for<[string, object, string, string]>([
  ['another version', { specversion: '0.3' }, 'INVALID_EVENT', 'Got a CloudEvent with `specversion` "0.3". Expected "1.0"'],
  ['no id', { id: undefined }, 'INVALID_EVENT', 'Got a CloudEvent with no `id`. Expected text that is not empty'],
  ['no source', { source: null }, 'INVALID_EVENT', 'Got a CloudEvent with no `source`'],
  ['an empty type', { type: '' }, 'INVALID_EVENT', 'Got a CloudEvent with "" as `type`'],
  ['a number for an id', { id: 7 }, 'INVALID_EVENT', 'Got a CloudEvent with 7 as `id`'],
  ['binary data', { data_base64: 'AA==' }, 'INVALID_EVENT', 'Got a CloudEvent with `data_base64`'],
  ['no time at all', { time: undefined }, 'INVALID_EVENT', 'Got a CloudEvent with neither `time` nor `occurredat`'],
  ['a time without its zone', { time: '2025-04-09T09:00:00' }, 'INVALID_DATE', 'a date-time with its zone'],
  ['an empty subject', { subject: '' }, 'INVALID_EVENT', 'Got "" as `subject`'],
])('refused is a CloudEvent with %s', async ([, attributes, code, message]) => {
  const timeline = await openTimeline({ clock })
  const { appended, rejected } = await timeline.ingest(JSON.stringify(cloudEvent(attributes)))
  expect(appended).toBe(0)
  expect(rejected).toMatchObject([{ line: 1, code, message: expect.stringContaining(message) as string }])
})

test('refused is a CloudEvent with what JavaScript would change, even where it is not kept', async () => {
  const timeline = await openTimeline({ clock })
  const text = JSON.stringify(cloudEvent())
  const lines = ['"__proto__":{"a":1}', '"n":12345678901234567890', '"id":"2"', '"x":{"__proto__":1}', '"x":"\\u0000"'].map(
    (more) => `${text.slice(0, -1)},${more}}`,
  )
  const { appended, rejected } = await timeline.ingest(lines.join('\n'))
  expect(appended).toBe(0)
  expect(rejected.map(({ code }) => code)).toEqual(lines.map(() => 'UNSAFE_VALUE'))
})

test('an event is written as a CloudEvent in the terms of CloudEvents, as far as they go', () => {
  const event = { id: 'https://example.org/news#1', type: 'noted', subject: 's', source: 'https://example.org/news' }
  expect(toCloudEvent({ ...event, occurredAt: '2025-04-09T09:00:00Z', reportedAt: '2025-05-01', data: { by: 'US' } })).toEqual({
    specversion: '1.0',
    id: '1',
    source: 'https://example.org/news',
    type: 'noted',
    subject: 's',
    time: '2025-04-09T09:00:00Z',
    recordedtime: '2025-05-01T23:59:59.999Z',
    reportedat: '2025-05-01',
    logid: 'https://example.org/news#1',
    datacontenttype: 'application/json',
    data: { by: 'US' },
  })
  expect(
    toCloudEvent({ id: 'e2', type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01T00:00:00Z', supersedes: 'e1' }),
  ).toEqual({
    specversion: '1.0',
    id: 'e2',
    source: 'urn:asof:unknown',
    type: 'noted',
    subject: 's',
    occurredat: '2025-04',
    recordedtime: '2025-05-01T00:00:00Z',
    supersedes: 'e1',
    logid: 'e2',
    sourcetext: '',
  })
})

test.for([
  ['a b', 'a%20b'],
  ['50%', '50%25'],
  ['a%20b', 'a%20b'],
  ['a#b#c', 'a%23b%23c'],
  ['1:b', '1%3Ab'],
  ['né', 'n%C3%A9'],
  ['http://[::1]:80/x?y#z', 'http://[::1]:80/x?y#z'],
  ['http://[::1', 'http%3A%2F%2F%5B%3A%3A1'],
  ['http://a@b@c/', 'http%3A%2F%2Fa%40b%40c%2F'],
  ['//host/path', '//host/path'],
  ['#', '#'],
] as const)('the source %s is written as the URI reference %s', ([source, uri]) => {
  const event = { id: '1', type: 'noted', subject: 's', occurredAt: '2025', reportedAt: '2025-05-01', source }
  const { source: written, sourcetext } = toCloudEvent(event)
  expect({ written, sourcetext }).toEqual({ written: uri, sourcetext: uri === source ? undefined : source })
})

test('events written as CloudEvents are taken back exactly, and only once', async () => {
  const odd = fc.constantFrom(
    'a b',
    'a%20b',
    '100%',
    '#',
    'x#y#z',
    'né',
    '😀',
    '1:2',
    'urn:asof:unknown',
    '/',
    'https://example.org/?q=[1]',
    '"',
  )
  const sources = fc.array(fc.option(fc.oneof(odd, fc.string({ minLength: 1, unit: 'grapheme' })), { nil: undefined, freq: 4 }), {
    minLength: 1,
  })
  await fc.assert(
    fc.asyncProperty(fc.tuple(logs, sources, fc.boolean()), async ([log, names, asBatch]) => {
      const timeline = await opened(withSources(log, names))
      const given = await exported(timeline)
      const written = given.map(toCloudEvent)
      for (const one of written) expectValid(one)
      const text = asBatch ? JSON.stringify(written) : written.map((one) => JSON.stringify(one)).join('\n')
      expect(await timeline.ingest(text)).toEqual({ appended: 0, duplicates: given.length, rejected: [] })
      const options = { log: memoryLog(), events, clock: () => CLOCK_START + 1e10 }
      expect(await (await openTimeline(options)).ingest(text)).toEqual({ appended: given.length, duplicates: 0, rejected: [] })
      const copy = await openTimeline(options)
      const without = ({ position: _position, appendedAt: _appendedAt, ...event }: Exported & { position: number; appendedAt: string }) =>
        event
      expect((await exported(copy)).map(without)).toEqual(given.map(without))
    }),
    { numRuns: 1000 },
  )
})

/** A log whose events come from other sources, with ids that begin like them. */
function withSources(log: TestLog, names: readonly (string | undefined)[]): TestLog['commits'] {
  const idOf = (id: string) => {
    const name = nameOf(id)
    return name !== undefined && Number(id.slice(1)) % 2 === 0 ? `${name}#${id}` : id
  }
  const nameOf = (id: string) => names[Number(id.slice(1)) % names.length]?.replaceAll('\0', '')
  return log.commits.map(({ at, inputs }) => ({
    at,
    inputs: inputs.map((input) => ({
      ...input,
      id: idOf(input.id!),
      source: nameOf(input.id!) || undefined,
      supersedes: input.supersedes && idOf(input.supersedes),
    })) as typeof inputs,
  }))
}

async function opened(commits: TestLog['commits']): Promise<Timeline> {
  let now = CLOCK_START
  const timeline = await openTimeline({ events, clock: () => now })
  for (const { at, inputs } of commits) {
    now = at
    await timeline.append(inputs)
  }
  return timeline
}

/** What CloudEvents 1.0 demands of attributes: their names, the required ones, URI references and RFC 3339 timestamps. */
function expectValid(one: Readonly<Record<string, unknown>>): void {
  const { data: _, ...attributes } = one
  for (const [name, value] of Object.entries(attributes)) {
    expect(name).toMatch(/^[a-z0-9]{1,20}$/)
    expect(value).toBeTypeOf('string')
  }
  for (const name of ['id', 'source', 'type', 'subject']) expect(one[name]).not.toBe('')
  expect(one.specversion).toBe('1.0')
  expect(one.source).toMatch(/^(?:[\w\-.~:/?@!$&'()*+,;=[\]]|%[\dA-F]{2})*(?:#(?:[\w\-.~:/?@!$&'()*+,;=]|%[\dA-F]{2})*)?$/i)
  for (const name of ['time', 'recordedtime']) {
    if (one[name] === undefined) continue
    expect(one[name]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
    expect(Date.parse(String(one[name]))).not.toBeNaN()
  }
}
