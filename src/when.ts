import { DATE_MS_MAX, DAY_MS, DOWN, UP, daysIn, findDay, startOfDay, years } from './calendar.js'
import { TimelineError, quote } from './error.js'

/** A stretch of time: two instants in milliseconds UTC, both inclusive, infinite where it is open. */
export type Period = { readonly earliest: number; readonly latest: number }

/** A date as callers may write it: EDTF text, milliseconds, a `Date`, or an object whose text is ISO 8601 (Temporal). */
export type DateLike = string | number | (object & { toString(): string })

/** A mark of doubt (`?`), of approximation (`~`) or of both (`%`). It says nothing about the bounds. */
const MARK = '[?~%]?'
const DATE = new RegExp(`^${MARK}(-?[\\dX]{4})${MARK}(?:-${MARK}([\\dX]{2})${MARK}(?:-${MARK}([\\dX]{2})${MARK})?)?$`)
const LONG_YEAR = new RegExp(`^Y(-?[1-9]\\d{4,})${MARK}$`)
const DATE_TIME = /^(-?\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/

const DATE_CHARS_MAX = 10_000

const PLAIN = /^-?\d{4}-\d{2}-\d{2}(T.*)?$/
/** What Temporal writes behind a date: a zone, beside the offset, and the ISO calendar (RFC 9557). */
const ANNOTATIONS = /(?<=.)(\[!?[\w+\-:/]+\])?(\[!?u-ca=iso8601\])?$/

/** The parts of a year that EDTF numbers like months: the month each begins with, and how many it has. */
// prettier-ignore
const PARTS_OF_YEAR: Readonly<Record<string, readonly [firstMonth: number, months: number]>> = {
  21: [3, 3], 22: [6, 3], 23: [9, 3], 24: [12, 3], // spring, summer, autumn, winter: northern and meteorological
  25: [3, 3], 26: [6, 3], 27: [9, 3], 28: [12, 3], // the same, said to be northern
  29: [9, 3], 30: [12, 3], 31: [3, 3], 32: [6, 3], // southern
  33: [1, 3], 34: [4, 3], 35: [7, 3], 36: [10, 3], // quarters
  37: [1, 4], 38: [5, 4], 39: [9, 4], // thirds
  40: [1, 6], 41: [7, 6], // halves
}

/**
 * The period a date stands for. `2025-04` is all of April, `2025-04-09` a day, a date-time with its zone one instant,
 * `[..2025-06]` everything up to the end of June.
 *
 * Text is EDTF (Library of Congress, ISO 8601-2): levels 0 and 1 without intervals, and of level 2 the unspecified
 * digits, marks on single components, one-of sets with ranges, seasons, quarters, thirds and halves.
 * Throws `INVALID_DATE`.
 */
export function parseWhen(date: DateLike): Period {
  if (typeof date === 'number') return instant(date, date)
  if (date instanceof Date) return instant(date.getTime(), String(date))
  if (typeof date === 'string') return date.startsWith('[') ? parseOneOf(date) : parseDate(date, date)
  if (isTextual(date)) return parseDate(date.toString().replace(ANNOTATIONS, ''), date.toString())
  throw invalid(date, 'EDTF text, milliseconds or a Date', 'Write the date as text, such as "2025-04"')
}

/** The period of a plain date or date-time, the only forms that say when something was reported. Throws `INVALID_DATE`. */
export function parsePlain(date: string): Period {
  const plain = readPlain(date)
  if (plain !== undefined) return plain
  if (PLAIN.test(date)) return parseDate(date, date)
  throw invalid(
    date,
    'a day or a date-time, such as "2025-07-16" or "2025-07-16T09:00:00Z"',
    'Write the day of the report; only `occurredAt` can be imprecise',
  )
}

function instant(ms: number, given: unknown): Period {
  const whole = wholeMs(ms, given)
  return { earliest: whole, latest: whole }
}

function wholeMs(ms: number, given: unknown): number {
  const whole = Math.floor(ms) + 0 // never -0
  if (Math.abs(whole) <= DATE_MS_MAX || Math.abs(ms) === Infinity) return whole
  throw invalid(given, 'milliseconds within ±8.64e15, the range of Date', 'Give a time that Date can hold')
}

/**
 * Refuses to write a date that names more days than anyone reads, and takes as long to work out; what is stored is read.
 * Throws `INVALID_DATE`.
 */
export function checkLength(date: string): void {
  if (date.length <= DATE_CHARS_MAX) return
  const expected = `at most ${DATE_CHARS_MAX.toLocaleString('en')} characters`
  throw invalid(date, expected, 'Name fewer dates, or a range from the first to the last')
}

/** The last instant of a date's period. Throws `INVALID_DATE`. */
export function latestOf(date: DateLike): number {
  return typeof date === 'number' ? wholeMs(date, date) : parseWhen(date).latest
}

function isTextual(date: unknown): date is { toString(): string } {
  return typeof date === 'object' && date !== null && !Array.isArray(date) && typeof date.toString === 'function'
}

function parseOneOf(text: string): Period {
  if (!text.endsWith(']') || ['', '..'].includes(text.slice(1, -1).trim())) {
    throw invalid(text, 'a one-of set such as "[2025-04,2025-06]" or "[2025-04..2025-06]"', 'Close the bracket and name at least one date')
  }
  const members = text
    .slice(1, -1)
    .split(',')
    .map((member) => parseMember(member.trim(), text))
  return members.reduce((all, one) => ({ earliest: Math.min(all.earliest, one.earliest), latest: Math.max(all.latest, one.latest) }))
}

function parseMember(member: string, set: string): Period {
  const dates = member.split('..')
  const [first, last = first] = dates
  if (first === undefined || last === undefined || dates.length > 2 || (first === '' && last === '')) {
    throw invalid(
      set,
      'dates and ranges between commas, such as "[2025-04,2025-06..2025-08]"',
      'Write each member as a date, "a..b", "..b" or "a.."',
    )
  }
  const earliest = first === '' ? -Infinity : parseDate(first, set).earliest
  const latest = last === '' ? Infinity : parseDate(last, set).latest
  if (earliest > latest) throw invalid(set, `a range that runs forwards, which ${quote(member)} does not`, 'Put the earlier date first')
  return { earliest, latest }
}

/**
 * The period of a day, or of a date-time in UTC to the second or the millisecond, as nearly all dates are written: a
 * regular expression would take ten times as long. None for any other text, right or wrong.
 */
function readPlain(text: string): Period | undefined {
  const { length } = text
  if ((length !== 10 && length !== 20 && length !== 24) || text[4] !== '-' || text[7] !== '-') return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= daysIn(year, month)))) return undefined
  const earliest = startOfDay(year, month, day)
  if (length === 10) return { earliest, latest: earliest + DAY_MS - 1 }
  const at = earliest + readTime(text)
  return Number.isNaN(at) ? undefined : { earliest: at, latest: at }
}

