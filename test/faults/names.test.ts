import { type Keyed, type Timeline, bySubject, defineProjection, diff, fileLog, fold, latest, openTimeline } from 'asof'
import { afterAll, expect, test } from 'vitest'
import { events as catalog } from '../../events/catalog.js'
import { claims } from '../../projections/claims.js'
import { exportStatus } from '../../projections/export-status.js'
import { modelLandscape } from '../../projections/model-landscape.js'
import { standingInChina } from '../../projections/standing-in-china.js'
import { Folder, lineOf } from '../cli/folder.js'
import { temporaryPath } from '../log/folder.js'

/** Names that every object, function or promise answers to, or that an engine looks for. */
// prettier-ignore
const NAMES = [
  'constructor', 'toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'prototype', '__defineGetter__',
  '__defineSetter__', '__lookupGetter__', '__lookupSetter__', 'then', 'toJSON', 'length', 'size', 'get', 'caller', 'inspect',
]
const PROTO = '__proto__'

/** A name like another that says nothing to anyone, and stands in the same place among others. */
const ordinary = (name: string) => `${name.slice(0, -1)}~`

const OWNERS = { Object, Array, Map, Set, String, Number, Function, Promise }
const descriptors = () =>
  Object.entries(OWNERS).flatMap(([owner, { prototype }]) =>
    Reflect.ownKeys(prototype).map((key) => [`${owner}.${String(key)}`, Object.getOwnPropertyDescriptor(prototype, key)!] as const),
  )
const before = descriptors()
afterAll(() => {
  const after = descriptors()
  expect(after.map(([key]) => key)).toEqual(before.map(([key]) => key))
  const changed = after.filter(([, now], index) => {
    const was = before[index]![1]
    return (Object.keys(now) as (keyof PropertyDescriptor)[]).some((part) => !Object.is(now[part], was[part]))
  })
  expect(changed.map(([key]) => key)).toEqual([])
})

const clock = () => Date.UTC(2025, 6, 20)
const REPORT = { reportedAt: '2025-06-01' }

/** A log in which everything that may have a name has this one; the type and the keys of data where they may. */
function logOf(name: string, inData = name) {
  const about = { subject: name, source: name, ...REPORT }
  return [
    { id: name, type: inData, occurredAt: '2025-01', ...about, data: { [inData]: { [inData]: name }, list: [name] } },
    { id: 'e2', type: inData, occurredAt: '2025-02', ...about, data: { [inData]: [inData] }, supersedes: name },
    { id: 'e3', type: 'noted', occurredAt: '2025-03', ...about, data: name },
    { id: 'e4', type: inData, occurredAt: '2025-03-05', subject: 'other', ...REPORT, data: null },
  ]
}

/** Names as keys of plain objects, of Maps, and of the projection itself. */
const tally = defineProjection({
  name: 'tally',
  key: (event) => [event.subject, event.source ?? '', ...keysOf(event.data)],
  initial: (key) => ({ of: key, counts: {} as Record<string, number>, seen: new Map<string, string>(), sources: new Set<string>() }),
  on: (state, { type, subject, source = '', id }) => {
    state.counts[type] = (Object.hasOwn(state.counts, type) ? state.counts[type]! : 0) + 1
    state.seen.set(subject, id)
    state.sources.add(source)
  },
})
const flat = defineProjection({
  name: 'flat',
  key: bySubject,
  initial: (): Record<string, string> => ({}),
  on: (state, { type, occurredAt }) => {
    state[type] = occurredAt
  },
})
/** Takes events of one type only, and no other name for a handler. */
const noted = defineProjection({
  name: 'noted',
  key: bySubject,
  initial: () => ({ count: 0 }),
  on: {
    noted: (state) => {
      state.count += 1
    },
  },
})
const PROJECTIONS: readonly Keyed<unknown>[] = [latest, tally, flat, noted]

