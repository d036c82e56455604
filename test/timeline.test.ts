import {
  type Change,
  type EventInput,
  type Log,
  type Timeline,
  bySubject,
  defineEvents,
  defineProjection,
  latest,
  memoryLog,
  openTimeline,
} from 'asof'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Chain } from '../src/chain.js'
import { recordsOf } from './log/store.js'
import { failureOf } from './refusal.js'

const clock = () => Date.UTC(2025, 6, 16, 9)
const halted = (fields: Partial<EventInput> = {}) =>
  ({
    type: 'export.halted',
    subject: 'chip/h20',
    occurredAt: '2025-04',
    reportedAt: '2025-07-16',
    data: { by: 'US' },
    ...fields,
  }) as EventInput
const status = defineProjection({
  name: 'status',
  key: bySubject,
  initial: () => ({ status: 'unreported' }),
  on: { 'export.halted': (state) => void (state.status = 'halted'), 'export.resumed': (state) => void (state.status = 'resumed') },
})

test('the same date has another answer before the report', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append(halted())
  expect(timeline.asOf('2025-06-01').get(status, 'chip/h20')).toEqual({ status: 'halted' })
  expect(timeline.asOf('2025-06-01', { reported: '2025-06-01' }).get(status, 'chip/h20')).toEqual({ status: 'unreported' })
})

test('append resolves with the event as it stands in the log, deeply frozen', async () => {
  const timeline = await openTimeline({ clock })
  const event = await timeline.append(halted({ id: 'a', source: 'https://example.org' }))
  expect(event).toEqual({ position: 1, ...halted({ id: 'a', source: 'https://example.org' }), appendedAt: '2025-07-16T09:00:00.000Z' })
  expect(Object.isFrozen(event) && Object.isFrozen(event.data)).toBe(true)
  expect(await timeline.append([])).toEqual([])
})

test('an event without id or reportedAt gets an id of its own, and counts as reported when appended', async () => {
  const timeline = await openTimeline({ clock })
  const { reportedAt: _, ...unreported } = halted()
  const [one, other] = await timeline.append([unreported, unreported])
  expect(one!.id).toMatch(/^[\w-]{21}$/)
  expect(other!.id).not.toBe(one!.id)
  expect(one!.reportedAt).toBe('2025-07-16T09:00:00.000Z')
})

test('what the caller changes after append changes nothing', async () => {
  const timeline = await openTimeline({ clock })
  const data = { by: 'US' }
  const appended = timeline.append(halted({ data }))
  data.by = 'nobody'
  expect(await appended).toMatchObject({ data: { by: 'US' } })
  expect(Object.isFrozen(data)).toBe(false)
})

test('the same event again resolves to what is there, whatever the order of its keys', async () => {
  const timeline = await openTimeline({ clock })
  const first = await timeline.append(halted({ id: 'a', data: { by: 'US', why: 'rules' } }))
  const { reportedAt: _, ...unreported } = halted({ id: 'a', data: { why: 'rules', by: 'US' } })
  expect(await timeline.append([halted({ id: 'a', data: { why: 'rules', by: 'US' } }), unreported as EventInput])).toEqual([first, first])
  expect(timeline.position).toBe(1)
  expect(
    (await failureOf(() => timeline.append(halted({ id: 'a', data: { why: 'rules', by: 'US' }, reportedAt: '2025-07-15' })))).code,
  ).toBe('DUPLICATE_ID')
})

test('a superseding event appended twice is the same event, not a second correction', async () => {
  const timeline = await openTimeline({ clock })
  const inputs = [halted({ id: 'a' }), halted({ id: 'b', occurredAt: '2025-04-09', supersedes: 'a' })]
  await timeline.append(inputs)
  await timeline.append(inputs)
  expect(timeline.position).toBe(2)
  expect(
    timeline
      .asOf()
      .events()
      .map((event) => event.id),
  ).toEqual(['b'])
})

test('the log keeps what was given; the schema turns it into data on every read', async () => {
  const log = memoryLog()
  const events = defineEvents({ counted: z.object({ count: z.string().transform(Number) }) })
  const timeline = await openTimeline({ log, events, clock })
  const event = await timeline.append({ type: 'counted', subject: 's', occurredAt: '2025', data: { count: '7' } })
  expect(event.data).toEqual({ count: 7 })
  const [line = ''] = await linesOf(timeline.export())
  expect(JSON.parse(line)).toMatchObject({ data: { count: '7' } })
  expect((await openTimeline({ log, events })).asOf().events()).toEqual([event])
  expect((await openTimeline({ log })).asOf().events()[0]!.data).toEqual({ count: '7' })
})

