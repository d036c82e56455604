import {
  type Change,
  type EventInput,
  type Keyed,
  type Single,
  type Timeline,
  type TimelineEvent,
  type View,
  bySubject,
  defineEvents,
  defineProjection,
  diff,
  fold,
  latest,
  openTimeline,
} from 'asof'
import { arbitraryEvents, expectDeterministic, given } from 'asof/testing'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'

const events = defineEvents({
  halted: z.object({ by: z.string(), reason: z.string().optional() }),
  counted: z.object({ count: z.string().transform(Number) }),
  noted: z.undefined(),
})
type Events = typeof events
type Status = { status: 'unreported' | 'halted'; counts: number[] }
const initial = (): Status => ({ status: 'unreported', counts: [] })

const keyed = defineProjection({
  name: 'keyed',
  events,
  key: bySubject,
  initial,
  on: { halted: (state) => void (state.status = 'halted') },
})
const single = defineProjection({ name: 'single', events, initial, on: { halted: () => initial() } })
declare const view: View<Events>

test('a projection is keyed when it has a key, for one key or for several', () => {
  expectTypeOf(keyed).toEqualTypeOf<Keyed<Status>>()
  expectTypeOf(single).toEqualTypeOf<Single<Status>>()
  const several = defineProjection({ name: 'p', events, key: (event) => [event.subject, event.type], initial, on: {} })
  expectTypeOf(several).toEqualTypeOf<Keyed<Status>>()
})

test('handlers see the state, the data as the schema transforms it, and the key', () => {
  defineProjection({
    name: 'p',
    events,
    initial,
    on: {
      halted: (state, event, key) => {
        expectTypeOf(state).toEqualTypeOf<Status>()
        expectTypeOf(event.data).toEqualTypeOf<{ by: string; reason?: string | undefined }>()
        expectTypeOf(event.occurredAt).toBeString()
        expectTypeOf(key).toBeString()
      },
      counted: (state, { data }) => {
        expectTypeOf(data).toEqualTypeOf<{ count: number }>()
        state.counts.push(data.count)
      },
    },
  })
})

test('one function for all types sees their union, which the type narrows', () => {
  defineProjection({
    name: 'p',
    events,
    initial,
    on: (_state, event) => {
      expectTypeOf(event.type).toEqualTypeOf<'halted' | 'counted' | 'noted'>()
      if (event.type === 'counted') expectTypeOf(event.data.count).toBeNumber()
    },
  })
})

test('without a catalog any type goes, and data is unknown', () => {
  const any = defineProjection({
    name: 'p',
    initial: () => 0,
    on: { whatever: (_state, event) => void expectTypeOf(event.data).toBeUnknown() },
  })
  expectTypeOf(any).toEqualTypeOf<Single<number>>()
})

test('unknown handlers, async handlers, and returned values of another type are refused', () => {
  // @ts-expect-error 'halt' is no type of the catalog
  defineProjection({ name: 'p', events, initial, on: { halt: () => {} } })
  // @ts-expect-error a handler is synchronous
  defineProjection({ name: 'p', events, initial, on: { halted: async () => {} } })
  // @ts-expect-error so is one function for all types
  defineProjection({ name: 'p', events, initial, on: async () => {} })
  // @ts-expect-error a handler returns nothing or a state
  defineProjection({ name: 'p', events, initial, on: { halted: () => 'halted' } })
  // @ts-expect-error the state has no such status
  defineProjection({ name: 'p', events, initial, on: { halted: (state) => void (state.status = 'paused') } })
  // @ts-expect-error a key is text
  defineProjection({ name: 'p', events, key: (event) => event.position, initial, on: {} })
})

test('a view answers with the state; a keyed projection demands a key, a single one refuses it', () => {
  expectTypeOf(view.get(keyed, 'chip/h20')).toEqualTypeOf<Status>()
  expectTypeOf(view.get(single)).toEqualTypeOf<Status>()
  expectTypeOf([...view.entries(keyed)]).toEqualTypeOf<[key: string, state: Status][]>()
  expectTypeOf(diff(view, view, keyed)[0]!.after).toEqualTypeOf<Status>()
  expectTypeOf(fold(keyed, view.events())).toEqualTypeOf<Map<string, Status>>()
  expectTypeOf(fold(single, view.events())).toEqualTypeOf<Status>()
  expectTypeOf(view.get(latest, 'chip/h20').halted).not.toBeNever()
  // @ts-expect-error which key?
  view.get(keyed)
  // @ts-expect-error there is one state
  view.get(single, 'chip/h20')
  // @ts-expect-error there is one state
  view.entries(single)
  // @ts-expect-error which key?
  view.explain(keyed)
})

