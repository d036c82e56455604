import { canonicalState } from './canonical.js'
import type { Catalog } from './catalog.js'
import type { TimelineEvent } from './event.js'
import { type Projection, checkProjection } from './projection.js'
import { View } from './view.js'

/** A key whose states differ between two views. The key of a single state is the empty text. */
type Differing<S> = { readonly key: string; readonly before: S; readonly after: S }

/** The same, with the events that only one of the views has. */
export type Difference<S, C extends Catalog> = Differing<S> & {
  readonly added: readonly TimelineEvent<C>[]
  readonly gone: readonly TimelineEvent<C>[]
}

/**
 * The keys whose states differ between two views, in code-unit order; events are told apart by their ids. Throws
 * `REDUCER_FAILED`, `INVALID_ARGUMENT`.
 */
export function diff<S, C extends Catalog>(before: View<C>, after: View<C>, projection: Projection<S>): Difference<S, C>[] {
  checkProjection(projection)
  const keys = [...View.keysOf(before, projection), ...View.keysOf(after, projection)]
  return changes(before, after, projection, keys).map((change) => {
    const [had, has] = [before, after].map((view) => View.eventsOf(view, projection, change.key)) as [TimelineEvent[], TimelineEvent[]]
    return { ...change, added: without<C>(has, had), gone: without<C>(had, has) }
  })
}

/** The states that differ between two views, of some keys, which may come twice; in code-unit order. Throws `REDUCER_FAILED`. */
export function changes<S>(before: View, after: View, projection: Projection<S>, keys: Iterable<string>): Differing<S>[] {
  return [...new Set(keys)].toSorted().flatMap((key) => {
    const [old, now] = [stateIn(before, projection, key), stateIn(after, projection, key)]
    const isSame = old === now || canonicalState(projection.name, old) === canonicalState(projection.name, now)
    return isSame ? [] : [{ key, before: old, after: now }]
  })
}

function stateIn<S>(view: View, projection: Projection<S>, key: string): S {
  return projection.keyed ? view.get(projection, key) : view.get(projection)
}

function without<C extends Catalog>(events: TimelineEvent[], others: TimelineEvent[]): TimelineEvent<C>[] {
  const ids = new Set(others.map((event) => event.id))
  return events.filter((event) => !ids.has(event.id)) as TimelineEvent<C>[]
}
