import type { Patch } from 'immer'
import { checkOptions, invalidArgument } from './argument.js'
import { isoText } from './calendar.js'
import { canonicalState } from './canonical.js'
import type { Catalog } from './catalog.js'
import { quote } from './error.js'
import { type Entry, type EventInput, type Given, type Optional, type TimelineEvent, toEntry, toGiven } from './event.js'
import { explain, fold, stateOf } from './fold.js'
import { type Coordinates, ambiguous, history, inOrder, visible } from './history.js'
import { Ledger } from './ledger.js'
import { type Keyed, type Projection, type Reducer, type Single, checkProjection, keyFor } from './projection.js'
import { sha256 } from './sha256.js'

/** What a view is made from. `entries` are the log's, by position; more may follow, and none of them is seen. */
type Origin = { readonly entries: readonly Entry[]; readonly catalog: Catalog | undefined; readonly newId: () => string }

/**
 * A timeline as of a pair of dates: what had happened by one, as reported by the other.
 * Its answers never change, whatever is appended later. Every question filters, sorts and folds, in O(n log n) of the log.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the name without a parameter is for every catalog
export class View<C extends Catalog = any> {
  readonly #origin: Origin
  readonly #at: Coordinates

  /** Made by `timeline.asOf` and `view.with`. */
  constructor(origin: Origin, at: Coordinates) {
    this.#origin = origin
    this.#at = at
  }

  /** The date, as the last millisecond it includes. */
  get date(): number {
    return this.#at.date
  }

  /** By when something must have been reported, as the last millisecond included; `Infinity` is the end of time. */
  get reported(): number {
    return this.#at.reported
  }

  /** The last position of the log that this view sees. */
  get position(): number {
    return this.#at.position
  }

  /** Whether imprecise dates count from their latest or from their earliest instant. */
  get imprecise(): 'latest' | 'earliest' {
    return this.#at.imprecise
  }

  /**
   * A state, deeply frozen; a key never seen gives `initial(key)`. Throws `REDUCER_FAILED`, and `INVALID_ARGUMENT` when
   * a keyed projection gets no key.
   */
  get<S>(projection: Single<S>): S
  get<S>(projection: Keyed<S>, key: string): S
  get<S>(projection: Projection<S>, key?: string): S {
    const only = keyFor(projection, key)
    return stateOf(projection, only, this.#eventsOf(projection, only))
  }

  /** The states of a keyed projection by key, in code-unit order, for the keys with at least one folded event. Throws `REDUCER_FAILED`. */
  entries<S>(projection: Keyed<S>): IterableIterator<[key: string, state: S]> {
    checkProjection(projection)
    const { name, keyed } = projection
    if (!keyed)
      throw invalidArgument(
        `Got the single projection ${quote(name)} for view.entries`,
        'a keyed projection',
        'Ask view.get(projection) for its one state',
      )
    return fold(projection, this.#history()).entries()
  }

  /** The events that are visible and count, in order; of one subject or type where named. */
  events<T extends keyof C & string = keyof C & string>(only: Optional<{ subject: string; type: T }> = {}): TimelineEvent<C, T>[] {
    checkOptions('view.events', only, ['subject', 'type'])
    const { subject, type } = only
    return this.#history().filter(
      (event) => (subject ?? event.subject) === event.subject && (type ?? event.type) === event.type,
    ) as unknown as TimelineEvent<C, T>[]
  }

  /**
   * Every folded event and what it changed, as immer patches, in order, from `initial(key)`. immer's `applyPatches`
   * finds the members of a Set by identity: where they are objects, keep them in a Map or an array. Throws as `get` does.
   */
  explain<S>(projection: Single<S>): { event: TimelineEvent<C>; patches: Patch[] }[]
  explain<S>(projection: Keyed<S>, key: string): { event: TimelineEvent<C>; patches: Patch[] }[]
  explain<S>(projection: Projection<S>, key?: string): { event: TimelineEvent<C>; patches: Patch[] }[] {
    const only = keyFor(projection, key)
    return explain(projection, only, this.#eventsOf(projection, only)) as { event: TimelineEvent<C>; patches: Patch[] }[]
  }

  /**
   * The events whose imprecise dates could change this state; empty when every reading of the dates gives it.
   */
  ambiguous(projection: Single<unknown>): TimelineEvent<C>[]
  ambiguous(projection: Keyed<unknown>, key: string): TimelineEvent<C>[]
  ambiguous(projection: Projection, key?: string): TimelineEvent<C>[] {
    const only = keyFor(projection, key)
    const entries = inOrder(visible(this.#origin.entries, this.#at), this.#at).filter((entry) =>
      projection.keysOf(entry.event).includes(only),
    )
    return ambiguous(entries, this.date) as TimelineEvent<C>[]
  }

  /** @internal What `ambiguous` gives for each key for which it gives any, in one pass. */
  static ambiguousByKey(view: View, projection: Keyed<unknown>): Map<string, TimelineEvent[]> {
    const groups = new Map<string, Entry[]>()
    for (const entry of inOrder(visible(view.#origin.entries, view.#at), view.#at)) {
      for (const key of projection.keysOf(entry.event)) {
        const group = groups.get(key)
        if (group === undefined) groups.set(key, [entry])
        else group.push(entry)
      }
    }
    const doubtful = [...groups].map(([key, entries]) => [key, ambiguous(entries, view.date)] as const)
    return new Map(doubtful.filter(([, events]) => events.length > 0))
  }

  /**
   * This view, had these events been appended too, after `position`; without `reportedAt` they count as reported at
   * `reported`. Nothing is written, so nothing is too large or in the future. Throws `INVALID_EVENT`, `INVALID_DATE`,
   * `UNKNOWN_TYPE`, `UNKNOWN_EVENT`, `ALREADY_SUPERSEDED`, `DUPLICATE_ID`, `UNSAFE_VALUE`.
   */
  with(inputs: EventInput<C> | readonly EventInput<C>[]): View<C> {
    const { entries, catalog, newId } = this.#origin
    const seen = entries.filter((entry) => entry.event.position <= this.position)
    const ledger = new Ledger()
    ledger.add(seen)
    const text = isoText(this.reported)
    const read = (given: Given, position: number) =>
      toEntry(given, { position, appendedAt: text, reported: { text, ms: this.reported } }, catalog, true)
    const { fresh } = ledger.admit(
      [inputs].flat().map((input) => toGiven(input, newId)),
      read,
    )
    return new View<C>({ entries: [...seen, ...fresh], catalog, newId }, { ...this.#at, position: this.position + fresh.length })
  }

  /**
   * A hex digest of the states by key, whatever the order of object keys; equal in every process. Throws
   * `REDUCER_FAILED`, also for states it cannot compare.
   */
  fingerprint(projection: Projection): string {
    checkProjection(projection)
    const states = projection.keyed ? [...this.entries(projection)] : this.get(projection)
    return sha256(canonicalState(projection.name, states))
  }

  #history(): TimelineEvent[] {
    return history(this.#origin.entries, this.#at).map((entry) => entry.event)
  }

  /** The events folded into one state. */
  #eventsOf(projection: Reducer<unknown>, key: string): TimelineEvent[] {
    return this.#history().filter((event) => projection.keysOf(event).includes(key))
  }
}