test('events narrow by type, in a view and out of it', () => {
  expectTypeOf(view.events()).toEqualTypeOf<TimelineEvent<Events>[]>()
  expectTypeOf(view.events({ type: 'counted' })[0]!.data).toEqualTypeOf<{ count: number }>()
  // @ts-expect-error no type of the catalog
  view.events({ type: 'count' })
})

test('inputs are what the schemas take; data may be absent where the schema says so', () => {
  type Input = EventInput<Events>
  const about = { subject: 'chip/h20', occurredAt: '2025-04' } as const
  expectTypeOf({ ...about, type: 'counted', data: { count: '7' } } as const).toExtend<Input>()
  expectTypeOf({ ...about, type: 'noted' } as const).toExtend<Input>()
  expectTypeOf({ type: 'retracted', subject: 'chip/h20', supersedes: 'a' } as const).toExtend<Input>()
  expectTypeOf({ ...about, type: 'counted', data: { count: 7 } } as const).not.toExtend<Input>()
  expectTypeOf({ ...about, type: 'halted' } as const).not.toExtend<Input>()
  expectTypeOf({ ...about, type: 'other' } as const).not.toExtend<Input>()
  expectTypeOf({ type: 'noted', subject: 'chip/h20' } as const).not.toExtend<Input>()
  expectTypeOf({ ...about, type: 'retracted', supersedes: 'a' } as const).not.toExtend<Input>()
  expectTypeOf({ type: 'retracted', subject: 'chip/h20' } as const).not.toExtend<Input>()
})

test('a timeline carries its catalog to append, listeners and views', async () => {
  const timeline = await openTimeline({ events, projections: [keyed, single] })
  expectTypeOf(await timeline.append({ type: 'noted', subject: 'x', occurredAt: '2025' })).not.toBeArray()
  expectTypeOf(await timeline.append([{ type: 'noted', subject: 'x', occurredAt: '2025' }])).toBeArray()
  expectTypeOf(timeline.asOf()).toEqualTypeOf<View<Events>>()
  timeline.on('appended', ([event]) => {
    if (event?.type === 'counted') expectTypeOf(event.data.count).toBeNumber()
    if (event?.type === 'retracted') expectTypeOf(event.supersedes).toBeString()
  })
  const [step] = timeline.replay(keyed)
  expectTypeOf(step!.state).toEqualTypeOf<Status>()
  // @ts-expect-error no such event
  timeline.on('append', () => {})
  // @ts-expect-error data does not fit
  await timeline.append({ type: 'halted', subject: 'x', occurredAt: '2025', data: { by: 7 } })
})

test('the names without a parameter take every catalog; options may be undefined', async () => {
  const timeline = await openTimeline({ events })
  const idsIn = (some: View) => some.events().map((event) => event.id)
  const positionOf = (some: Timeline) => some.position
  const changes: Change[] = []
  timeline.on('changed', (change) => changes.push(change))
  expectTypeOf(idsIn(timeline.asOf('2025', { reported: undefined }))).toEqualTypeOf<string[]>()
  expectTypeOf(positionOf(timeline)).toBeNumber()
})

test('a story ends with a key and a state, or with the one state', () => {
  const halted: EventInput = { type: 'halted', subject: 'x', occurredAt: '2025', data: { by: 'y' } }
  given(keyed, halted).asOf('2025').then('x', { status: 'halted', counts: [] })
  given(single, [halted]).when(halted).then(initial())
  // @ts-expect-error no key
  given(keyed, halted).then(initial())
  // @ts-expect-error a key
  given(single, halted).then('x', initial())
  // @ts-expect-error no such state
  given(keyed, halted).then('x', { status: 'paused', counts: [] })
})

test('random events are inputs of their catalog, and may be given to expectDeterministic', async () => {
  const arbitrary = arbitraryEvents(events)
  expectTypeOf(arbitrary.map(([event]) => event!)).toEqualTypeOf(arbitrary.map(([event]): EventInput<Events> => event!))
  await expectDeterministic(new URL('file:///p.ts'), 'p', { events: arbitrary, runs: 1 })
  await expectDeterministic('file:///p.ts', 'p', { events, runs: undefined })
  // @ts-expect-error neither a catalog nor an arbitrary
  await expectDeterministic('file:///p.ts', 'p', { events: [] as EventInput[], runs: 1 })
})