test('data is what the schema made of it, also where that differs little from what was given', async () => {
  const made: Readonly<Record<string, (n: unknown) => unknown>> = {
    'other order': (n) => ({ of: 1, n }),
    'another value': () => ({ n: [-0, [1]], of: 1 }),
    'one less': (n) => ({ n }),
    'one more': (n) => ({ n, of: 1, more: undefined }),
    'no plain object': (n) => Object.assign(Object.create({}) as object, { n, of: 1 }),
    'a longer list': () => ({ n: [0, [1], { deep: 1 }], of: 1 }),
    'deep below': () => ({ n: [0, [2]], of: 1 }),
  }
  const log = memoryLog()
  const catalog = Object.entries(made).map(([type, make]) => [type, z.looseObject({}).transform(({ n }) => make(n))] as const)
  const events = defineEvents(Object.fromEntries([...catalog, ['unchanged', z.looseObject({ n: z.any(), of: z.any() })]]))
  const timeline = await openTimeline({ log, events, clock })
  const given = { n: [0, [1]], of: 1 }
  await timeline.append([...Object.keys(made), 'unchanged'].map((type) => ({ type, subject: 's', occurredAt: '2025', data: given })))
  for (const each of [timeline, await openTimeline({ log, events })]) {
    for (const { type, data } of each.asOf().events()) {
      const expected = made[type]?.(given.n) ?? given
      if (type !== 'no plain object') expect(isFrozenDeep(data), type).toBe(true)
      expect(data, type).toStrictEqual(expected)
      expect(Object.keys(data as object), type).toEqual(Object.keys(expected))
    }
    for (const line of await linesOf(each.export())) expect(JSON.parse(line)).toMatchObject({ data: given })
  }
})

test('an older reader keeps types that it does not know; a newer schema takes old shapes or says which event it refuses', async () => {
  const log = memoryLog()
  await (await openTimeline({ log, clock })).append(halted({ id: 'a', data: { who: 'US' } }))
  const older = await openTimeline({ log, events: defineEvents({ other: z.string() }) })
  expect(older.asOf().events()).toHaveLength(1)
  const by = z.object({ by: z.string() })
  const upgrading = defineEvents({ 'export.halted': z.union([by, z.object({ who: z.string() }).transform(({ who }) => ({ by: who }))]) })
  expect((await openTimeline({ log, events: upgrading })).asOf().events()[0]!.data).toEqual({ by: 'US' })
  const newer = await openTimeline({ log, events: defineEvents({ 'export.halted': by }) })
  const failure = await failureOf(async () => newer.asOf().events())
  expect(failure).toMatchObject({ code: 'INVALID_EVENT', details: { id: 'a', position: 1 } })
  expect(failure.message).toContain('"export.halted" (a)')
  expect(failure.message).toContain('Let the schema take the old shape too')
})

test('a stored event is read when it is first asked for, and once', async () => {
  const read: string[] = []
  const events = defineEvents({ noted: z.object({ name: z.string() }).transform(({ name }) => (read.push(name), { name: `the ${name}` })) })
  const note = (name: string, fields: object = {}) =>
    ({ id: name, type: 'noted', subject: name, occurredAt: '2025', data: { name }, ...fields }) as const
  const log = memoryLog()
  const first = await openTimeline({ log, events, clock })
  await first.append([note('a'), note('b'), note('c')])
  await first.append(note('d'))
  read.length = 0

  const timeline = await openTimeline({ log, events, clock })
  await timeline.append(note('e', { supersedes: 'a' }), { after: 4 })
  expect((await failureOf(() => timeline.append(note('f', { supersedes: 'a' })))).code).toBe('ALREADY_SUPERSEDED')
  expect(read).toEqual(['e', 'f'])
  expect(await timeline.append(note('c'))).toMatchObject({ position: 3, data: { name: 'the c' } })
  expect(read).toEqual(['e', 'f', 'c'])
  for (const _ of ['once', 'and again']) {
    expect(
      timeline
        .asOf()
        .events()
        .map(({ data }) => data.name),
    ).toEqual(['the b', 'the c', 'the d', 'the e'])
    expect((await linesOf(timeline.export())).map((line) => (JSON.parse(line) as { data: unknown }).data)).toContainEqual({ name: 'd' })
  }
  expect(read).toEqual(['e', 'f', 'c', 'a', 'b', 'd'])
})

