import { createHash } from 'node:crypto'
import { type EventInput, type Log, bySubject, defineEvents, defineProjection, fold, memoryLog, openTimeline, parseWhen } from 'asof'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { collected } from './log/note.js'
import { expectRefusal, failureOf } from './refusal.js'

const events = defineEvents({ 'export.halted': z.object({ by: z.string() }), noted: z.unknown() })
const noted = (fields: Partial<EventInput> = {}) => ({ type: 'noted', subject: 'chip/h20', occurredAt: '2025-04', ...fields }) as EventInput
const open = () => openTimeline({ clock: () => Date.UTC(2025, 6, 16) })

test('INVALID_EVENT names what is missing, misspelt or of another kind', async () => {
  const timeline = await open()
  const append = (input: unknown) => () => timeline.append(input as EventInput)
  await expectRefusal(append('halted'), 'INVALID_EVENT', ['"halted"', 'an object', 'Append an object'])
  await expectRefusal(append({ type: 'noted', occurredAt: '2025' }), 'INVALID_EVENT', ['no `subject`', 'not empty', 'Give `subject`'])
  await expectRefusal(append({ ...noted(), source: null }), 'INVALID_EVENT', ['null as `source`', 'not empty', 'or leave it out'])
  await expectRefusal(append(Object.defineProperty(noted(), 'id', { value: 5 })), 'INVALID_EVENT', ['5 as `id`', 'not empty', 'as text'])
  await expectRefusal(append({ type: 'noted', subject: 'x' }), 'INVALID_EVENT', ['no `occurredAt`', 'as a date', 'Give `occurredAt`'])
  await expectRefusal(append({ ...noted(), reportdAt: '2025' }), 'INVALID_EVENT', [
    '"reportdAt"',
    'reportedAt',
    'Did you mean "reportedAt"?',
  ])
  await expectRefusal(append({ ...noted(), position: 3 }), 'INVALID_EVENT', ['"position"', 'no other fields', 'the log stamps it'])
  await expectRefusal(append(noted({ data: new Date(0) })), 'INVALID_EVENT', ['[object Date] in data', 'JSON', 'toISOString'])
  await expectRefusal(append({ type: 'retracted', subject: 'x' }), 'INVALID_EVENT', ['without `supersedes`', 'the id', 'Name that id'])
  await expectRefusal(append({ type: 'retracted', subject: 'x', supersedes: 'y', occurredAt: '2025' }), 'INVALID_EVENT', [
    'with `occurredAt`',
    'none',
    'Leave `occurredAt` out',
  ])
})

test('INVALID_EVENT says of each field that must be text whether it can be left out', async () => {
  const timeline = await open()
  const input = { type: 'noted', subject: 's', occurredAt: '2025' }
  const messageOf = async (fields: object) => (await failureOf(() => timeline.append({ ...input, ...fields } as never))).message
  for (const field of ['type', 'subject', 'occurredAt']) {
    const expected = `as \`${field}\`. Expected text that is not empty. Give \`${field}\` as text.`
    expect([await messageOf({ [field]: '' }), await messageOf({ [field]: 7 })]).toEqual([`Got "" ${expected}`, `Got 7 ${expected}`])
  }
  for (const field of ['id', 'reportedAt', 'source', 'supersedes']) {
    const expected = `as \`${field}\`. Expected text that is not empty. Give \`${field}\` as text, or leave it out.`
    expect([await messageOf({ [field]: '' }), await messageOf({ [field]: 7 })]).toEqual([`Got "" ${expected}`, `Got 7 ${expected}`])
  }
  expect(await messageOf({ type: undefined })).toBe('Got no `type`. Expected text that is not empty. Give `type` as text.')
})

test('INVALID_EVENT says of a field that is none which ones there are, and where it belongs', async () => {
  const timeline = await open()
  const fields = 'no other fields than id, type, subject, occurredAt, reportedAt, source, data, supersedes'
  for (const [field, remedy] of [
    ['position', 'Leave it out: the log stamps it'],
    ['appendedAt', 'Leave it out: the log stamps it'],
    ['colour', 'Put what is your own into `data`'],
  ] as const) {
    const { code, message } = await failureOf(() => timeline.append({ ...noted(), [field]: 3 } as never))
    expect([code, message]).toEqual(['INVALID_EVENT', `Got the field "${field}". Expected ${fields}. ${remedy}.`])
  }
})

