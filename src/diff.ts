import { canonicalState } from './canonical.js'
import type { Catalog } from './catalog.js'
import type { TimelineEvent } from './event.js'
import { type Projection, checkProjection } from './projection.js'
import { View } from './view.js'

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
  return differences(before, after, projection, [...View.keysOf(before, projection), ...View.keysOf(after, projection)])
}

/** The ones among some keys, which may come twice. */
export function differences<S, C extends Catalog>(
  before: View<C>,
  after: View<C>,
  projection: Projection<S>,
  keys: readonly string[],
): Difference<S, C>[] {
  return [...new Set(keys)].toSorted().flatMap((key) => difference(before, after, projection, key))
}

function difference<S, C extends Catalog>(before: View<C>, after: View<C>, projection: Projection<S>, key: string): Difference<S, C>[] {
  const [old, now] = [stateIn(before, projection, key), stateIn(after, projection, key)]
  if (old === now || canonicalState(projection.name, old) === canonicalState(projection.name, now)) return []
  const [had, has] = [View.eventsOf(before, projection, key), View.eventsOf(after, projection, key)]
  return [{ key, before: old, after: now, added: without<C>(has, had), gone: without<C>(had, has) }]
}

function stateIn<S>(view: View, projection: Projection<S>, key: string): S {
  return projection.keyed ? view.get(projection, key) : view.get(projection)
}

function without<C extends Catalog>(events: TimelineEvent[], others: TimelineEvent[]): TimelineEvent<C>[] {
  const ids = new Set(others.map((event) => event.id))
  return events.filter((event) => !ids.has(event.id)) as TimelineEvent<C>[]
}
