import { checkOptions, invalidArgument } from './argument.js'
import { endOfDay } from './calendar.js'
import { type AnyCatalog, type Catalog, checkCatalog } from './catalog.js'
import { readClock } from './clock.js'
import { quote } from './error.js'
import type { Optional } from './event.js'
import type { Coordinates } from './history.js'
import { isPlainObject } from './json.js'
import type { Log } from './log/log.js'
import { type Projection, checkProjection, keyFor } from './projection.js'
import { type DateLike, latestOf } from './when.js'

/** What `openTimeline` takes; all of it has defaults. */
export type TimelineOptions<C extends Catalog = AnyCatalog> = {
  /** Where the commits are kept; `memoryLog()` unless given. */
  readonly log?: Log
  /** The types of events; any type, data unchecked, unless given. */
  readonly events?: C
  /** The projections that `changed` is told for. */
  readonly projections?: readonly Projection[]
  /** The time in milliseconds since 1970; `Date.now` unless given. */
  readonly clock?: () => number
}

/** By when something must have been reported and appended, and how imprecise dates count. */
export type AsOfOptions = Optional<{ reported: DateLike; position: number; imprecise: 'latest' | 'earliest' }>

/** Which steps a replay yields. */
export type ReplayOptions = Optional<{ key: string; from: DateLike; to: DateLike; reported: DateLike }>

const ASOF_OPTIONS = ['reported', 'position', 'imprecise'] as const

/** Throws `INVALID_ARGUMENT`. */
export function checkTimelineOptions(options: TimelineOptions<Catalog>): void {
  checkOptions('openTimeline', options, ['log', 'events', 'projections', 'clock'])
  const { log, events, clock, projections = [] } = options
  if (log !== undefined && !(typeof log === 'object' && log !== null && 'append' in log && 'read' in log && log.maxRecordBytes > 0)) {
    throw invalidArgument(`Got ${quote(log)} as \`log\``, 'a log such as memoryLog()', 'Pass a log, not its name')
  }
  if (events !== undefined) checkCatalog(events)
  if (clock !== undefined && typeof clock !== 'function') {
    throw invalidArgument(`Got ${quote(clock)} as \`clock\``, 'a function that gives milliseconds', 'Pass a clock such as Date.now')
  }
  if (!Array.isArray(projections)) {
    throw invalidArgument(`Got ${quote(projections)} as \`projections\``, 'an array', 'Put brackets around the projection')
  }
  for (const projection of projections) checkProjection(projection)
  const names = projections.map((projection) => projection.name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw invalidArgument(`Got two projections called ${quote(twice)}`, 'a name of its own for each', 'Rename one')
}

/** Throws `INVALID_ARGUMENT`. */
export function checkReplayOptions(projection: Projection, options: ReplayOptions): void {
  checkProjection(projection)
  checkOptions('replay', options, ['key', 'from', 'to', 'reported'])
  if (options.key !== undefined) keyFor(projection, options.key)
}

/**
 * What `asOf` is asked: dates as the last instants they include; today and the last position unless given. Throws
 * `INVALID_DATE`, `INVALID_ARGUMENT`.
 */
export function coordinatesOf(date: DateLike | undefined, options: AsOfOptions, positionMax: number, clock: () => number): Coordinates {
  checkOptions('asOf', options, ASOF_OPTIONS)
  if (isPlainObject(date) && ASOF_OPTIONS.some((name) => name in date))
    throw invalidArgument('Got the options of asOf as its date', 'the date first', 'Write asOf(date, { reported })')
  const { reported, position = positionMax, imprecise = 'latest' } = options
  checkPosition('position', position, positionMax)
  if (imprecise !== 'latest' && imprecise !== 'earliest')
    throw invalidArgument(
      `Got ${quote(imprecise)} as \`imprecise\``,
      '"latest" or "earliest"',
      'Say from which instant imprecise dates count',
    )
  return {
    date: date === undefined ? endOfDay(readClock(clock)) : latestOf(date),
    reported: reported === undefined ? Infinity : latestOf(reported),
    position,
    imprecise,
  }
}

/** Throws `INVALID_ARGUMENT`. */
export function checkPosition(name: string, position: number, max: number): void {
  if (Number.isInteger(position) && position >= 0 && position <= max) return
  const range = max === Infinity ? 'from 0' : `from 0 to ${max}, the last in the log`
  throw invalidArgument(`Got ${quote(position)} as \`${name}\``, `a whole number ${range}`, 'Give the position of an event, or 0')
}

/** Throws `INVALID_ARGUMENT`. */
export function checkHash(name: string, hash: string): void {
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return
  throw invalidArgument(`Got ${quote(hash)} as \`${name}\``, 'a hash of 64 hex digits', 'Give the `head` that verify resolved with')
}