test('INVALID_EVENT says what the schema says of the data', async () => {
  const timeline = await openTimeline({ events })
  const input = { type: 'export.halted', subject: 'x', occurredAt: '2025', data: { by: 7 } }
  const error = await expectRefusal(() => timeline.append(input as never), 'INVALID_EVENT', [
    '{"by":7} as the data of "export.halted"',
    'expected string',
    'Mend the data',
  ])
  expect(error.details.issues).toHaveLength(1)
})

test('INVALID_EVENT carries what a schema throws', async () => {
  const hosts = defineEvents({ a: z.string().transform((url) => new URL(url).host) })
  const timeline = await openTimeline({ events: hosts })
  const lines = ['https://a.example', 'nowhere', 'https://b.example'].map((data) => JSON.stringify({ ...noted({ data }), type: 'a' }))
  expect(await timeline.ingest(lines.join('\n'))).toMatchObject({ appended: 2, rejected: [{ line: 2, code: 'INVALID_EVENT' }] })
  const append = () => timeline.append({ type: 'a', subject: 's', occurredAt: '2025', data: 'nowhere' })
  const error = await expectRefusal(append, 'INVALID_EVENT', ['its schema failed: TypeError', 'takes or refuses', 'add an issue'])
  expect(error.cause).toBeInstanceOf(TypeError)
})

test('INVALID_EVENT names the stored event that cannot be read, and its position', async () => {
  const log = memoryLog()
  await (await openTimeline({ log })).append(noted({ id: 'odd' }))
  const [record = ''] = await collected(log.read(1))
  const timeline = await openTimeline({ log: holding([resealed(record, { events: [{ ...noted({ id: 'odd' }), reportedAt: null }] })]) })
  const error = await expectRefusal(() => timeline.asOf().events(), 'INVALID_EVENT', [
    'an event (odd) at position 1 that cannot be read: TypeError',
    'as append writes it',
    'restore the log from a copy',
  ])
  expect(error.details).toEqual({ id: 'odd', position: 1 })
  expect(error.cause).toBeInstanceOf(TypeError)
})

test('INVALID_EVENT refuses to supersede a retraction: supersession is final', async () => {
  const timeline = await open()
  await timeline.append([noted({ id: 'a' }), { id: 'b', type: 'retracted', subject: 'chip/h20', supersedes: 'a' }])
  await expectRefusal(() => timeline.append(noted({ supersedes: 'b' })), 'INVALID_EVENT', [
    'the retraction "b"',
    'final',
    'Append the withdrawn event again',
  ])
})

test('INVALID_DATE shows the date, the forms there are, and a way out', async () => {
  const timeline = await open()
  await expectRefusal(() => parseWhen('April 2025'), 'INVALID_DATE', ['"April 2025"', '"2025-04"', 'Write the date'])
  await expectRefusal(() => timeline.append(noted({ reportedAt: '2025-07' })), 'INVALID_DATE', [
    '"2025-07"',
    'a day or a date-time',
    'the day of the report',
  ])
  await expectRefusal(() => timeline.asOf('2025-04-31'), 'INVALID_DATE', ['"2025-04-31"', 'in the calendar', 'Correct'])
})

