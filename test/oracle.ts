/**
 * What a question means, in the fewest words: filter, sort, fold.
 *
 * It shares no code with the library, not even for reading dates: whoever asks says what each date stands for. Reducers
 * change plain objects.
 */

/** A stretch of time: two instants in milliseconds UTC, both inclusive, infinite where it is open. */
export type Bounds = { readonly earliest: number; readonly latest: number }

/** An event of the log with the bounds of its dates. `occurred` is absent for what only withdraws. */
export type KnownEvent = {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly occurredAt?: string
  readonly occurred?: Bounds
  readonly reportedAt: string
  readonly reported: Bounds
  readonly source?: string
  readonly data?: unknown
  readonly supersedes?: string
}

/** An event that happened. */
export type Occurrence = KnownEvent & { readonly occurredAt: string; readonly occurred: Bounds }

/** A question: the last millisecond of its date and of its report, the last position, and how imprecise dates count. */
export type Query = {
  readonly date: number
  readonly reported: number
  readonly position: number
  readonly imprecise: 'latest' | 'earliest'
}

/** A projection in plain code. `on` changes the state, or returns another. */
export type PlainReducer<S> = {
  keys(event: Occurrence): readonly string[]
  initial(key: string): S
  on(state: S, event: Occurrence, key: string): void | S
}

/** One event folded into one key's state. */
export type OracleStep<S> = { readonly key: string; readonly event: Occurrence; readonly state: S }

const DAY_MS = 86_400_000

/** The period of an event: what was reported as having begun was over by the end of the day of the report. */
export function cappedPeriod({ occurred, reported }: Occurrence): Bounds {
  const endOfReportDay = Math.floor(reported.latest / DAY_MS) * DAY_MS + DAY_MS - 1
  const latest = occurred.earliest <= reported.latest ? Math.min(occurred.latest, endOfReportDay) : occurred.latest
  return { earliest: occurred.earliest, latest }
}

/** The instant from which an event counts. */
export function instantOf(event: Occurrence, imprecise: Query['imprecise']): number {
  return cappedPeriod(event)[imprecise]
}

/** The events that are reported, appended and not superseded, in log order. */
function visibleEvents(events: readonly KnownEvent[], query: Query): Occurrence[] {
  const known = events.filter(({ reported, position }) => reported.latest <= query.reported && position <= query.position)
  const superseded = new Set(known.map(({ supersedes }) => supersedes))
  return known.filter((event) => !superseded.has(event.id)).filter(isOccurrence)
}

/** The visible events that have occurred by the date, in the order in which they are folded. */
export function countedEvents(events: readonly KnownEvent[], query: Query): Occurrence[] {
  const instant = (event: Occurrence) => instantOf(event, query.imprecise)
  return visibleEvents(events, query)
    .filter((event) => instant(event) <= query.date)
    .toSorted((a, b) => compare(instant(a), instant(b)) || compare(a.reported.latest, b.reported.latest) || compare(a.position, b.position))
}

/** Every step of the fold: an event at a time, and of an event a key at a time. */
export function stepsOf<S>(reducer: PlainReducer<S>, events: readonly Occurrence[]): OracleStep<S>[] {
  const states = new Map<string, S>()
  return events.flatMap((event) =>
    [...new Set(reducer.keys(event))].map((key) => {
      const state = structuredClone(states.get(key) ?? reducer.initial(key))
      const next = reducer.on(state, event, key) ?? state
      states.set(key, next)
      return { key, event, state: next }
    }),
  )
}

/** The states by key, for the keys with at least one folded event. */
export function statesByKey<S>(reducer: PlainReducer<S>, events: readonly Occurrence[]): Map<string, S> {
  return new Map(stepsOf(reducer, events).map(({ key, state }) => [key, state]))
}

/** The events that bear on a key, in the order given. */
export function eventsOfKey(reducer: PlainReducer<unknown>, events: readonly Occurrence[], key: string): Occurrence[] {
  return events.filter((event) => reducer.keys(event).includes(key))
}

/** The events of a state whose imprecise dates could change it, in log order. */
export function ambiguousEvents(reducer: PlainReducer<unknown>, events: readonly KnownEvent[], query: Query, key: string): Occurrence[] {
  const begun = eventsOfKey(reducer, visibleEvents(events, query), key).filter(({ occurred }) => occurred.earliest <= query.date)
  return begun.filter(
    (event) => cappedPeriod(event).latest > query.date || begun.some((other) => other !== event && orderIsOpen(event, other)),
  )
}

/** Whether the periods of two events leave open which came first. */
function orderIsOpen(one: Occurrence, other: Occurrence): boolean {
  const a = cappedPeriod(one)
  const b = cappedPeriod(other)
  const overlap = a.earliest <= b.latest && b.earliest <= a.latest
  const bothInstants = a.earliest === a.latest && b.earliest === b.latest
  return overlap && !bothInstants && !(samePeriod(a, b) && sameReport(one, other))
}

export function samePeriod(a: Bounds, b: Bounds): boolean {
  return a.earliest === b.earliest && a.latest === b.latest
}

/** Whether two events come from one report, whose own order is taken as told. */
export function sameReport(a: KnownEvent, b: KnownEvent): boolean {
  return a.source === b.source && a.reportedAt === b.reportedAt
}

export function isOccurrence(event: KnownEvent): event is Occurrence {
  return event.occurred !== undefined
}

/** Infinite numbers compare as well. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
