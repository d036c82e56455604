import { type EventInput, bySubject, defineEvents, defineProjection, diff, latest, openTimeline } from 'asof'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { View } from '../src/view.js'

// The rules of a query, one by one; that they hold for every log is for properties.test.ts.

const clock = () => Date.UTC(2025, 7, 31)
const event = (id: string, occurredAt: string, reportedAt: string, fields: Partial<EventInput> = {}) =>
  ({ id, type: 'noted', subject: 's', occurredAt, reportedAt, ...fields }) as EventInput
const retraction = (id: string, supersedes: string, reportedAt: string): EventInput => ({
  id,
  type: 'retracted',
  subject: 's',
  supersedes,
  reportedAt,
})
const viewOf = async (...inputs: EventInput[]) => {
  const timeline = await openTimeline({ clock })
  await timeline.append(inputs)
  return (date?: string, options = {}) => timeline.asOf(date, options)
}
const idsOf = (view: { events: () => readonly { id: string }[] }) => view.events().map(({ id }) => id)
const journal = defineProjection({
  name: 'journal',
  key: bySubject,
  initial: (): string[] => [],
  on: (state, { id }) => void state.push(id),
})

test('the date is today, the report at the end of time and the position the last, unless said otherwise', async () => {
  const asOf = await viewOf(event('a', '2025', '2025-01-01'))
  const view = asOf()
  expect([view.date, view.reported, view.position, view.imprecise]).toEqual([Date.UTC(2025, 8, 1) - 1, Infinity, 1, 'latest'])
  expect(idsOf(asOf('2025-08-31', { reported: view.reported, position: view.position }))).toEqual(['a'])
})

test('an event counts at the end of its period', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-07-16'))
  expect([idsOf(asOf('2025-04-29')), idsOf(asOf('2025-04-30'))]).toEqual([[], ['a']])
  expect([idsOf(asOf('2025-04-01', { imprecise: 'earliest' })), idsOf(asOf('2025-03-31', { imprecise: 'earliest' }))]).toEqual([['a'], []])
})

test('a query date includes all of its period', async () => {
  const asOf = await viewOf(event('a', '2025-04-30T23:59:59.999Z', '2025-05-01'))
  expect(idsOf(asOf('2025-04'))).toEqual(['a'])
  expect(idsOf(asOf('2025-04-30T23:59:59.998Z'))).toEqual([])
})

test('what was reported as having begun was over by the end of the day of its report', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-04-15T08:00:00+02:00'))
  expect([idsOf(asOf('2025-04-15T23:59:59.998Z')), idsOf(asOf('2025-04-15'))]).toEqual([[], ['a']])
})

test('what lies after its report is scheduled: visible, and counted once its time has come', async () => {
  const asOf = await viewOf(event('a', '2025-06', '2025-04-15'))
  expect([idsOf(asOf('2025-06-29')), idsOf(asOf('2025-06-30'))]).toEqual([[], ['a']])
})

test('an event is seen from the end of the day of its report on', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-07-16'))
  expect([idsOf(asOf('2025-06', { reported: '2025-07-15' })), idsOf(asOf('2025-06', { reported: '2025-07-16' }))]).toEqual([[], ['a']])
  expect(idsOf(asOf('2025-06', { reported: '2025-07-16T23:59:59.998Z' }))).toEqual([])
})

test('order is by when it happened, then by report, then by position', async () => {
  const asOf = await viewOf(
    event('late', '2025-04-02', '2025-04-03'),
    event('d', '2025-04-01', '2025-04-03'),
    event('e', '2025-04-01', '2025-04-03'),
    event('c', '2025-04-01', '2025-04-02'),
  )
  expect(idsOf(asOf())).toEqual(['c', 'd', 'e', 'late'])
})

test('a better account counts instead, for those who ask after it was reported and appended', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01'), event('b', '2025-04-09', '2025-06-01', { supersedes: 'a' }))
  expect([idsOf(asOf('2025-07', { reported: '2025-05' })), idsOf(asOf('2025-07'))]).toEqual([['a'], ['b']])
  expect(idsOf(asOf('2025-07', { position: 1 }))).toEqual(['a'])
})