/** The milliseconds of `T09:00:00Z` or `T09:00:00.000Z` behind a day; NaN for another text. */
function readTime(text: string): number {
  const last = text.length - 1
  if (text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || text[last] !== 'Z' || (last > 19 && text[19] !== '.')) return NaN
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  if (hour > 23 || minute > 59 || second > 59) return NaN
  return (hour * 60 + minute) * 60_000 + second * 1000 + (last > 19 ? twoDigits(text, 20) * 10 + digit(text, 22) : 0)
}

/** The number that two digits of a text are; NaN where they are not. */
function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

function digit(text: string, at: number): number {
  const number = text.charCodeAt(at) - 48 // where 0 is in ASCII
  return number >= 0 && number <= 9 ? number : NaN
}

function parseDate(text: string, given: unknown): Period {
  const plain = readPlain(text)
  if (plain !== undefined) return plain
  const date = DATE.exec(text)
  if (date) return parseCalendarDate(date[1]!, date[2], date[3], given)
  const dateTime = DATE_TIME.exec(text)
  if (dateTime) return parseDateTime(dateTime, given)
  const longYear = LONG_YEAR.exec(text)
  if (longYear) return months(Number(longYear[1]), 1, 12, given)
  throw unreadable(text, given)
}

function parseCalendarDate(year: string, month: string | undefined, day: string | undefined, given: unknown): Period {
  const [first] = years(year, UP)
  const [last] = years(year, DOWN)
  const span = day === undefined ? wholeMonths(month) : undefined
  if (first !== undefined && last !== undefined && span !== undefined) {
    return { earliest: months(first, ...span, given).earliest, latest: months(last, ...span, given).latest }
  }
  const firstDay = findDay(year, month ?? 'XX', day ?? 'XX', UP)
  const lastDay = findDay(year, month ?? 'XX', day ?? 'XX', DOWN)
  if (firstDay !== undefined && lastDay !== undefined) return { earliest: firstDay, latest: lastDay + DAY_MS - 1 }
  throw invalid(given, 'a day that is in the calendar', 'Correct the year, month or day; a doubtful digit is written X, as in "2025-04-3X"')
}

