import type { Patch } from 'immer'
import type { AnyCatalog, Catalog } from './catalog.js'
import type { Retraction, TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { type Keyed, type Projection, type Reducer, type Single, checkProjection } from './projection.js'
import { apply, initialState } from './recipe.js'
import { begin, run } from './run.js'

/** One event folded into one key's state. */
export type Step<S, C extends Catalog = AnyCatalog> = { readonly key: string; readonly event: TimelineEvent<C>; readonly state: S }

/**
 * The pure fold, in the given order, filtering nothing (a retraction has no handler): a `Map` of states by key, in
 * code-unit order, or the one state. Throws `REDUCER_FAILED`, `INVALID_ARGUMENT`.
 */
export function fold<S>(projection: Keyed<S>, events: Iterable<TimelineEvent | Retraction>): Map<string, S>
export function fold<S>(projection: Single<S>, events: Iterable<TimelineEvent | Retraction>): S
export function fold<S>(projection: Projection<S>, given: Iterable<TimelineEvent | Retraction>): Map<string, S> | S {
  checkProjection(projection)
  const events = given as Iterable<TimelineEvent> // no handler takes a retraction
  if (!projection.keyed) {
    const all = Array.isArray(events) ? (events as TimelineEvent[]) : [...events]
    return stateOf(
      projection,
      '',
      all.filter((event) => projection.recipeOf(event.type) !== undefined),
    )
  }
  return new Map([...eventsByKey(projection, events)].map(([key, itsEvents]) => [key, stateOf(projection, key, itsEvents)]))
}

/** The events that bear on each key, in the given order; keys in code-unit order. Throws `REDUCER_FAILED`. */
export function eventsByKey(projection: Reducer<unknown>, events: Iterable<TimelineEvent>): Map<string, TimelineEvent[]> {
  const groups = new Map<string, TimelineEvent[]>()
  for (const event of events) {
    for (const key of projection.keysOf(event)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [event])
      else group.push(event)
    }
  }
  return new Map([...groups].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** The state of one key after the events that bear on it, deeply frozen. Throws `REDUCER_FAILED`. */
function stateOf<S>(projection: Reducer<S>, key: string, events: readonly TimelineEvent[]): S {
  return run(projection, key, begin(projection, key), events).state
}

/**
 * Folds events one by one, a step an event and key, each with the state after it; `only` leaves the other keys out, and
 * `before` gives the state of a key before its first step. Throws `REDUCER_FAILED`.
 */
export function* steps<S>(
  projection: Reducer<S>,
  events: Iterable<TimelineEvent>,
  only?: string,
  before = (key: string) => initialState(projection, key),
): Generator<Step<S>> {
  const states = new Map<string, S>()
  for (const event of events) {
    for (const key of projection.keysOf(event)) {
      if (only !== undefined && key !== only) continue
      const state = freezeDeep(apply(projection, states.has(key) ? states.get(key)! : before(key), event, key))
      states.set(key, state)
      yield { key, event, state }
    }
  }
}

/** What each of the events that bear on one key changed, as immer patches, from `initial(key)`. Throws `REDUCER_FAILED`. */
export function explain<S>(
  projection: Reducer<S>,
  key: string,
  events: readonly TimelineEvent[],
): { event: TimelineEvent; patches: Patch[] }[] {
  let state = initialState(projection, key)
  return events.map((event) => {
    const before = state
    let patches: Patch[] = []
    state = apply(projection, state, event, key, (changes) => (patches = changes))
    return { event, patches: Object.is(before, state) ? [] : patches }
  })
}