test('INVALID_ARGUMENT refuses options that nobody reads, and names the likely one', async () => {
  const timeline = await open()
  await expectRefusal(() => timeline.asOf('2025', { reportedAt: '2025' } as never), 'INVALID_ARGUMENT', [
    '"reportedAt"',
    'reported, position',
    'Did you mean "reported"?',
  ])
  await expectRefusal(() => timeline.asOf('2025', { position: 1 }), 'INVALID_ARGUMENT', ['1 as `position`', 'from 0 to 0', 'or 0'])
  await expectRefusal(() => timeline.asOf('2025', { imprecise: 'middle' as never }), 'INVALID_ARGUMENT', [
    '"middle"',
    '"latest" or "earliest"',
    'Say',
  ])
  await expectRefusal(() => timeline.asOf().events({ subjects: 's' } as never), 'INVALID_ARGUMENT', [
    '"subjects" for view.events',
    'subject, type',
    'Did you mean "subject"?',
  ])
  // @ts-expect-error not the name of an event
  await expectRefusal(() => timeline.on('append', () => {}), 'INVALID_ARGUMENT', ['"append"', '"appended"', 'Listen'])
  // @ts-expect-error the date comes first
  await expectRefusal(() => timeline.asOf({ reported: '2025' }), 'INVALID_ARGUMENT', [
    'the options of asOf as its date',
    'the date first',
    'asOf(date, { reported })',
  ])
  await expectRefusal(() => timeline.on('appended', undefined as never), 'INVALID_ARGUMENT', [
    'undefined as a listener',
    'a function',
    'Pass',
  ])
  await expectRefusal(() => timeline.append(noted(), { after: -1 }), 'INVALID_ARGUMENT', ['-1 as `after`', 'from 0', 'or 0'])
  await expectRefusal(() => openTimeline({ log: 'h20.asof' as never }), 'INVALID_ARGUMENT', [
    '"h20.asof" as `log`',
    'memoryLog()',
    'Pass a log',
  ])
  await expectRefusal(() => openTimeline({ clock: 5 as never }), 'INVALID_ARGUMENT', ['5 as `clock`', 'milliseconds', 'Date.now'])
  await expectRefusal(() => openTimeline({ projections: {} as never }), 'INVALID_ARGUMENT', ['{} as `projections`', 'an array', 'brackets'])
  for (const ask of [
    (p: never) => openTimeline({ projections: [p] }),
    (p: never) => timeline.asOf().get(p),
    (p: never) => timeline.asOf().fingerprint(p),
    (p: never) => fold(p, []),
  ]) {
    await expectRefusal(() => ask('latest' as never), 'INVALID_ARGUMENT', ['"latest" as a projection', 'defineProjection', 'not its name'])
  }
  await expectRefusal(() => timeline.ingest(7 as never), 'INVALID_ARGUMENT', ['7', 'text or bytes', 'createReadStream'])
  await expectRefusal(() => timeline.asOf().with([7] as never), 'INVALID_EVENT', ['7', 'an object', 'Append'])
})

test('INVALID_ARGUMENT refuses catalogs and projections that cannot work', async () => {
  const initial = () => ({})
  await expectRefusal(() => defineEvents({ retracted: z.unknown() }), 'INVALID_ARGUMENT', ['"retracted"', 'not "retracted"', 'Rename'])
  await expectRefusal(() => defineEvents(null as never), 'INVALID_ARGUMENT', ['null as a catalog', 'an object', 'Write'])
  await expectRefusal(() => defineEvents({ a: 'string' } as never), 'INVALID_ARGUMENT', ['"string"', 'zod 4 schema', 'z.object'])
  await expectRefusal(() => defineProjection({ name: '', initial, on: {} }), 'INVALID_ARGUMENT', ['""', 'not empty', 'Name'])
  await expectRefusal(
    () => defineProjection({ name: 'p', events, initial, on: { 'export.halt': () => {} } as never }),
    'INVALID_ARGUMENT',
    ['"export.halt"', 'export.halted', 'Did you mean "export.halted"?'],
  )
  await expectRefusal(() => defineProjection({ name: 'p', initial, on: { retracted: () => {} } }), 'INVALID_ARGUMENT', [
    '"retracted"',
    'never counts',
    'Leave it out',
  ])
  const p = defineProjection({ name: 'p', initial, on: {} })
  await expectRefusal(() => openTimeline({ projections: [p, p] }), 'INVALID_ARGUMENT', [
    'two projections called "p"',
    'a name of its own',
    'Rename',
  ])
  await expectRefusal(() => openTimeline({ events: { a: 'string' } as never }), 'INVALID_ARGUMENT', [
    '"string"',
    'zod 4 schema',
    'z.object',
  ])
  const asynchronous = defineEvents({ a: z.string().refine(async () => true) })
  const timeline = await openTimeline({ events: asynchronous })
  await expectRefusal(() => timeline.append({ type: 'a', subject: 's', occurredAt: '2025', data: 'x' }), 'INVALID_ARGUMENT', [
    '"a"',
    'synchronous',
    'synchronous',
  ])
})

