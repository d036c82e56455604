import type { Dated, TimelineEvent } from './event.js'

/**
 * The events, among the visible entries of one state, whose imprecise dates could change the state at a date:
 * those that may or may not have happened by then, and those that may have happened in another order. O(n log n).
 */
export function ambiguous(entries: readonly Dated[], date: number): TimelineEvent[] {
  const begun = entries.filter((entry) => entry.earliest <= date)
  const unordered = mayComeInAnyOrder(begun)
  return begun.filter((entry) => date < entry.latest || unordered.has(entry)).map((entry) => entry.event)
}

/** The entries whose period overlaps another's, not both being instants, save those of one report that have one period. */
function mayComeInAnyOrder(entries: readonly Dated[]): Set<Dated> {
  const tellings = tellingsOf(entries).toSorted((one, other) => compare(one.earliest, other.earliest))
  const found = new Set<Dated>()
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
type Telling = { readonly earliest: number; readonly latest: number; readonly entries: Dated[] }

function tellingsOf(entries: readonly Dated[]): Telling[] {
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