test('supersession is final: withdrawing a correction does not bring the original back', async () => {
  const asOf = await viewOf(
    event('a', '2025-04', '2025-05-01'),
    event('b', '2025-04', '2025-05-02', { supersedes: 'a' }),
    retraction('c', 'b', '2025-05-03'),
  )
  expect(idsOf(asOf('2025-07'))).toEqual([])
  expect(idsOf(asOf('2025-07', { reported: '2025-05-02' }))).toEqual(['b'])
})

test('a key never seen has its initial state; entries are the keys with a folded event, in code-unit order', async () => {
  const asOf = await viewOf(
    event('a', '2025-04', '2025-05-01', { subject: 'é' }),
    event('b', '2025-04', '2025-05-01', { subject: 'z' }),
    event('c', '2025-04', '2025-05-01', { subject: 'Z' }),
  )
  expect(asOf().get(journal, 'nobody')).toEqual([])
  expect([...asOf().entries(journal)]).toEqual([
    ['Z', ['c']],
    ['z', ['b']],
    ['é', ['a']],
  ])
})

test('a state may be null, which is not the initial one', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append([event('a', '2025-04', '2025-05-01'), event('b', '2025-06', '2025-07-01', { type: 'seen' })])
  const closed = defineProjection({
    name: 'closed',
    key: bySubject,
    initial: (): { open: boolean } | null => ({ open: true }),
    on: { noted: () => null, seen: (state) => (state === null ? null : { open: state.open }) },
  })
  const view = timeline.asOf()
  expect([view.get(closed, 's'), [...view.entries(closed)]]).toEqual([null, [['s', null]]])
  expect([...timeline.replay(closed, { from: '2025-06' })].map(({ state }) => state)).toEqual([null])
  expect(diff(timeline.asOf('2025-03'), view, closed)).toMatchObject([{ before: { open: true }, after: null }])
})

test('no state is begun for a key of which nothing is visible', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append(event('a', '2025-04', '2025-05-01'))
  const choosy = defineProjection({
    name: 'choosy',
    key: bySubject,
    initial: (key): string[] => {
      if (key !== 's') throw new Error('unknown subject')
      return []
    },
    on: (state, { id }) => void state.push(id),
  })
  const view = timeline.asOf('2025-06')
  await timeline.append(event('b', '2025-07', '2025-08-01', { subject: 'other' }))
  expect([...view.entries(choosy)]).toEqual([['s', ['a']]])
  expect(() => [...timeline.asOf().entries(choosy)]).toThrow('unknown subject')
})

test("the states of a hypothesis are those of its own keys and of the log's, however often they are asked for", async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01', { subject: 'a' }))
  const states = [...asOf().entries(journal)]
  const view = asOf().with(['a', 'b', 'c'].map((subject) => event(`${subject}2`, '2025-05', '2025-05-02', { subject })))
  const expected = [
    ['a', ['a', 'a2']],
    ['b', ['b2']],
    ['c', ['c2']],
  ]
  expect([[...view.entries(journal)], [...view.entries(journal)], [...asOf().entries(journal)]]).toEqual([expected, expected, states])
})

test('each of many keys has its own state, asked for one by one or all together', async () => {
  const subjects = Array.from({ length: 5000 }, (_, index) => `s${String(index).padStart(4, '0')}`)
  const asOf = await viewOf(...subjects.map((subject) => event(subject, '2025-04', '2025-05-01', { subject })))
  const states = subjects.map((subject) => [subject, [subject]])
  expect([...asOf().entries(journal)]).toEqual(states)
  expect([...asOf().entries(journal)]).toEqual(states)
  expect(subjects.map((subject) => [subject, asOf().get(journal, subject)])).toEqual(states)
})

test('states are deeply frozen, whatever they are made of', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01', { data: { deep: [1] } }))
  const inner = Object.freeze({ list: [{}] })
  const made = defineProjection({
    name: 'made',
    initial: () => ({ map: new Map([['k', { set: new Set([1]) }]]), inner, data: undefined as unknown }),
    on: (state, { data }) => void (state.data = data),
  })
  const returned = defineProjection({
    name: 'returned',
    initial: () => ({ list: [{}] }),
    on: () => ({ list: Object.freeze([{}]) as object[] }),
  })
  expect(Object.isFrozen(asOf().get(returned).list[0])).toBe(true)
  const state = asOf().get(made)
  for (const part of [state, state.inner, state.inner.list, state.inner.list[0], state.map.get('k'), state.data])
    expect(Object.isFrozen(part)).toBe(true)
  expect(() => state.map.set('x', state.map.get('k')!)).toThrow('frozen')
  expect(() => state.map.get('k')!.set.add(2)).toThrow('frozen')
})

