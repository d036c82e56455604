import type { TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { isOrdinary } from './ordinary.js'
import { PlainCopy } from './plain-copy.js'
import { type Reducer, reducerFailed } from './projection.js'
import { apply, initialState } from './recipe.js'
import { slotsOf } from './slots.js'
import { WorkingCopy } from './working-copy.js'

/** A state, deeply frozen, and how many slots of its own it has at the most beside those of the state that the run began with; a small whole state has none. */
type Folded<S> = { readonly state: S; readonly slots: number }

/**
 * Recipes run on plain objects, or on drafts of a working copy, or on immer's drafts. Each way is slower than the one
 * before and tells more of what a recipe does; the last one tells all.
 */
type Way = 'plain' | 'draft' | 'immer'

/** The way in which the recipes of a projection run, where another was refused. */
const ways = new WeakMap<Reducer<unknown>, Way>()

/** The state that runs begin with, as `initialState` gives it. */
export function begin<S>(projection: Reducer<S>, key: string): S {
  const state = initialState(projection, key)
  if (!isOrdinary(state)) ways.set(projection, 'immer')
  return state
}

/**
 * Folds a run of events into a state, with the outcome of one immer recipe an event, and without its copies. Throws
 * `REDUCER_FAILED`.
 */
export function run<S>(projection: Reducer<S>, key: string, state: S, events: readonly TimelineEvent[]): Folded<S> {
  const way = ways.get(projection) ?? 'plain'
  if (way === 'immer') return runByImmer(projection, key, state, events)
  const copy = way === 'plain' ? new PlainCopy(state) : new WorkingCopy(state)
  let count = 0
  try {
    for (const event of events) {
      copy.change(projection.recipeOf(event.type)!, event, key)
      count += 1
    }
    return { state: copy.take() as S, slots: copy.slots }
  } catch {
    // the event was refused, or its recipe failed, which is for immer to tell; or the whole state is refused
  }
  const before = count === events.length ? state : run(projection, key, state, events.slice(0, count)).state
  const after = runByImmer(projection, key, before, events.slice(count, count + 1)).state
  if (ways.get(projection) !== 'immer') ways.set(projection, way === 'plain' && isOrdinary(after) ? 'draft' : 'immer')
  const rest = run(projection, key, after, count === events.length ? events : events.slice(count + 1))
  return { state: rest.state, slots: slotsOf(after) + rest.slots }
}

function runByImmer<S>(projection: Reducer<S>, key: string, state: S, events: readonly TimelineEvent[]): Folded<S> {
  const last = events.reduce((before, event) => apply(projection, before, event, key), state)
  const after = frozen(projection, key, last, events.at(-1))
  return { state: after, slots: slotsOf(after) }
}

/** A state frozen also where immer does not look; one that contains itself cannot be. */
function frozen<S>(projection: Reducer<S>, key: string, state: S, event: TimelineEvent | undefined): S {
  try {
    return freezeDeep(state)
  } catch (cause) {
    throw reducerFailed(projection.name, event, key, cause)
  }
}
