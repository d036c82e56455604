import { type EventInput, type TimelineEvent, bySubject, defineProjection, diff, fileLog, fold, latest, openTimeline } from 'asof'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryPath } from '../log/folder.js'
import { failureOf } from '../refusal.js'

const clock = () => Date.UTC(2025, 6, 16, 9)
const bug = new Error('bug')

type State = { n: number; of?: unknown }

/** What goes wrong on the event `bad`, and the cause that is told. */
const FAULTS: [string, (state: State) => unknown, unknown][] = [
  [
    'throws',
    () => {
      throw bug
    },
    bug,
  ],
  ['returns a promise', async () => {}, expect.objectContaining({ message: 'it returned a promise' })],
  ['puts a function into the state', (state) => void (state.of = () => 1), withFunction()],
  ['puts one deep into the state', (state) => void (state.of = { list: [new Map([['a', () => 1]])] }), withFunction()],
  [
    'puts a promise into it that fails',
    (state) => void (state.of = Promise.reject(bug)),
    expect.objectContaining({ message: 'it put a promise into the state' }),
  ],
  [
    'puts one deep into it',
    (state) => void (state.of = { list: [{ of: Promise.resolve() }] }),
    expect.objectContaining({ message: 'it put a promise into the state' }),
  ],
  ['returns a state with a function', () => ({ n: 1, of: () => 1 }), withFunction()],
]

const note = (id: string, fields: Partial<EventInput> = {}): EventInput => ({
  id,
  type: 'noted',
  subject: 's',
  occurredAt: '2025-04-01',
  reportedAt: '2025-04-02',
  ...fields,
})

const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
beforeEach(() => void warn.mockClear())

describe.each(FAULTS)('a reducer that %s', (_, fault, cause) => {
  const on = (state: State, event: TimelineEvent): void | State => {
    if (event.id.startsWith('bad')) return fault(state) as void | State
    state.n += 1
  }
  const keyed = defineProjection({ name: 'keyed', key: bySubject, initial: (): State => ({ n: 0 }), on })
  const single = defineProjection({ name: 'single', initial: (): State => ({ n: 0 }), on })
  const failure = (projection: string) => ({ code: 'REDUCER_FAILED', details: { projection, event: { id: 'bad' } }, cause })

  /** A timeline on a file, in which the event that is the matter follows three and is followed by one. */
  async function opened() {
    const path = temporaryPath()
    const timeline = await openTimeline({ log: fileLog(path), clock, projections: [keyed, single, latest] })
    await timeline.append([note('a'), note('b'), note('c', { subject: 't' })])
    const before = timeline.asOf()
    const appended = await timeline.append(note('bad', { occurredAt: '2025-04-03', reportedAt: '2025-04-04' }))
    await timeline.append(note('d', { occurredAt: '2025-04-05', reportedAt: '2025-04-06' }))
    return { path, timeline, before, appended, view: timeline.asOf() }
  }

  test('fails every answer that it is in, each time, with projection, event and cause', async () => {
    const { timeline, before, view } = await opened()
    const answers = [
      () => view.get(keyed, 's'),
      () => view.entries(keyed),
      () => view.fingerprint(keyed),
      () => view.explain(keyed, 's'),
      () => diff(before, view, keyed),
      () => fold(keyed, view.events()),
      () => [...timeline.replay(keyed)],
    ]
    for (const answer of [...answers, ...answers]) expect(await failureOf(answer)).toMatchObject(failure('keyed'))
    for (const answer of [() => view.get(single), () => view.fingerprint(single)])
      expect(await failureOf(answer)).toMatchObject(failure('single'))
  })

  test('leaves alone other keys, other projections, and the dates and positions before it', async () => {
    const { timeline, before, view } = await opened()
    expect(await failureOf(() => view.get(keyed, 's'))).toMatchObject(failure('keyed'))
    expect([view.get(keyed, 't'), view.get(latest, 's')]).toMatchObject([{ n: 1 }, { noted: { occurredAt: '2025-04-05' } }])
    expect([before.get(keyed, 's'), before.get(single)]).toEqual([{ n: 2 }, { n: 3 }])
    const earlier = [timeline.asOf('2025-04-02'), timeline.asOf('2025-07', { reported: '2025-04-03' })]
    for (const one of earlier) expect([one.get(keyed, 's'), one.get(single)]).toEqual([{ n: 2 }, { n: 3 }])
    expect(view.events().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'bad', 'd'])
  })

  test('keeps no append from being made, told and found again', async () => {
    const path = temporaryPath()
    const timeline = await openTimeline({ log: fileLog(path), clock, projections: [keyed, latest, single] })
    const told: string[] = []
    timeline.on('appended', (events) => void told.push(...events.map(({ id }) => id)))
    timeline.on('changed', ({ projection }) => void told.push(projection.name))
    expect(await timeline.append(note('bad'))).toMatchObject({ position: 1 })
    expect(told).toEqual(['bad', 'latest'])
    expect(warn.mock.calls.map(([warning]) => warning)).toMatchObject([failure('keyed'), failure('single')])
    expect(await timeline.append(note('a', { subject: 't' }))).toMatchObject({ position: 2 })
    expect(await timeline.verify()).toMatchObject({ events: 2 })
    expect((await openTimeline({ log: fileLog(path), clock })).asOf().get(latest, 's')).toMatchObject({
      noted: { occurredAt: '2025-04-01' },
    })
  })

  test('answers again once the event is superseded or withdrawn, for those who ask after that', async () => {
    const { timeline, view } = await opened()
    await timeline.append({ id: 'x', type: 'retracted', subject: 's', supersedes: 'bad', reportedAt: '2025-07-01' })
    expect([timeline.asOf().get(keyed, 's'), timeline.asOf().get(single)]).toEqual([{ n: 3 }, { n: 4 }])
    expect(await failureOf(() => timeline.asOf('2025-07', { reported: '2025-06' }).get(keyed, 's'))).toMatchObject(failure('keyed'))
    expect(await failureOf(() => view.get(single))).toMatchObject(failure('single'))
  })
})