test('a fingerprint knows states apart, and not the order of keys, Map entries or Set members', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01'))
  const printOf = (state: unknown) => asOf().fingerprint(defineProjection({ name: 'p', initial: () => state, on: {} }))
  expect(
    printOf({
      a: 1,
      b: [
        new Map([
          ['x', 1],
          ['y', 2],
        ]),
        new Set([1, 2]),
      ],
    }),
  ).toBe(
    printOf({
      b: [
        new Map([
          ['y', 2],
          ['x', 1],
        ]),
        new Set([2, 1]),
      ],
      a: 1,
      c: undefined,
    }),
  )
  expect(printOf(new Map([['a', undefined]]))).toBe(printOf(new Map()))
  expect(() => printOf({ [Symbol('s')]: 1 })).toThrow('cannot be compared')
  expect(printOf(Array.from({ length: 1 }))).not.toBe(printOf([]))
  expect(printOf(Object.assign([], { length: 1 }))).toBe(printOf([undefined]))
  const different = [
    [undefined],
    new Set([undefined]),
    {},
    [],
    '',
    '{}',
    null,
    0,
    '0',
    false,
    new Map(),
    new Set(),
    [[]],
    [1, 2],
    [2, 1],
    ['1,2'],
    { a: null },
    new Map([['a', null]]),
    Number.NaN,
    'é',
    'e\u0301',
  ]
  expect(new Set(different.map(printOf)).size).toBe(different.length)
})

test('a state may have a property called then, and an event that changes nothing is explained by no patches', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01'))
  const made = defineProjection({ name: 'p', initial: () => ({}), on: () => JSON.parse('{"then":1}') as object })
  expect(Object.keys(asOf().get(made))).toEqual(['then'])
  const idle = defineProjection({ name: 'p', initial: () => 0, on: () => {} })
  expect(asOf().explain(idle)).toMatchObject([{ patches: [] }])
})

test('ambiguous names what may not have happened by then, and what may have happened in another order', async () => {
  const asOf = await viewOf(
    event('month', '2025-04', '2025-07-16'),
    event('day', '2025-04-09', '2025-07-16'),
    event('later', '2025-06-01', '2025-07-16'),
    event('other', '2025-04', '2025-07-16', { subject: 'other' }),
  )
  const at = (date: string) =>
    asOf(date)
      .ambiguous(latest, 's')
      .map(({ id }) => id)
  expect([at('2025-03-31'), at('2025-04-08'), at('2025-05'), at('2025-07')]).toEqual([[], ['month'], ['day', 'month'], ['day', 'month']])
})

test('asked by key, ambiguous names the keys with events that could change them, and no others', async () => {
  const asOf = await viewOf(event('month', '2025-04', '2025-07-16'), event('day', '2025-04-09', '2025-07-16', { subject: 'exact' }))
  expect([...View.ambiguousByKey(asOf('2025-04-15'), latest)]).toMatchObject([['s', [{ id: 'month' }]]])
  expect([...View.ambiguousByKey(asOf('2025-05'), latest)]).toEqual([])
})

test('the order of one report is taken as told, and so is that of instants', async () => {
  const told = await viewOf(
    event('a', '2025-04', '2025-07-16', { source: 'A' }),
    event('b', '2025-04', '2025-07-16', { source: 'A' }),
    event('i', '2025-05-01T00:00:00Z', '2025-07-16'),
    event('j', '2025-05-01T00:00:00Z', '2025-07-17'),
  )
  expect(told('2025-07').ambiguous(latest, 's')).toEqual([])
  const disputed = await viewOf(event('a', '2025-04', '2025-07-16', { source: 'A' }), event('b', '2025-04', '2025-07-16', { source: 'B' }))
  expect(disputed('2025-07').ambiguous(latest, 's')).toHaveLength(2)
})