test('a stored event that cannot be read fails each question, and keeps nothing from being appended', async () => {
  const log = memoryLog()
  await (await openTimeline({ log, clock })).append([halted({ id: 'a' }), halted({ id: 'b', data: 'US' }), halted({ id: 'c' })])
  const timeline = await openTimeline({
    log,
    clock,
    events: defineEvents({ 'export.halted': z.object({ by: z.string() }) }),
    projections: [status],
  })
  const append = (inputs: readonly EventInput[]) => timeline.append(inputs as never)
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const changed = vi.fn()
  timeline.on('changed', changed)
  expect(await append([halted({ id: 'c' }), halted({ id: 'd', supersedes: 'b' })])).toMatchObject([{ position: 3 }, { position: 4 }])
  expect(warned.mock.calls).toMatchObject([[{ code: 'INVALID_EVENT' }]])
  expect(changed).not.toHaveBeenCalled()
  warned.mockRestore()
  const before = timeline.asOf('2099', { position: 1 })
  expect(before.with(halted({ id: 'e' }) as never).events()).toMatchObject([{ id: 'a' }, { id: 'e' }])
  const exported = await linesOf(timeline.export())
  expect(exported.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['a', 'b', 'c', 'd'])
  expect(await (await openTimeline({ clock })).ingest(exported)).toMatchObject({ appended: 4, rejected: [] })
  const questions: (() => unknown)[] = [
    () => timeline.asOf().get(latest, 'chip/h20'),
    () => timeline.asOf('2000').get(status, 'chip/h20'),
    () => timeline.asOf().with([]).events(),
    () => [...timeline.replay(status)],
    () => timeline.verify(),
    () => append([halted({ id: 'b', data: 'US' })]),
  ]
  for (const ask of [...questions, ...questions])
    expect(await failureOf(async () => ask()), String(ask)).toMatchObject({ code: 'INVALID_EVENT', details: { id: 'b', position: 2 } })
  expect(before.events()).toMatchObject([{ id: 'a' }])
})