test('an initial state with a function fails before any event', async () => {
  const timeline = await openTimeline({ clock })
  const p = defineProjection({ name: 'p', initial: () => ({ of: [() => 1] }), on: {} })
  const { code, details, cause } = await failureOf(() => timeline.asOf().get(p))
  expect([code, details['event'], cause]).toEqual(['REDUCER_FAILED', undefined, withFunction()])
})

test('a promise that fails in a state of more than one level does not end the process', async () => {
  const timeline = await openTimeline({ clock })
  const p = defineProjection({
    name: 'p',
    initial: (): { list: unknown } => ({ list: [] }),
    on: (state, { id }) => void (state.list = id === 'bad' ? Promise.reject(bug) : [id]),
  })
  await timeline.append([note('a'), note('b'), note('bad'), note('c')])
  expect(await failureOf(() => timeline.asOf().get(p))).toMatchObject({ code: 'REDUCER_FAILED', details: { event: { id: 'bad' } } })
})

test('a key that fails is told with its event, and fails no other projection', async () => {
  const timeline = await openTimeline({ clock })
  const keyless = defineProjection({
    name: 'keyless',
    key: (): string => {
      throw bug
    },
    initial: () => 0,
    on: (state) => state + 1,
  })
  await timeline.append(note('a'))
  expect(await failureOf(() => timeline.asOf().get(keyless, 's'))).toMatchObject({
    code: 'REDUCER_FAILED',
    details: { projection: 'keyless', event: { id: 'a' } },
    cause: bug,
  })
  expect(timeline.asOf().get(latest, 's')).toMatchObject({ noted: {} })
})

function withFunction(): unknown {
  return expect.objectContaining({ message: 'it put a function into the state' })
}
