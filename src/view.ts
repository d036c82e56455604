import type { Patch } from 'immer'
import { checkOptions, invalidArgument } from './argument.js'
import { isoText } from './calendar.js'
import { canonicalState } from './canonical.js'
import type { Catalog } from './catalog.js'
import { quote } from './error.js'
import { type EventInput, type Given, type Optional, type TimelineEvent, toEntry, toGiven } from './event.js'
import { ambiguous } from './ambiguous.js'
import { explain } from './fold.js'
import { Histories } from './histories.js'
import type { Coordinates } from './history.js'
import type { Ledger } from './ledger.js'
import { type Keyed, type Projection, type Reducer, type Single, checkProjection, everyEvent, everySubject, keyFor } from './projection.js'
import { sha256 } from './sha256.js'

/** What a view is made from. More events may follow in the ledger, and none of them is seen. */
export type Origin = { readonly ledger: Ledger; readonly catalog: Catalog | undefined; readonly newId: () => string }

/**
 * A timeline as of a pair of dates: what had happened by one, as reported by the other.
 * Its answers never change, whatever is appended later. What a question costs depends on the events that bear on it, and
 * on what was asked before, but not on how long the log is; the first one about a projection takes in the log up to the
 * view's position, and throws `INVALID_EVENT` for a stored event there that its schema refuses, and `INVALID_DATE` for one
 * whose date is none, with its `position` among the details.
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
    return this.#histories(projection).state(only, this.#at)
  }

  /** The states of a keyed projection by key, in code-unit order, for the keys with at least one folded event; all are folded at once. Throws `REDUCER_FAILED`. */
  entries<S>(projection: Keyed<S>): IterableIterator<[key: string, state: S]> {
    checkProjection(projection)
    const { name, keyed } = projection
    if (!keyed)
      throw invalidArgument(
        `Got the single projection ${quote(name)} for view.entries`,
        'a keyed projection',
        'Ask view.get(projection) for its one state',
      )
    return this.#histories<S>(projection).states(this.#at).values()
  }

  /** The events that are visible and count, in order; of one subject or type where named. */
  events<T extends keyof C & string = keyof C & string>(only: Optional<{ subject: string; type: T }> = {}): TimelineEvent<C, T>[] {
    checkOptions('view.events', only, ['subject', 'type'])
    const { subject, type } = only
    const events = subject === undefined ? this.#eventsOf(everyEvent, '') : this.#eventsOf(everySubject, subject)
    return (type === undefined ? events : events.filter((event) => event.type === type)) as unknown as TimelineEvent<C, T>[]
  }

  /**
   * Every folded event and what it changed, as immer patches, in order, from `initial(key)`. Each costs O(width of the
   * state), since each makes a state of its own. immer's `applyPatches` finds the members of a Set by identity: where they
   * are objects, keep them in a Map or an array. Throws as `get` does.
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
    return this.#ambiguous(projection, keyFor(projection, key)) as TimelineEvent<C>[]
  }

  /** @internal What `ambiguous` gives for each key for which it gives any. */
  static ambiguousByKey(view: View, projection: Keyed<unknown>): Map<string, TimelineEvent[]> {
    const keys = view.#histories(projection).keys()
    const doubtful = keys.map((key) => [key, view.#ambiguous(projection, key)] as const)
    return new Map(doubtful.filter(([, events]) => events.length > 0))
  }

  /** @internal The keys of a projection that events bear on, visible or not, in code-unit order. */
  static keysOf(view: View, projection: Projection): readonly string[] {
    return view.#histories(projection).keys()
  }

  /** @internal Whether the event at a position is folded into a state. */
  static includes(view: View, projection: Projection, key: string, position: number): boolean {
    return view.#histories(projection).includes(key, position, view.#at)
  }

  /** @internal The events that are folded into a state, in order. */
  static eventsOf(view: View, projection: Projection, key: string): TimelineEvent[] {
    return view.#eventsOf(projection, key)
  }

  /**
   * This view, had these events been appended too, after `position`; without `reportedAt` they count as reported at
   * `reported`. Nothing is written, so nothing is too large or in the future. Throws `INVALID_EVENT`, `INVALID_DATE`,
   * `UNKNOWN_TYPE`, `UNKNOWN_EVENT`, `ALREADY_SUPERSEDED`, `DUPLICATE_ID`, `UNSAFE_VALUE`.
   */
  with(inputs: EventInput<C> | readonly EventInput<C>[]): View<C> {
    const { catalog, newId } = this.#origin
    const ledger = this.#origin.ledger.fork(this.position)
    const text = isoText(this.reported)
    const stamp = { appendedAt: text, reported: { text, ms: this.reported } }
    const read = (given: Given) => toEntry(given, stamp, catalog, true)
    const { fresh } = ledger.admit(
      [inputs].flat().map((input) => toGiven(input, newId)),
      read,
    )
    ledger.add(fresh)
    return new View<C>({ ledger, catalog, newId }, { ...this.#at, position: ledger.position })
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

  #histories<S>(projection: Reducer<S>): Histories<S> {
    return Histories.at(this.#origin.ledger, projection, this.#at)
  }

  #eventsOf(projection: Reducer<unknown>, key: string): TimelineEvent[] {
    return this.#histories(projection).events(key, this.#at)
  }

  #ambiguous(projection: Reducer<unknown>, key: string): TimelineEvent[] {
    const { ledger } = this.#origin
    const everAfter = { ...this.#at, date: Infinity }
    const visible = Histories.at(ledger, projection, everAfter).events(key, everAfter)
    return ambiguous(
      visible.map((event) => ledger.at(event.position)),
      this.date,
    )
  }
}
