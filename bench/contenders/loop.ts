import type { PlainEvent } from '../sample.js'

/** A recipe for each type of event, which changes a plain state. */
export type Recipes<S> = { readonly [T in PlainEvent['type']]: (state: S, event: PlainEvent) => void }

/** The hand-written loop's array for each subject: its events by instant, then by report, then by position. */
export function arraysBySubject(events: readonly PlainEvent[]): Map<string, PlainEvent[]> {
  const arrays = new Map<string, PlainEvent[]>()
  for (const event of inOrder(events)) {
    const array = arrays.get(event.subject)
    if (array === undefined) arrays.set(event.subject, [event])
    else array.push(event)
  }
  return arrays
}

/** A copy by instant, then by report, then by position. */
export function inOrder(events: readonly PlainEvent[]): PlainEvent[] {
  return events.toSorted((one, other) => one.instant - other.instant || one.reportedMs - other.reportedMs || one.position - other.position)
}

/** The state as of a date and a report, in milliseconds, of the events in a sorted array from an index on. */
export function stateByLoop<S>(
  array: readonly PlainEvent[],
  state: S,
  recipes: Recipes<S>,
  date: number,
  reported: number,
  start = 0,
  end = array.length,
): S {
  for (let index = start; index < end; index += 1) {
    const event = array[index]!
    if (event.instant > date) break
    if (event.reportedMs <= reported && event.supersededFromMs > reported) recipes[event.type](state, event)
  }
  return state
}

/** The state after every event of an array, none of which is superseded. */
export function foldByLoop<S>(array: readonly PlainEvent[], state: S, recipes: Recipes<S>): S {
  for (const event of array) recipes[event.type](state, event)
  return state
}

/** The same for each subject. */
export function statesByLoop<S>(events: readonly PlainEvent[], initial: () => S, recipes: Recipes<S>): Map<string, S> {
  const states = new Map<string, S>()
  for (const event of events) {
    let state = states.get(event.subject)
    if (state === undefined) states.set(event.subject, (state = initial()))
    recipes[event.type](state, event)
  }
  return states
}
