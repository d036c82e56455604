import { type Event, getInMemoryEventStore } from '@event-driven-io/emmett'
import type { PlainEvent } from '../sample.js'
import type { Evolve, FoldStream } from './stream.js'

type Stored = Event<string, PlainEvent>

/** Emmett in memory: reads a stream and folds it. It has no as-of date. */
export async function emmettOf<S>(
  streams: ReadonlyMap<string, readonly PlainEvent[]>,
  initialState: () => S,
  evolve: Evolve<S>,
): Promise<FoldStream<S>> {
  const store = getInMemoryEventStore()
  for (const [name, events] of streams) {
    const stored = events.map((event) => ({ type: event.type, data: event }))
    await store.appendToStream<Stored>(name, stored)
  }
  const options = { initialState, evolve: (state: S, { data }: Stored) => evolve(state, data) }
  return async (name) => {
    const { state } = await store.aggregateStream<S, Stored>(name, options)
    return state
  }
}
