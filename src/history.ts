import { RETRACTED } from './catalog.js'
import type { Entry, TimelineEvent } from './event.js'

/** The pair of dates, and the log's position, that a question is asked at; dates in milliseconds UTC. */
export type Coordinates = {
  readonly date: number
  readonly reported: number
  readonly position: number
  readonly imprecise: 'latest' | 'earliest'
}

/**
 * The meaning of a query, in full: the entries of a log that are visible at the coordinates and have occurred, in order.
 * A state is the fold of their events.
 */
export function history(entries: readonly Entry[], at: Coordinates): Entry[] {
  return inOrder(visible(entries, at), at).filter((entry) => instantOf(entry, at) <= at.date)
}

/** The entries that had been reported and appended, were not superseded, and are not retractions; occurred or not. */
export function visible(entries: readonly Entry[], at: Coordinates): Entry[] {
  const known = entries.filter((entry) => entry.reported <= at.reported && entry.event.position <= at.position)
  const superseded = new Set(known.map((entry) => entry.event.supersedes))
  return known.filter((entry) => !superseded.has(entry.event.id) && entry.event.type !== RETRACTED)
}

/** Entries by the instant from which they count, then by their report, then by position. */
export function inOrder(entries: readonly Entry[], at: Coordinates): Entry[] {
  return entries.toSorted(
    (one, other) =>
      compare(instantOf(one, at), instantOf(other, at)) ||
      compare(one.reported, other.reported) ||
      one.event.position - other.event.position,
  )
}

/** The instant from which an entry counts. */
export function instantOf(entry: Entry, at: Pick<Coordinates, 'imprecise'>): number {
  return at.imprecise === 'latest' ? entry.latest : entry.earliest
}

/**
 * The events, among the visible entries of one state, whose imprecise dates could change the state at a date:
 * those that may or may not have happened by then, and those that may have happened in another order. O(n log n).
 */
export function ambiguous(entries: readonly Entry[], date: number): TimelineEvent[] {
  const begun = entries.filter((entry) => entry.earliest <= date)
  const unordered = mayComeInAnyOrder(begun)
  return begun.filter((entry) => date < entry.latest || unordered.has(entry)).map((entry) => entry.event)
}

/** The entries whose period overlaps another's, not both being instants, save those of one report that have one period. */
function mayComeInAnyOrder(entries: readonly Entry[]): Set<Entry> {
  const tellings = tellingsOf(entries).toSorted((one, other) => compare(one.earliest, other.earliest))
  const found = new Set<Entry>()
  let furthest: Telling | undefined // of those that begin no later, the one that ends last
  let furthestStretch: Telling | undefined
  for (const telling of tellings) {
    const before = isInstant(telling) ? furthestStretch : furthest
    if (before !== undefined && before.latest >= telling.earliest) for (const entry of telling.entries) found.add(entry)
    if (furthest === undefined || telling.latest > furthest.latest) furthest = telling
    if (!isInstant(telling) && (furthestStretch === undefined || telling.latest > furthestStretch.latest)) furthestStretch = telling
  }
  let next: Telling | undefined // of those that begin no earlier, the first
  let nextStretch: Telling | undefined
  for (const telling of tellings.toReversed()) {
    const after = isInstant(telling) ? nextStretch : next
    if (after !== undefined && after.earliest <= telling.latest) for (const entry of telling.entries) found.add(entry)
    next = telling
    if (!isInstant(telling)) nextStretch = telling
  }
  return found
}

/** Entries of one report that have one period: they happened in the order in which it tells them. */
type Telling = { readonly earliest: number; readonly latest: number; readonly entries: Entry[] }

function tellingsOf(entries: readonly Entry[]): Telling[] {
  const tellings = new Map<string, Telling>()
  for (const entry of entries) {
    const { earliest, latest, event } = entry
    const name = JSON.stringify([String(earliest), String(latest), event.source, event.reportedAt])
    const telling = tellings.get(name)
    if (telling === undefined) tellings.set(name, { earliest, latest, entries: [entry] })
    else telling.entries.push(entry)
  }
  return [...tellings.values()]
}

function isInstant({ earliest, latest }: Telling): boolean {
  return earliest === latest
}

/** By size; a difference would be NaN where both are infinite. */
function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0
}