test('INVALID_ARGUMENT refuses a key for a single projection, and none for a keyed one', async () => {
  const view = (await open()).asOf()
  const keyed = defineProjection({ name: 'keyed', key: bySubject, initial: () => 0, on: {} })
  const single = defineProjection({ name: 'single', initial: () => 0, on: {} })
  // @ts-expect-error a keyed projection demands a key
  await expectRefusal(() => view.get(keyed), 'INVALID_ARGUMENT', ['undefined as a key of "keyed"', 'as text', 'view.entries'])
  // @ts-expect-error a single one has none
  await expectRefusal(() => view.get(single, 'x'), 'INVALID_ARGUMENT', ['"x"', 'no key', 'Leave the key out'])
  // @ts-expect-error a single one has no entries
  await expectRefusal(() => view.entries(single), 'INVALID_ARGUMENT', ['"single"', 'a keyed projection', 'view.get'])
})

test('UNKNOWN_TYPE names the nearest type of the catalog', async () => {
  const timeline = await openTimeline({ events })
  await expectRefusal(() => timeline.append(noted({ type: 'export.halt' }) as never), 'UNKNOWN_TYPE', [
    '"export.halt"',
    'export.halted, noted',
    'Did you mean "export.halted"?',
  ])
})

test('UNKNOWN_EVENT, ALREADY_SUPERSEDED and DUPLICATE_ID name the events involved', async () => {
  const timeline = await open()
  await timeline.append([noted({ id: 'a' }), noted({ id: 'b', supersedes: 'a' })])
  await timeline.append([noted({ id: 'w' }), { id: 'r', type: 'retracted', subject: 'chip/h20', supersedes: 'w' }])
  await expectRefusal(() => timeline.append(noted({ id: 'c', supersedes: 'w' })), 'ALREADY_SUPERSEDED', [
    '"w"',
    'nothing supersedes',
    'It is withdrawn',
  ])
  await expectRefusal(() => timeline.append(noted({ id: 'c', supersedes: 'z' })), 'UNKNOWN_EVENT', [
    '"z"',
    'appended earlier',
    'Append that event first',
  ])
  const error = await expectRefusal(() => timeline.append(noted({ id: 'c', supersedes: 'a' })), 'ALREADY_SUPERSEDED', [
    '"a"',
    'nothing supersedes',
    'Supersede "b" instead',
  ])
  expect(error.details).toEqual({ id: 'c', supersedes: 'a', by: 'b' })
  await expectRefusal(() => timeline.append(noted({ id: 'a', subject: 'other' })), 'DUPLICATE_ID', [
    '"a"',
    'an id of its own',
    '`supersedes`',
  ])
})

test('REPORTED_IN_FUTURE allows for the time zones of the world, and no more', async () => {
  const timeline = await openTimeline({ clock: () => Date.UTC(2025, 6, 16, 10) })
  await timeline.append(noted({ reportedAt: '2025-07-17' })) // it has begun on Kiritimati
  await expectRefusal(() => timeline.append(noted({ reportedAt: '2025-07-18' })), 'REPORTED_IN_FUTURE', [
    '"2025-07-18"',
    'has been made',
    'Correct `reportedAt`',
  ])
  await expectRefusal(() => timeline.append(noted({ reportedAt: '2025-07-17T00:00:00.001Z' })), 'REPORTED_IN_FUTURE', [
    '2025-07-16T10:00',
    'has been made',
    'Correct',
  ])
})

test('CLOCK_BEHIND refuses to append a day or more before the last commit; until then the stamps stand still', async () => {
  let now = Date.UTC(2025, 6, 16)
  const timeline = await openTimeline({ clock: () => now })
  await timeline.append(noted())
  now -= 86_400_000
  expect(await timeline.append(noted())).toMatchObject({ appendedAt: '2025-07-16T00:00:00.000Z' })
  now -= 1
  await expectRefusal(() => timeline.append(noted()), 'CLOCK_BEHIND', [
    '2025-07-16T00:00:00.000Z',
    'at most a day behind',
    'Set the clock right',
  ])
  now = Number.NaN
  await expectRefusal(() => timeline.append(noted()), 'INVALID_ARGUMENT', ['NaN', 'milliseconds', 'Date.now'])
})

