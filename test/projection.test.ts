import { type EventInput, bySubject, defineEvents, defineProjection, fold, openTimeline } from 'asof'
import { expect, test } from 'vitest'
import { z } from 'zod'

const clock = () => Date.UTC(2025, 6, 16)
const noted = (id: string, fields: Partial<EventInput> = {}) =>
  ({ id, type: 'noted', subject: 's', occurredAt: '2025-04', ...fields }) as EventInput
const eventsOf = async (...inputs: EventInput[]) => {
  const timeline = await openTimeline({ clock })
  await timeline.append(inputs)
  return timeline.asOf()
}

test('an event can bear on several keys, each once, or on none', async () => {
  const view = await eventsOf(noted('a', { data: ['x', 'y', 'x'] }), noted('b', { data: [] }))
  const byData = defineProjection({
    name: 'p',
    key: (event) => event.data as string[],
    initial: (key) => [key],
    on: (state, { id }) => void state.push(id),
  })
  expect([...view.entries(byData)]).toEqual([
    ['x', ['x', 'a']],
    ['y', ['y', 'a']],
  ])
})

test('an event that no handler takes has no key', async () => {
  const view = await eventsOf(noted('a', { type: 'other' }))
  const p = defineProjection({
    name: 'p',
    key: (): string => {
      throw new Error('asked')
    },
    initial: () => 0,
    on: { noted: () => 1 },
  })
  expect([...view.entries(p)]).toEqual([])
})

test('an event whose keys cannot be told fails all questions for which it counts, and none where it is superseded', async () => {
  const view = await eventsOf(noted('a'), noted('b', { data: 'keyless', occurredAt: '2025-05' }))
  const p = defineProjection({
    name: 'p',
    key: ({ data, subject }) => {
      if (data === 'keyless') throw new Error('no key')
      return subject
    },
    initial: (): string[] => [],
    on: (state, { id }) => void state.push(id),
  })
  const failed = expect.objectContaining({ code: 'REDUCER_FAILED' })
  for (const some of [view, view.with([]), view.with(noted('c', { subject: 'other' }))]) {
    expect(() => some.get(p, 's')).toThrow(failed)
    expect(() => some.entries(p)).toThrow(failed)
  }
  const corrected = view.with(noted('d', { supersedes: 'b' }))
  expect(corrected.get(p, 's')).toEqual(['a', 'd'])
})

test('one function for all types takes those of its catalog, and any type without one', async () => {
  const view = await eventsOf(noted('a'), noted('b', { type: 'other' }))
  const on = (state: string[], { id }: { id: string }) => void state.push(id)
  const catalog = defineEvents({ noted: z.unknown() })
  expect(view.get(defineProjection({ name: 'p', events: catalog, initial: (): string[] => [], on }))).toEqual(['a'])
  expect(view.get(defineProjection({ name: 'p', initial: (): string[] => [], on }))).toEqual(['a', 'b'])
})

test('a handler changes the state or returns a new one; states may be primitive', async () => {
  const view = await eventsOf(noted('a'), noted('b'))
  expect(view.get(defineProjection({ name: 'p', initial: () => 1, on: (state) => state + 1 }))).toBe(3)
  expect(view.get(defineProjection({ name: 'p', initial: () => ({ last: '' }), on: (_state, { id }) => ({ last: id }) }))).toEqual({
    last: 'b',
  })
})

test('an initial state that is shared, and data that a state keeps and changes later, stay as they were', async () => {
  const view = await eventsOf(noted('a', { data: { n: 1 } }), noted('b', { data: { n: 2 } }))
  const shared = { list: [] as { n: number }[] }
  const p = defineProjection({
    name: 'p',
    key: bySubject,
    initial: () => shared,
    on: (state, { data }) => {
      for (const item of state.list) item.n += 10
      state.list.push(data as { n: number })
    },
  })
  expect(view.get(p, 's')).toEqual({ list: [{ n: 11 }, { n: 2 }] })
  expect(view.get(p, 's')).toEqual({ list: [{ n: 11 }, { n: 2 }] })
  expect(shared).toEqual({ list: [] })
  expect(view.events().map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }])
})

test('fold takes events as they are given, in any order', async () => {
  const view = await eventsOf(noted('a'), noted('b', { subject: 'r' }))
  const journal = defineProjection({ name: 'p', initial: (): string[] => [], on: (state, { id }) => void state.push(id) })
  expect(fold(journal, view.events().toReversed())).toEqual(['b', 'a'])
  expect(fold(journal, [])).toEqual([])
  const keyed = defineProjection({ name: 'p', key: bySubject, initial: (): string[] => [], on: (state, { id }) => void state.push(id) })
  expect([...fold(keyed, view.events().toReversed())]).toEqual([
    ['r', ['b']],
    ['s', ['a']],
  ])
})
