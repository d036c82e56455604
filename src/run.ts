import { freeze } from 'immer'
import type { TimelineEvent } from './event.js'
import { type Reducer, reducerFailed } from './projection.js'
import { apply, initialState } from './recipe.js'
import { isOrdinary, isOrdinaryItself } from './run/ordinary.js'
import { PlainCopy } from './run/plain-copy.js'
import { slotsIn, slotsOfText } from './run/slots.js'
import { WorkingCopy } from './run/working-copy.js'
import { unshared } from './unshared.js'

/** A state, deeply frozen, and how many slots of its own it has at the most beside those of the state that the run began with; a small whole state has none. */
type Folded<S> = { readonly state: S; readonly slots: number }

/**
 * Recipes run on plain objects, or on drafts of a working copy, or on immer's drafts. Each way is slower than the one
 * before and tells more of what a recipe does; the last one tells all.
 */
type Way = 'plain' | 'draft' | 'immer'

/** The way in which the recipes of a projection run, but for odd ones, which were refused drafts of ours and run on immer's. */
type Ways = { others: Way; readonly odd: Set<unknown> }

const ways = new WeakMap<Reducer<unknown>, Ways>()

function waysOf(projection: Reducer<unknown>): Ways {
  let found = ways.get(projection)
  if (found === undefined) ways.set(projection, (found = { others: 'plain', odd: new Set() }))
  return found
}

/** What some events at the beginning of a run come to. */
type Part<S> = Folded<S> & { readonly count: number }

/** The state that runs begin with, as `initialState` gives it. */
export function begin<S>(projection: Reducer<S>, key: string): S {
  const state = initialState(projection, key)
  if (!isOrdinary(state)) waysOf(projection).others = 'immer'
  return state
}

/**
 * Folds a run of events into a state, with the outcome of one immer recipe an event, and without its copies. Throws
 * `REDUCER_FAILED`.
 */
export function run<S>(projection: Reducer<S>, key: string, state: S, events: readonly TimelineEvent[]): Folded<S> {
  const known = waysOf(projection)
  let [last, slots, done] = [state, 0, 0]
  while (done < events.length) {
    const some = inOneWay(known, projection, events, done)
    const part = (isOdd(known, projection, some[0]!) ? runByImmer : runOnCopy)(projection, key, last, some)
    last = part.state
    slots += part.slots
    done += part.count
  }
  return { state: last, slots }
}

/**
 * The states after some numbers of events, in one run of a plain copy, the last of them after all; none where that is
 * refused, or a recipe fails, which is for `run` to tell.
 */
export function runPlain<S>(
  projection: Reducer<S>,
  key: string,
  state: S,
  events: readonly TimelineEvent[],
  counts: readonly number[],
): Folded<S>[] | undefined {
  const known = waysOf(projection)
  if (known.others !== 'plain' || known.odd.size > 0) return undefined
  const copy = new PlainCopy(state)
  let done = 0
  try {
    return counts.map((count) => {
      for (; done < count; done += 1) copy.change(projection.recipeOf(events[done]!.type)!, events[done]!, key)
      return { state: (count < events.length ? copy.snapshot() : copy.take()) as S, slots: copy.slots }
    })
  } catch {
    return undefined
  }
}

/** Folds events up to the first one that is refused, and that one by immer; none where the state as a whole is refused. */
function runOnCopy<S>(projection: Reducer<S>, key: string, state: S, events: readonly TimelineEvent[]): Part<S> {
  const way = waysOf(projection).others
  const copy = way === 'plain' ? new PlainCopy(state) : new WorkingCopy(state)
  let count = 0
  try {
    for (const event of events) {
      copy.change(projection.recipeOf(event.type)!, event, key)
      count += 1
    }
    return { state: copy.take() as S, slots: copy.slots, count }
  } catch {
    // the event was refused, or its recipe failed, which is for immer to tell; or the whole state is refused
  }
  const refused = events[count]
  if (refused === undefined) {
    waysOf(projection).others = way === 'plain' ? 'draft' : 'immer'
    return { state, slots: 0, count: 0 }
  }
  const before = run(projection, key, state, events.slice(0, count))
  const after = runByImmer(projection, key, before.state, [refused])
  learn(projection, way, refused)
  return { state: after.state, slots: before.slots + after.slots, count: count + 1 }
}

/** A state that is not ordinary is immer's, and so is all that comes of it. */
function runByImmer<S>(projection: Reducer<S>, key: string, state: S, events: readonly TimelineEvent[]): Part<S> {
  const after = events.reduce((before, event) => apply(projection, before, event, key), state)
  const own = frozenBeside(projection, key, state, after, events.at(-1))
  if (!own.every(isOrdinaryItself)) waysOf(projection).others = 'immer'
  return { state: after, slots: own.reduce((sum, one) => sum + slotsIn(one), slotsOfText(after)), count: events.length }
}

/** What a state has beside the one before, frozen also where immer does not look; one that contains itself cannot be. */
function frozenBeside<S>(projection: Reducer<S>, key: string, before: S, after: S, event: TimelineEvent | undefined): object[] {
  try {
    const own = unshared(after, before)
    for (const one of own) freeze(one)
    return own
  } catch (cause) {
    throw reducerFailed(projection.name, event, key, cause)
  }
}

/** Remembers that a way was refused to an event, which immer could take. */
function learn(projection: Reducer<unknown>, way: Way, { type }: TimelineEvent): void {
  const known = waysOf(projection)
  if (way === 'draft') known.odd.add(projection.recipeOf(type))
  else if (known.others === 'plain') known.others = 'draft'
}

/** Whether the recipe of an event is to run on immer's drafts. */
function isOdd({ others, odd }: Ways, projection: Reducer<unknown>, { type }: TimelineEvent): boolean {
  return others === 'immer' || (odd.size > 0 && odd.has(projection.recipeOf(type)))
}

/** The events from an index on, up to where another way begins. */
function inOneWay(known: Ways, projection: Reducer<unknown>, events: readonly TimelineEvent[], from: number): readonly TimelineEvent[] {
  if (known.odd.size === 0) return from === 0 ? events : events.slice(from)
  const isFirstOdd = isOdd(known, projection, events[from]!)
  let end = from + 1
  while (end < events.length && isOdd(known, projection, events[end]!) === isFirstOdd) end += 1
  return events.slice(from, end)
}