test('UNSAFE_VALUE refuses what JSON or a log would change', async () => {
  const timeline = await open()
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
  const unsafe = (data: unknown) => () => timeline.append(noted({ data }))
  await expectRefusal(unsafe({ count: Number.NaN }), 'UNSAFE_VALUE', ['NaN in data.count', 'writes back unchanged', 'finite'])
  await expectRefusal(unsafe([-0]), 'UNSAFE_VALUE', ['-0 in data[0]', 'unchanged', 'finite'])
  await expectRefusal(unsafe('\uD800'), 'UNSAFE_VALUE', ['a lone surrogate', 'UTF-8', 'Remove'])
  await expectRefusal(unsafe({ 'a\0': 1 }), 'UNSAFE_VALUE', ['U+0000', 'every log', 'Remove'])
  await expectRefusal(unsafe(JSON.parse('{"__proto__":{}}')), 'UNSAFE_VALUE', ['"__proto__"', 'another name', 'Rename'])
  await expectRefusal(unsafe(deep(101)), 'UNSAFE_VALUE', ['deeper than 100', 'at most 100', 'Flatten'])
  await expectRefusal(() => timeline.append(noted({ type: '__proto__' })), 'UNSAFE_VALUE', ['"__proto__"', 'another name', 'Rename'])
  await expectRefusal(() => timeline.append(JSON.parse('{"__proto__":1,"type":"noted"}')), 'UNSAFE_VALUE', [
    'a key "__proto__" in the event',
    'another name',
    'Rename the key',
  ])
  await timeline.append(noted({ data: deep(100) }))
  expect(timeline.position).toBe(1)
})

test('TOO_LARGE refuses a call that no record holds', async () => {
  const timeline = await open()
  await expectRefusal(() => timeline.append(noted({ data: 'é'.repeat(500_000) })), 'TOO_LARGE', [
    '1 event of 1000',
    'at most 999',
    'Keep large documents elsewhere',
  ])
  await expectRefusal(() => timeline.append(['é', 'ö'].map((letter) => noted({ data: letter.repeat(300_000) }))), 'TOO_LARGE', [
    '2 events of 1200',
    'at most 999',
    'several calls',
  ])
  expect(timeline.position).toBe(0)
})

test('CONFLICT refuses to append after a position when the subject has moved on', async () => {
  const timeline = await open()
  await timeline.append([noted({ id: 'a' }), noted({ subject: 'other' })])
  await timeline.append(noted({ subject: 'other' }), { after: 2 })
  await timeline.append(noted(), { after: 1 })
  await expectRefusal(() => timeline.append(noted(), { after: 3 }), 'CONFLICT', ['position 4', 'no newer event', 'after: 4'])
  expect(await timeline.append(noted({ id: 'a' }), { after: 0 })).toMatchObject({ position: 1 }) // a duplicate is set aside first
})

test('LOG_CORRUPT says which record, and at which byte', async () => {
  const log = memoryLog()
  const timeline = await openTimeline({ log })
  await timeline.append(noted({ data: 'é' }))
  await timeline.append(noted())
  const [first = '', second = ''] = await collected(log.read(1))
  const broken = (...bad: string[]) => openTimeline({ log: holding(bad) })
  const offset = Buffer.byteLength(first) + 1
  const error = await expectRefusal(() => broken(first, second.replace('2025-04', '2025-05')), 'LOG_CORRUPT', [
    'does not match its hash',
    'unbroken chain',
    'Restore',
  ])
  expect(error.details).toEqual({ record: 2, offset })
  const refused = [
    ['is no record', '{}'],
    ['is numbered 2', second],
    ['is numbered 1', first, first],
    ['does not continue the record before it', first, resealed(second, { previous: 'a'.repeat(64) })],
    ['begins at position 3, not 2', first, resealed(second, { position: 3 })],
    ['was appended before the record before it', first, resealed(second, { appendedAt: '2025-01-01T00:00:00.000Z' })],
    ['is not a commit', sealed('{"seq":1,oops')],
    ['is not a commit', resealed(first, { events: [5] })],
    ['is not a commit', resealed(first, { events: [] })],
    ['is not a commit', resealed(first, { events: [null] })],
    ['is not a commit', resealed(first, { events: [noted({ id: 'a' }), { id: 'b' }] })],
    ['was appended before the record before it', resealed(first, { appendedAt: 7 })],
    ...['id', 'type', 'subject'].map(
      (field) => ['is not a commit', resealed(first, { events: [noted({ id: 'a', [field]: 7 })] })] as const,
    ),
  ] as const
  for (const [what, ...records] of refused)
    await expectRefusal(() => broken(...records), 'LOG_CORRUPT', [what, 'unbroken chain', 'Restore'])
})