/** The months that a month's number without X stands for, which may be a part of the year; all of them where there is none. */
function wholeMonths(month: string | undefined): readonly [firstMonth: number, months: number] | undefined {
  if (month === undefined) return [1, 12]
  const number = Number(month)
  return number >= 1 && number <= 12 ? [number, 1] : PARTS_OF_YEAR[month]
}

function parseDateTime(match: RegExpExecArray, given: unknown): Period {
  const [, year, month, day, hour = '', minute = '', second = '0', fraction = '', zone] = match
  if (zone === undefined) throw invalid(given, 'a date-time with its zone', 'Add "Z" or an offset such as "+08:00", or give the day alone')
  const { earliest } = parseCalendarDate(year!, month, day, given)
  const time = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3)) // digits below a millisecond are cut
  const offset = offsetMinutes(zone)
  const onTheClock = Number(minute) <= 59 && Number(second) <= 59 && (time < DAY_MS || (time === DAY_MS && Number(fraction) === 0)) // 24:00 ends a day
  if (onTheClock && offset !== undefined) return instant(earliest + time - offset * 60_000, given)
  throw invalid(given, 'a time that is on the clock, with an offset below 24 hours', 'Correct the time or the offset')
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', ''))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function months(year: number, firstMonth: number, count: number, given: unknown): Period {
  const earliest = startOfDay(year, firstMonth, 1)
  const latest = startOfDay(year, firstMonth + count, 1) - 1
  if (!Number.isNaN(earliest) && !Number.isNaN(latest)) return { earliest, latest }
  throw invalid(given, 'a year within the range of Date, about ±270,000', 'Give a year that Date can hold')
}

function unreadable(text: string, given: unknown): TimelineError {
  if (isInterval(text)) {
    const [from, to] = text.split('/').map((end) => end.replace('..', ''))
    return invalid(
      given,
      'one date, not an interval',
      `For a time somewhere in between write "[${from}..${to}]"; for something that lasted append two events, its beginning and its end`,
    )
  }
  if (text.startsWith('{')) return invalid(given, 'one date, not a set of several', 'Append one event for each date')
  if (/\[!?u-ca=/.test(text))
    return invalid(given, 'a date in the ISO calendar', "Convert it first, with Temporal's withCalendar('iso8601')")
  return invalid(
    given,
    'an EDTF date such as "2025", "2025-04", "2025-04-09", "2025-04-09T09:00:00Z", "2025-21" or "[2025-04..2025-06]"',
    'Write the date in one of these forms',
  )
}

/** Two dates, or a date and an open end, around a slash. */
function isInterval(text: string): boolean {
  const ends = text.split('/')
  const dates = ends.filter((end) => DATE.test(end) || DATE_TIME.test(end) || LONG_YEAR.test(end))
  return ends.length === 2 && dates.length > 0 && ends.every((end) => end === '' || end === '..' || dates.includes(end))
}

function invalid(given: unknown, expected: string, remedy: string): TimelineError {
  return new TimelineError('INVALID_DATE', { arrived: `Got the date ${quote(given)}`, expected, remedy }, { date: given })
}