/** All that can be asked of a timeline, by name. */
async function answersOf(timeline: Timeline, name: string, inData = name): Promise<object> {
  const view = timeline.asOf('2025-07')
  const early = timeline.asOf('2025-02-10')
  const supposed = view.with({ id: 'e5', type: inData, subject: name, occurredAt: '2025-05', data: { [inData]: 0 } })
  const lines: unknown[] = []
  for await (const line of timeline.export()) lines.push(JSON.parse(line))
  return {
    lines,
    events: [view.events(), view.events({ subject: name }), view.events({ type: inData }), view.events({ subject: name, type: 'noted' })],
    ofProjections: PROJECTIONS.map((projection) => ({
      states: [view, early, supposed].map((one) => [
        one.get(projection, name),
        one.get(projection, 'never seen'),
        [...one.entries(projection)],
      ]),
      explained: view.explain(projection, name),
      ambiguous: early.ambiguous(projection, name),
      differs: [diff(early, view, projection), diff(view, supposed, projection)],
      folded: [...fold<unknown>(projection, view.events())],
      steps: [...timeline.replay(projection, { key: name, from: '2025-02' })],
      isFolded: view.fingerprint(projection) === supposed.fingerprint(projection),
    })),
  }
}

const keysOf = (data: unknown) => (typeof data === 'object' && data !== null ? Object.keys(data) : [])

/** A value in which a name is the ordinary one, wherever it stands. */
function renamed(value: unknown, name: string): string[] {
  const text = JSON.stringify(
    value,
    (_, item: unknown) => {
      if (item instanceof Set) return { set: [...item] }
      return item instanceof Map ? { map: [...item] } : item
    },
    1,
  )
  return text.replaceAll(JSON.stringify(name), JSON.stringify(ordinary(name))).split('\n')
}

async function outcomeOf(name: string, inData = name) {
  const path = temporaryPath()
  const heard: unknown[] = []
  const timeline = await openTimeline({ log: fileLog(path), projections: PROJECTIONS, clock })
  timeline
    .on('appended', (events) => heard.push(events))
    .on('changed', ({ projection, ...change }) => heard.push([projection.name, change]))
  for (const input of logOf(name, inData)) await timeline.append(input)
  const again = await timeline.ingest(logOf(name, inData).map(lineOf).join(''))
  const answers = await answersOf(timeline, name, inData)
  await timeline.close()
  const read = await openTimeline({ log: fileLog(path), clock })
  const copy = await openTimeline({ clock })
  const copied = await copy.ingest(read.export())
  const all = {
    heard,
    again,
    copied,
    answers,
    ofRead: await answersOf(read, name, inData),
    ofCopy: await answersOf(copy, name, inData),
    verified: (await read.verify()).events,
  }
  await read.close()
  return renamed(all, name)
}

test.each(NAMES)('%s is answered like any other name, wherever it stands', async (name) => {
  expect(await outcomeOf(name)).toEqual(await outcomeOf(ordinary(name)))
})

test('__proto__ is answered like any other name as subject, source, id and key', async () => {
  expect(await outcomeOf(PROTO, 'in-data')).toEqual(await outcomeOf(ordinary(PROTO), 'in-data'))
})

test('__proto__ is refused as a type, a field or a key of data, whoever gives it', async () => {
  const good = { type: 'noted', subject: 's', occurredAt: '2025' }
  const timeline = await openTimeline()
  const unsafe = [
    `{"type":"${PROTO}","subject":"s","occurredAt":"2025"}`,
    `{"type":"noted","subject":"s","occurredAt":"2025","${PROTO}":{}}`,
  ].concat([`{"${PROTO}":{"polluted":1}}`, `[{"a":{"\\u005f_proto__":0}}]`].map((data) => lineOf(good).replace('}', `,"data":${data}}`)))
  for (const text of unsafe) {
    expect((await timeline.ingest(text)).rejected).toMatchObject([{ code: 'UNSAFE_VALUE' }])
    await expect(timeline.append(JSON.parse(text))).rejects.toMatchObject({ code: 'UNSAFE_VALUE' })
    expect(() => timeline.asOf().with(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'UNSAFE_VALUE' }))
  }
  expect(timeline.position).toBe(0)
  expect('polluted' in {}).toBe(false)
})