test('LOG_UNAVAILABLE carries what the log threw; the timeline goes on', async () => {
  const log = memoryLog()
  let down = true
  const failing: Log = { ...log, append: (seq, record) => (down ? Promise.reject(new Error('disk gone')) : log.append(seq, record)) }
  const timeline = await openTimeline({ log: failing })
  const error = await expectRefusal(() => timeline.append(noted()), 'LOG_UNAVAILABLE', [
    'disk gone',
    'can be read and appended',
    'append it again with its id',
  ])
  expect(error.cause).toEqual(new Error('disk gone'))
  down = false
  expect(await timeline.append(noted())).toMatchObject({ position: 1 })
})

test('REDUCER_FAILED names the projection and the event, and keeps the error as its cause', async () => {
  const timeline = await open()
  await timeline.append(noted({ id: 'a' }))
  const failing = (on: (state: object, event: { id: string }) => void) =>
    defineProjection({ name: 'bad', key: bySubject, initial: () => ({}), on })
  const get = (on: (state: object, event: { id: string }) => void) => () => timeline.asOf().get(failing(on), 'chip/h20')
  const bug = new Error('bug')
  const error = await expectRefusal(
    get(() => {
      throw bug
    }),
    'REDUCER_FAILED',
    ['"bad" failed on the event "a"', 'pure', 'Mend the projection'],
  )
  expect(error.cause).toBe(bug)
  expect(error.details).toMatchObject({ projection: 'bad', key: 'chip/h20', event: { id: 'a' } })
  await expectRefusal(
    get((_state, event) => {
      event.id = 'b'
    }),
    'REDUCER_FAILED',
    ['read only', 'pure', 'Mend'],
  )
  await expectRefusal(
    get(async (state) => {
      await Promise.resolve()
      Object.assign(state, { late: true })
    }),
    'REDUCER_FAILED',
    ['promise', 'synchronous', 'Mend'],
  )
  const promising = defineProjection({ name: 'bad', initial: async () => ({}), on: {} })
  await expectRefusal(() => timeline.asOf().get(promising), 'REDUCER_FAILED', ['promise', 'synchronous', 'Mend'])
  const dated = failing((state) => Object.assign(state, { at: new Date(0) }))
  await expectRefusal(() => timeline.asOf().fingerprint(dated), 'REDUCER_FAILED', ['[object Date]', 'plain objects', 'Keep dates as text'])
  expect(timeline.asOf().events()).toHaveLength(1)
})

test('CLOSED refuses to append once the timeline is closed; its views answer on', async () => {
  const timeline = await open()
  await timeline.append(noted())
  const view = timeline.asOf()
  await timeline.close()
  await timeline.close()
  await expectRefusal(() => timeline.append(noted()), 'CLOSED', ['is closed', 'an open timeline', 'openTimeline'])
  await expectRefusal(() => timeline.ingest(''), 'CLOSED', ['is closed', 'an open timeline', 'openTimeline'])
  expect(view.events()).toHaveLength(1)
})

/** A record with a hash that fits, whatever it says. */
function sealed(body: string): string {
  return `${body},"hash":"${createHash('sha256').update(body).digest('hex')}"}`
}

/** A record with something in it changed, and a hash that fits. */
function resealed(record: string, changes: object): string {
  const { hash: _, ...commit } = JSON.parse(record) as { hash: string }
  return sealed(JSON.stringify({ ...commit, ...changes }).slice(0, -1))
}

/** A log that holds records already. */
function holding(records: string[]): Log {
  return {
    ...memoryLog(),
    async *read(from) {
      yield* records.slice(from - 1)
    },
  }
}
