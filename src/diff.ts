import { canonicalState } from './canonical.js'
import type { Catalog } from './catalog.js'
import type { TimelineEvent } from './event.js'
import { eventsByKey, stateOf } from './fold.js'
import { type Projection, checkProjection } from './projection.js'
import type { View } from './view.js'

/** A key whose states differ between two views, with the events that only one of them has. The key of a single state is the empty text. */
export type Difference<S, C extends Catalog> = {
  readonly key: string
  readonly before: S
  readonly after: S
  readonly added: readonly TimelineEvent<C>[]
  readonly gone: readonly TimelineEvent<C>[]
}

/**
 * The keys whose states differ between two views, in code-unit order; events are told apart by their ids. Throws
 * `REDUCER_FAILED`, `INVALID_ARGUMENT`.
 */
export function diff<S, C extends Catalog>(before: View<C>, after: View<C>, projection: Projection<S>): Difference<S, C>[] {
  checkProjection(projection)
  const old = eventsByKey(projection, before.events() as TimelineEvent[])
  const now = eventsByKey(projection, after.events() as TimelineEvent[])
  const keys = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  return keys.flatMap((key) => difference(projection, key, old.get(key) ?? [], now.get(key) ?? []))
}

function difference<S, C extends Catalog>(
  projection: Projection<S>,
  key: string,
  old: TimelineEvent[],
  now: TimelineEvent[],
): Difference<S, C>[] {
  if (old.length === now.length && old.every((event, index) => event === now[index])) return [] // the same fold
  const before = stateOf(projection, key, old)
  const after = stateOf(projection, key, now)
  if (canonicalState(projection.name, before) === canonicalState(projection.name, after)) return []
  return [{ key, before, after, added: without<C>(now, old), gone: without<C>(old, now) }]
}

function without<C extends Catalog>(events: TimelineEvent[], others: TimelineEvent[]): TimelineEvent<C>[] {
  const ids = new Set(others.map((event) => event.id))
  return events.filter((event) => !ids.has(event.id)) as TimelineEvent<C>[]
}
