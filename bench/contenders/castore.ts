import { type Aggregate, type EventDetail, EventStore, EventType } from '@castore/core'
import { InMemoryEventStorageAdapter } from '@castore/event-storage-adapter-in-memory'
import type { PlainEvent } from '../sample.js'
import { type ShipmentType, TYPES } from '../shipment.js'
import type { Evolve, FoldStream } from './stream.js'

type Detail = EventDetail<ShipmentType, PlainEvent>
type Folded<S> = Aggregate & { readonly state: S }

/** Castore in memory: reads an aggregate's events and folds them. It has no as-of date. */
export function castoreOf<S>(streams: ReadonlyMap<string, readonly PlainEvent[]>, initial: () => S, evolve: Evolve<S>): FoldStream<S> {
  const initialEvents = [...streams].flatMap(([aggregateId, events]) =>
    events.map((event, index) => ({ aggregateId, version: index + 1, type: event.type, timestamp: event.reportedAt, payload: event })),
  )
  const store = new EventStore({
    eventStoreId: 'shipments',
    eventTypes: TYPES.map((type) => new EventType<ShipmentType, PlainEvent>({ type })),
    eventStorageAdapter: new InMemoryEventStorageAdapter({ initialEvents }),
    reducer: (before: Folded<S> | undefined, { aggregateId, version, payload }: Detail): Folded<S> => ({
      aggregateId,
      version,
      state: evolve(before === undefined ? initial() : before.state, payload),
    }),
  })
  return async (name) => {
    const { aggregate } = await store.getExistingAggregate(name)
    return aggregate.state
  }
}
