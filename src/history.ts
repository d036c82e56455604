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
 * those that may or may not have happened by then, and those that may have happened in another order.
 */
export function ambiguous(entries: readonly Entry[], date: number): TimelineEvent[] {
  const begun = entries.filter((entry) => entry.earliest <= date)
  const doubtful = begun.filter(
    (entry) => date < entry.latest || begun.some((other) => other !== entry && mayComeInEitherOrder(entry, other)),
  )
  return doubtful.map((entry) => entry.event)
}

function mayComeInEitherOrder(one: Entry, other: Entry): boolean {
  const overlap = one.earliest <= other.latest && other.earliest <= one.latest
  return overlap && !(isInstant(one) && isInstant(other)) && !(samePeriod(one, other) && sameReport(one.event, other.event))
}

function isInstant(entry: Entry): boolean {
  return entry.earliest === entry.latest
}

function samePeriod(one: Entry, other: Entry): boolean {
  return one.earliest === other.earliest && one.latest === other.latest
}

/** Events of one report happened, where their periods are equal, in the order in which it tells them. */
function sameReport(one: TimelineEvent, other: TimelineEvent): boolean {
  return one.source === other.source && one.reportedAt === other.reportedAt
}

/** By size; a difference would be NaN where both are infinite. */
function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0
}