test('with asks what if, counts as reported when the view asks, and writes nothing', async () => {
  const asOf = await viewOf(event('a', '2025-04', '2025-05-01'))
  const view = asOf('2025-06', { reported: '2025-05-15' })
  const supposed = view.with([{ type: 'noted', subject: 's', occurredAt: '2025-05-02', id: 'b' }, retraction('c', 'a', '2025-05-10')])
  expect([idsOf(supposed), idsOf(view), supposed.position]).toEqual([['b'], ['a'], 3])
  expect(supposed.events()[0]).toMatchObject({ position: 2, reportedAt: '2025-05-15T23:59:59.999Z' })
  expect(idsOf(asOf().with({ type: 'noted', subject: 's', occurredAt: '2025-05-02', id: 'b' }))).toEqual(['a', 'b'])
  expect(supposed.with(retraction('d', 'b', '2025-05-11')).events()).toEqual([])
})

test('a hypothesis, too, takes no type that the catalog does not know', async () => {
  const timeline = await openTimeline({ events: defineEvents({ noted: z.unknown() }), clock })
  const suppose = () => timeline.asOf().with({ type: 'seen', subject: 's', occurredAt: '2025' } as never)
  expect(suppose).toThrow(expect.objectContaining({ code: 'UNKNOWN_TYPE' }))
})

test('supposed events without ids are events of their own', async () => {
  const asOf = await viewOf()
  const supposed = asOf().with([
    { type: 'noted', subject: 's', occurredAt: '2025-04' },
    { type: 'noted', subject: 's', occurredAt: '2025-04' },
  ])
  expect(new Set(idsOf(supposed)).size).toBe(2)
  for (const id of idsOf(supposed)) expect(id).toMatch(/^[\w-]{21}$/)
})

test('a hypothesis on a hypothesis knows the events of the first, and their data as it was given', async () => {
  const events = defineEvents({ noted: z.object({ by: z.string().transform((by) => by.toUpperCase()) }) })
  const timeline = await openTimeline({ events, clock: () => Date.UTC(2025, 6, 16) })
  const note = { type: 'noted', subject: 's', occurredAt: '2025-05-02', reportedAt: '2025-05-10', id: 'a', data: { by: 'press' } } as const
  const first = timeline.asOf().with(note)
  const second = first.with([note, { ...note, id: 'b', supersedes: 'a' }])
  expect([first, second].map((view) => view.events().map(({ id, data }) => [id, data.by]))).toEqual([[['a', 'PRESS']], [['b', 'PRESS']]])
  expect([first.position, second.position]).toEqual([1, 2])
  expect(() => second.with({ ...note, id: 'c', supersedes: 'a' })).toThrow(expect.objectContaining({ code: 'ALREADY_SUPERSEDED' }))
  expect(() => second.with({ ...note, data: { by: 'PRESS' } })).toThrow(expect.objectContaining({ code: 'DUPLICATE_ID' }))
})

test('diff gives the keys whose states differ, with the events that only one view has', async () => {
  const asOf = await viewOf(
    event('a', '2025-04', '2025-05-01'),
    event('b', '2025-04-09', '2025-06-01', { supersedes: 'a' }),
    event('c', '2025-04', '2025-05-01', { subject: 'same' }),
  )
  expect(diff(asOf('2025-07', { reported: '2025-05' }), asOf('2025-07'), journal)).toMatchObject([
    { key: 's', before: ['a'], after: ['b'], added: [{ id: 'b' }], gone: [{ id: 'a' }] },
  ])
})

test('a hypothesis knows nothing that was appended after its view, about no subject', async () => {
  const asOf = await viewOf(
    event('a', '2025-05-01', '2025-05-10'),
    event('b', '2025-05-02', '2025-05-10'),
    event('c', '2025-05-03', '2025-05-10'),
  )
  expect(asOf().get(journal, 's')).toEqual(['a', 'b', 'c'])
  const supposed = asOf(undefined, { position: 1 }).with([
    event('x', '2025-05-04', '2025-05-10', { subject: 'other' }),
    event('y', '2025-05-05', '2025-05-10', { subject: 'other' }),
  ])
  expect([supposed.get(journal, 's'), supposed.get(journal, 'other')]).toEqual([['a'], ['x', 'y']])
  expect([...supposed.with(event('z', '2025-05-06', '2025-05-10')).entries(journal)]).toEqual([
    ['other', ['x', 'y']],
    ['s', ['a', 'z']],
  ])
})