/** The article's kinds of events, in which every name is this one. */
function storyOf(name: string) {
  const account = { saidBy: name, certainty: 'stated' as const, summary: name }
  const about = { subject: name, source: name, occurredAt: '2025-04', reportedAt: '2025-07-16' }
  return [
    { ...about, type: 'export.halted' as const, data: { ...account, by: name, seller: name, reason: name } },
    { ...about, type: 'assurance.given' as const, data: { ...account, by: name, to: name } },
    { ...about, type: 'export.resumption-announced' as const, occurredAt: '2025-05', data: { ...account, by: name, seller: name } },
    { ...about, type: 'market-share.fell' as const, data: { ...account, country: name } },
    { ...about, type: 'model.released' as const, data: { ...account, model: name, developer: name, open: true } },
    { ...about, type: 'model.praised' as const, occurredAt: '2025-06', data: { ...account, model: name, developer: name } },
    { ...about, type: 'app.powered' as const, data: { ...account, app: name, company: name, kind: name } },
    { ...about, type: 'model.developed' as const, data: { ...account, developer: name } },
  ]
}

async function storyAnswers(name: string) {
  const timeline = await openTimeline({ events: catalog, clock })
  await timeline.append(storyOf(name).map((input, index) => ({ ...input, id: `e${index}` })))
  const view = timeline.asOf('2025-07-20')
  const keyed = [exportStatus, standingInChina, claims, latest].map((projection) => [
    view.get<unknown>(projection, name),
    [...view.entries<unknown>(projection)],
    view.explain<unknown>(projection, name),
    view.ambiguous(projection, name),
  ])
  return renamed([keyed, view.get(modelLandscape), view.explain(modelLandscape), view.ambiguous(modelLandscape)], name)
}

test.each([...NAMES, PROTO])("the article's projections answer %s like any other name", async (name) => {
  expect(await storyAnswers(name)).toEqual(await storyAnswers(ordinary(name)))
})

const desk = new Folder()

/** What the command line says of a log, with the name as the ordinary one. */
function told(name: string, inData: string): string[] {
  desk.write(`${name}.jsonl`, logOf(name, inData).map(lineOf).join(''))
  const log = ['--log', `${name}.asof`]
  const commands = [
    ['ingest', `${name}.jsonl`],
    ['state', 'latest', name],
    ['state', name, '--json'],
    ['state', 'latest', name, '--json', '--at', '2025-02-10'],
    ['events', '--subject', name],
    ['events', '--type', inData],
    ['history', 'latest', name],
    ['explain', 'latest', name],
    ['diff', 'latest', name, '--from-at', '2025-01-01', '--to-at', '2025-07-01'],
    ['retract', 'e3', '--reason', name, '--reported', '2025-07-01'],
    ['add', inData, name, '--occurred', '2025-04', '--reported', '2025-07-01', '--data', `${inData}=${name}`],
    ['state', name],
  ]
  return commands.map((args) => {
    const { stdout, stderr, status } = desk.asof([...args, ...log])
    const text = `${args[0]} ${status}\n${stdout}${stderr}`.replaceAll(name, ordinary(name))
    return text
      .replace(/^\S+ is event/gm, 'it is event')
      .replaceAll(/"appendedAt": "[^"]+"/g, '')
      .replaceAll(/ +/g, ' ')
  })
}

test.each([
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['then', 'then'],
  [PROTO, 'in-data'],
])('the command line answers %s like any other name', (name, inData) => {
  expect(told(name, inData)).toEqual(told(ordinary(name), inData === name ? ordinary(name) : inData))
})
