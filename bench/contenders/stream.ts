import type { PlainEvent } from '../sample.js'
import type { Recipes } from './loop.js'

/** The state after an event: the same object, changed, or another one. */
export type Evolve<S> = (state: S, event: PlainEvent) => S

/** Reads a stream of an event store by its name, and resolves with its fold. */
export type FoldStream<S> = (name: string) => Promise<S>

/** Runs the recipe of an event on the state itself. */
export function evolveBy<S>(recipes: Recipes<S>): Evolve<S> {
  return (state, event) => {
    recipes[event.type](state, event)
    return state
  }
}

/**
 * The streams of the first so many subjects (of all, unless given): in order of occurrence, without what is superseded, so
 * that the fold of a stream is the state as of today.
 */
export function streamsOf(arrays: ReadonlyMap<string, readonly PlainEvent[]>, count = Infinity): Map<string, readonly PlainEvent[]> {
  const streams = [...arrays].slice(0, count)
  return new Map(streams.map(([name, events]) => [name, events.filter((event) => event.supersededFromMs === Infinity)]))
}