test('what the catalog leaves as it was given is parsed once, and is frozen before anybody sees it', async () => {
  let parsed = 0
  const counting = z.looseObject({ list: z.array(z.number()) }).refine(() => (parsed += 1) > 0)
  const log = memoryLog()
  const checked = await openTimeline({ log, events: defineEvents({ noted: counting }), clock })
  const line = (id: string) =>
    JSON.stringify({ id, type: 'noted', subject: 's', occurredAt: '2025', data: { list: [1], deep: { er: [] } } })
  await checked.ingest([line('a'), '\n', line('b')])
  await checked.append(JSON.parse(line('c')) as never)
  const unchecked = await openTimeline({ clock })
  await unchecked.ingest([line('a'), '\n', line('b')])
  await unchecked.append(JSON.parse(line('c')) as never)
  for (const timeline of [checked as Timeline, unchecked, await openTimeline({ log, clock })]) {
    const events = timeline.asOf().events()
    expect(events.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    for (const event of events) expect(isFrozenDeep(event)).toBe(true)
  }
  expect(parsed).toBe(3)
})

test('what a schema returns is frozen before the call is answered, and nothing bends it later', async () => {
  const none = ['nobody']
  const events = defineEvents({
    noted: z.object({ by: z.array(z.string()).catch(none) }),
    bent: z.preprocess((data) => Object.assign(data as object, { by: [] }), z.looseObject({})),
    endless: z.object({}).transform((data) => Object.assign(data, { self: data })),
    raw: z.looseObject({}).transform(() => ({
      get by() {
        throw new Error('raw')
      },
    })),
  })
  const timeline = await openTimeline({ events, clock })
  const line = (type: string) => JSON.stringify({ id: type, type, subject: 's', occurredAt: '2025', data: { by: 7 } })
  const { appended, rejected } = await timeline.ingest(['noted', 'bent', 'endless', 'raw'].map(line).join('\n'))
  expect(appended).toBe(1)
  expect(rejected).toMatchObject([
    { line: 2, code: 'INVALID_EVENT' },
    { line: 3, code: 'INVALID_EVENT' },
    { line: 4, code: 'INVALID_EVENT' },
  ])
  expect(() => none.push('somebody')).toThrow(TypeError)
  expect(timeline.asOf().events()).toMatchObject([{ data: { by: ['nobody'] } }])
})

test('a schema may ask the timeline, and a zero keeps its sign', async () => {
  const asked: unknown[] = []
  const counted = defineProjection({ name: 'counted', initial: () => ({ count: 0 }), on: (state) => void (state.count += 1) })
  const negative = z.number().transform((data) => {
    const toAsk = timeline
    timeline = undefined // once
    if (toAsk !== undefined) asked.push(toAsk.asOf().get(counted))
    return -data
  })
  const events = defineEvents({ noted: negative })
  let timeline: Awaited<ReturnType<typeof openTimeline<typeof events>>> | undefined
  const log = memoryLog()
  const note = { type: 'noted', subject: 's', occurredAt: '2025', data: 0 } as const
  const appended = await (await openTimeline({ log, events, clock })).append([note, note, note])
  const again = (timeline = await openTimeline({ log, events, clock }))
  expect(again.asOf().get(counted)).toEqual({ count: 3 })
  expect(asked).toEqual([{ count: 3 }])
  for (const { data } of [...appended, ...again.asOf().events()]) expect(data).toBe(-0)
})

test('what others add to Object.prototype is no field of an event', async () => {
  const timeline = await openTimeline({ clock })
  // oxlint-disable-next-line eslint/no-extend-native -- what others may do
  Object.defineProperty(Object.prototype, 'polluted', { value: () => 1, enumerable: true, configurable: true, writable: true })
  try {
    await timeline.append(halted())
    expect(await timeline.ingest(JSON.stringify(halted()))).toMatchObject({ appended: 1, rejected: [] })
  } finally {
    delete (Object.prototype as { polluted?: unknown }).polluted
  }
})

test('an event has the fields that were given, and the stamps of the log, and no others', async () => {
  const timeline = await openTimeline({ clock })
  const least = { type: 'noted', subject: 's', occurredAt: '2025' }
  const [plain, full, retraction] = await timeline.append([
    least,
    { ...least, id: 'b', reportedAt: '2025-07-01', source: 'press', data: 1 },
    { id: 'c', type: 'retracted', subject: 's', supersedes: 'b' },
  ])
  const stamps = ['position', 'id', 'type', 'subject', 'reportedAt', 'appendedAt']
  expect(Object.keys(plain!).toSorted()).toEqual([...stamps, 'occurredAt'].toSorted())
  expect(Object.keys(full!).toSorted()).toEqual([...stamps, 'occurredAt', 'source', 'data'].toSorted())
  expect(Object.keys(retraction!).toSorted()).toEqual([...stamps, 'supersedes'].toSorted())
})

test('what no append would have written is told with its position, at each question and by verify', async () => {
  const head = '"id":"odd","type":"noted","subject":"s"'
  const record = (fields: string) => {
    const event = `{${head},${fields}}`
    return new Chain().write('2025-07-16T09:00:00.000Z', { texts: [event], bytes: event.length + 1 }).record
  }
  for (const [fields, code] of [
    [`"occurredAt":"2025","data":${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'INVALID_EVENT'],
    ['"occurredAt":"2025","reportedAt":null', 'INVALID_EVENT'],
    ['"occurredAt":"2025","reportedAt":"yesterday"', 'INVALID_DATE'],
    ['"occurredAt":"nope"', 'INVALID_DATE'],
  ] as const) {
    const log = memoryLog()
    await log.append(1, record(fields))
    const timeline = await openTimeline({ log, clock })
    await timeline.append(halted())
    for (const ask of [() => timeline.asOf().events(), () => timeline.asOf().get(latest, 's'), () => timeline.verify()])
      expect(await failureOf(async () => ask())).toMatchObject({ code, details: { id: 'odd', position: 1 } })
  }
})

test('a line is not blamed for a stored event that cannot be read, and what is there already is known without reading it', async () => {
  const log = memoryLog()
  const noted = (id: string, data: unknown) => ({ id, type: 'noted', subject: 's', occurredAt: '2025', data })
  await (await openTimeline({ log, clock })).append([noted('a', 'US'), noted('b', 7)])
  const strict = await openTimeline({ log, clock, events: defineEvents({ noted: z.number() }) })
  const append = (inputs: readonly EventInput[]) => strict.append(inputs as never)
  for (const dryRun of [true, false]) {
    const { rejected, ...count } = await strict.ingest(
      [noted('a', 7), noted('a', 'US'), noted('b', 7)].map((one) => JSON.stringify(one)).join('\n'),
      { dryRun },
    )
    expect(rejected).toMatchObject([{ line: 1, code: 'DUPLICATE_ID' }])
    expect(count).toEqual({ appended: 0, duplicates: 2 })
  }
  expect((await failureOf(() => append([noted('a', 7)]))).code).toBe('DUPLICATE_ID')
  expect(await failureOf(() => append([noted('c', 7), noted('a', 'US')]))).toMatchObject({
    code: 'INVALID_EVENT',
    details: { position: 1 },
  })
  expect(strict.position).toBe(2)
})

test('calls that overlap share a commit, and a refused one rejects alone', async () => {
  const log = memoryLog()
  const timeline = await openTimeline({ log, clock })
  const calls = [
    timeline.append(halted({ id: 'a' })),
    timeline.append(halted({ supersedes: 'z' })),
    timeline.append(halted({ supersedes: 'a' })),
  ]
  expect((await Promise.allSettled(calls)).map((call) => call.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await linesOf(log.read(1))).toHaveLength(1)
  expect(timeline.position).toBe(2)
})

test('calls that do not fit one record together take two', async () => {
  const log = memoryLog()
  const timeline = await openTimeline({ log, clock })
  const big = 'x'.repeat(600_000)
  await Promise.all([timeline.append(halted({ data: big })), timeline.append(halted({ data: big }))])
  const records = await linesOf(log.read(1))
  expect(records).toHaveLength(2)
  expect(Math.max(...records.map((record) => Buffer.byteLength(record)))).toBeLessThanOrEqual(log.maxRecordBytes)
})

test('a record may be full to its last byte', async () => {
  const filled = async (chars: number) => {
    const log = memoryLog()
    await (await openTimeline({ log, clock })).append(halted({ id: 'a', data: 'x'.repeat(chars) }))
    const [record = ''] = await linesOf(log.read(1))
    return Buffer.byteLength(record)
  }
  const chars = memoryLog().maxRecordBytes - (await filled(0))
  expect(await filled(chars)).toBe(memoryLog().maxRecordBytes)
  expect((await failureOf(() => filled(chars + 1))).code).toBe('TOO_LARGE')
})

test('two timelines on one log append one after the other, and each sees what the other wrote', async () => {
  const log = memoryLog()
  const [one, other] = [await openTimeline({ log, clock }), await openTimeline({ log, clock })]
  await Promise.all([one.append(halted({ id: 'a' })), other.append(halted({ id: 'b' })), one.append(halted({ id: 'c' }))])
  await one.append(halted({ id: 'd' })) // which finds the other's record in its place, and takes it in first
  await one.append(halted({ id: 'd2', supersedes: 'b' }))
  await other.append(halted({ id: 'e' }))
  expect(await linesOf(other.export())).toHaveLength(6)
  expect((await failureOf(() => one.append(halted({ supersedes: 'b' })))).code).toBe('ALREADY_SUPERSEDED')
  expect((await openTimeline({ log })).position).toBe(6)
})

test('a log that reports a conflict and then holds nothing new is unavailable, not an endless loop', async () => {
  const log: Log = { ...memoryLog(), append: () => Promise.reject(Object.assign(new Error('taken'), { code: 'CONFLICT' })) }
  const timeline = await openTimeline({ log })
  expect((await failureOf(() => timeline.append(halted()))).code).toBe('LOG_UNAVAILABLE')
})

test('changed tells each state that a commit changes as of today, with the events that did', async () => {
  const timeline = await openTimeline({ clock, projections: [status, latest] })
  const changes: Change[] = []
  const listener = (change: Change) => changes.push(change)
  timeline.on('changed', listener)
  await timeline.append([halted({ id: 'a' }), halted({ subject: 'chip/h800', occurredAt: '2026' })]) // the second one is yet to come
  expect(changes.map(({ projection, key }) => [projection.name, key])).toEqual([
    ['status', 'chip/h20'],
    ['latest', 'chip/h20'],
  ])
  expect(changes[0]).toMatchObject({ before: { status: 'unreported' }, after: { status: 'halted' }, events: [{ id: 'a' }] })
  await timeline.append({ id: 'b', type: 'retracted', subject: 'chip/h20', supersedes: 'a' })
  expect(changes[2]).toMatchObject({ before: { status: 'halted' }, after: { status: 'unreported' }, events: [{ id: 'b' }] })
  timeline.off('changed', listener)
  await timeline.append(halted())
  expect(changes).toHaveLength(4)
})

test('appended tells the events of each commit, duplicates left out', async () => {
  const timeline = await openTimeline({ clock })
  const appended: string[][] = []
  timeline.on('appended', (events) => appended.push(events.map((event) => event.id)))
  await Promise.all([timeline.append([halted({ id: 'a' }), halted({ id: 'b' })]), timeline.append(halted({ id: 'c' }))])
  await timeline.append([halted({ id: 'a' }), halted({ id: 'd' })])
  expect(appended).toEqual([['a', 'b', 'c'], ['d']])
})

test('a projection that fails is warned of, and keeps neither the append nor the other projections from going on', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const failing = defineProjection({
    name: 'failing',
    initial: () => 0,
    on: () => {
      throw new Error('bug')
    },
  })
  const timeline = await openTimeline({ clock, projections: [failing, status] })
  const changed: string[] = []
  timeline.on('changed', ({ projection }) => changed.push(projection.name))
  await timeline.append(halted())
  expect(changed).toEqual(['status'])
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'REDUCER_FAILED' }))
  warn.mockRestore()
})

test('what fails after a commit is durable does not undo it', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  let readings = 0
  const failing = () => (readings++ === 0 ? clock() : Number.NaN)
  const timeline = await openTimeline({ clock: failing, projections: [status] })
  timeline.on('changed', () => {})
  expect(await timeline.append(halted())).toMatchObject({ position: 1 })
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  warn.mockRestore()
})

test('listeners can change nothing, and one that throws keeps no other from being called', async () => {
  const uncaught: unknown[] = []
  const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    try {
      task()
    } catch (error) {
      uncaught.push(error)
    }
  })
  const timeline = await openTimeline({ clock, projections: [status] })
  const heard: string[] = []
  timeline.on('appended', (events) => void (events as unknown[]).splice(0))
  timeline.on('appended', () => heard.push('appended'))
  timeline.on('changed', (change) => void Object.assign(change, { key: 'other' }))
  timeline.on('changed', ({ key }) => heard.push(key))
  await timeline.append(halted())
  expect(heard).toEqual(['appended', 'chip/h20'])
  expect(uncaught).toEqual([expect.any(TypeError), expect.any(TypeError)])
  queue.mockRestore()
})

test('closing waits for appends, ends an ingestion, and happens once', async () => {
  let closed = 0
  let writing = 0
  const memory = memoryLog()
  const append = async (seq: number, record: string) => {
    writing += 1
    await new Promise((resolve) => setImmediate(resolve))
    await memory.append(seq, record)
    writing -= 1
  }
  const close = async () => {
    expect(writing).toBe(0)
    closed += 1
  }
  const log: Log = { ...memory, append, close }
  const timeline = await openTimeline({ log, clock })
  const appended = timeline.append(halted())
  async function* slow() {
    for (let index = 0; index < 2500; index += 1) yield `${JSON.stringify(halted({ id: `n${index}` }))}\n`
    await timeline.close()
  }
  const ingested = failureOf(() => timeline.ingest(slow()))
  expect(await appended).toMatchObject({ position: 1 })
  expect((await ingested).code).toBe('CLOSED')
  await Promise.all([timeline.close(), timeline.close()])
  expect(closed).toBe(1)
  const stuck = await openTimeline({ log: { ...memoryLog(), close: () => Promise.reject(new Error('stuck')) } })
  expect((await failureOf(() => stuck.close())).code).toBe('LOG_UNAVAILABLE')
})

test('what another writer did wrong is told as it is, not as a failing log', async () => {
  const log = memoryLog()
  const timeline = await openTimeline({ log, clock })
  await log.append(1, 'garbage')
  expect((await failureOf(() => timeline.append(halted()))).code).toBe('LOG_CORRUPT')
})

test('what another writer appended and the catalog refuses fails each question, and keeps nothing from being appended', async () => {
  const log = memoryLog()
  const strict = await openTimeline({ log, clock, events: defineEvents({ 'export.halted': z.object({ by: z.number() }) }) })
  const other = await openTimeline({ log, clock })
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const told = vi.fn()
  strict.on('appended', told)
  const early = strict.asOf()
  await other.append(halted())
  expect(await strict.append({ type: 'export.halted', subject: 's', occurredAt: '2025', data: { by: 7 } })).toMatchObject({ position: 2 })
  expect([early.events(), early.get(latest, 's')]).toEqual([[], {}])
  await other.append(halted())
  expect(await strict.ingest(JSON.stringify({ ...halted(), data: { by: 8 } }))).toMatchObject({ appended: 1, rejected: [] })
  expect([await strict.refresh(), strict.position]).toEqual([0, 4])
  expect(told.mock.calls).toMatchObject([[[{ position: 2 }]], [[{ position: 4 }]]])
  expect(warned.mock.calls).toMatchObject([1, 3].map((position) => [{ code: 'INVALID_EVENT', details: { position } }]))
  warned.mockRestore()
  for (const ask of [() => strict.asOf().events(), () => strict.asOf().get(latest, 's'), () => strict.verify()])
    for (const _ of ['once', 'and again'])
      expect(await failureOf(async () => ask())).toMatchObject({ code: 'INVALID_EVENT', details: { position: 1 } })
})

test('a log is given each record as a text and as its UTF-8', async () => {
  const memory = memoryLog()
  const given: [string, Uint8Array | undefined][] = []
  const append: Log['append'] = async (seq, record, utf8) => {
    given.push([record, utf8])
    await memory.append(seq, record) // as a log that knows texts alone
  }
  const timeline = await openTimeline({ log: { ...memory, append }, clock })
  await timeline.append([halted({ id: 'a', data: 'Zürich, 東京, \u{1F600}' }), halted({ id: 'b', data: '\\"' })])
  await timeline.ingest(`${JSON.stringify(halted({ id: 'c', data: 'é' }))}\n${JSON.stringify(halted({ id: 'd' }))}`)
  await timeline.append(halted({ id: 'e', data: '東'.repeat(2000) }))
  expect(given.map(([record]) => record)).toEqual(await recordsOf(memory))
  for (const [record, utf8] of given) expect(Buffer.from(utf8!).equals(Buffer.from(record))).toBe(true)
  expect(await timeline.verify()).toMatchObject({ events: 5 })
})

test('a record whose events have not as many bytes as were counted is not written', () => {
  const texts = ['{"data":"東京"}']
  const bytes = Buffer.byteLength(texts[0]!) + 1
  const sealed = (counted: number) => new Chain().write('2025-07-16T09:00:00.000Z', { texts, bytes: counted })
  expect(JSON.parse(sealed(bytes).record)).toMatchObject({ events: [{ data: '東京' }] })
  for (const off of [-100, -1, 1, 100]) expect(() => sealed(bytes + off)).toThrow(RangeError)
})

test('a date of more than 10,000 characters is refused where it is given, and read where a log has it', async () => {
  const days = `[${Array.from({ length: 2500 }, () => '2025').join()}]`
  const instant = `2025-05-01T00:00:00.${'0'.repeat(10_000)}Z`
  const timeline = await openTimeline({ clock })
  for (const fields of [{ occurredAt: days }, { reportedAt: instant }])
    await expect(timeline.append(halted(fields))).rejects.toMatchObject({ code: 'INVALID_DATE' })
  for (const dates of [`"occurredAt":"${days}","reportedAt":"2025-07-16"`, `"occurredAt":"2025","reportedAt":"${instant}"`]) {
    const event = `{"id":"long","type":"export.halted","subject":"chip/h20",${dates}}`
    const log = memoryLog()
    await log.append(1, new Chain().write('2025-07-16T09:00:00.000Z', { texts: [event], bytes: event.length + 1 }).record)
    for (const events of [undefined, { 'export.halted': z.undefined() }]) {
      const opened = await openTimeline({ log, clock, ...(events && { events }) })
      expect(opened.asOf('2026', { reported: '2026' }).events()).toHaveLength(1)
    }
  }
})

test('whoever wrote the records before one that is broken tells its offset in bytes, as whoever reads them does', async () => {
  const log = memoryLog()
  const timeline = await openTimeline({ log, clock })
  await timeline.append(halted({ data: '東京' }))
  await log.append(2, 'garbage')
  const first = await log.read(1)[Symbol.asyncIterator]().next()
  const offset = Buffer.byteLength(first.value as string) + 1
  for (const read of [() => timeline.refresh(), () => openTimeline({ log, clock })])
    expect(await failureOf(read)).toMatchObject({ code: 'LOG_CORRUPT', details: { record: 2, offset } })
})

test('calls that met a conflict keep their place before later ones', async () => {
  const log = memoryLog()
  const [one, other] = [await openTimeline({ log, clock }), await openTimeline({ log, clock })]
  await other.append(halted({ id: 'x' }))
  const later: Promise<unknown>[] = []
  const read = log.read.bind(log)
  log.read = (from) => {
    if (later.length === 0) later.push(one.append(halted({ id: 'b' })))
    return read(from)
  }
  await one.append(halted({ id: 'a' }))
  await Promise.all(later)
  expect(
    one
      .asOf()
      .events()
      .map(({ id }) => id),
  ).toEqual(['x', 'a', 'b'])
})

test('data is what the schema returns, though that be nothing', async () => {
  const events = defineEvents({ noted: z.object({ a: z.number() }).optional().catch(undefined) })
  const timeline = await openTimeline({ clock, events })
  const event = await timeline.append({ type: 'noted', subject: 's', occurredAt: '2025', data: 'junk' as never })
  expect('data' in event).toBe(false)
})

test('an export is of what was there when it was asked for', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append(halted())
  const lines = timeline.export()
  await timeline.append(halted())
  expect(await linesOf(lines)).toHaveLength(1)
})

test('replay yields each step in order of occurrence; before `from` it folds without yielding', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append([
    halted({ type: 'export.resumed', occurredAt: '2025-07-15' }),
    halted(),
    halted({ subject: 'other', occurredAt: '2025-05' }),
  ])
  const steps = [...timeline.replay(status)].map(({ key, event, state }) => [key, event.occurredAt, state.status])
  expect(steps).toEqual([
    ['chip/h20', '2025-04', 'halted'],
    ['other', '2025-05', 'halted'],
    ['chip/h20', '2025-07-15', 'resumed'],
  ])
  expect([...timeline.replay(status, { from: '2025-05', to: '2025-06', reported: '2025-07-16' })].map(({ key }) => key)).toEqual(['other'])
  expect([...timeline.replay(status, { key: 'chip/h20', from: '2025-07-15' })].map(({ state }) => state)).toEqual([{ status: 'resumed' }])
})

test('a replay is of what was there when it was asked for, and fails with a step, not with the call', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append(halted())
  const [all, one] = [timeline.replay(status), timeline.replay(status, { key: 'chip/h20' })]
  await timeline.append(halted())
  expect([[...all], [...one]]).toMatchObject([[{ key: 'chip/h20' }], [{ key: 'chip/h20' }]])

  const fails = () => {
    throw new Error('no key')
  }
  const keyless = defineProjection({ name: 'keyless', key: fails, initial: () => ({}), on: () => {} })
  for (const steps of [timeline.replay(keyless), timeline.replay(keyless, { key: 'chip/h20' })])
    expect(() => steps.next()).toThrow(expect.objectContaining({ code: 'REDUCER_FAILED' }))
})

test('names such as __proto__ and constructor are subjects, ids and keys like any other', async () => {
  const timeline = await openTimeline({ clock })
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const type = name === '__proto__' ? 'export.halted' : name
    await timeline.append([halted({ id: name, subject: name }), halted({ type, subject: name, supersedes: name })])
    expect(Object.entries(timeline.asOf().get(latest, name))).toMatchObject([[type, { occurredAt: '2025-04' }]])
    expect(timeline.asOf().get(status, `${name}?`)).toEqual({ status: 'unreported' })
  }
  expect(timeline.asOf().fingerprint(latest)).toMatch(/^[0-9a-f]{64}$/)
})

function isFrozenDeep(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozenDeep))
}

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}
