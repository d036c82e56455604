// The proleptic Gregorian calendar in milliseconds UTC, with digits that are not known written X.

export const DAY_MS = 86_400_000

export const DATE_MS_MAX = 8_640_000_000_000_000 // the last instant that `Date` can hold

/** Days from 1 March of the year 0 to 1 January 1970. */
const EPOCH_DAYS = 719_468

/** The digits that X may be: the earliest date comes first with UP, the latest with DOWN. */
export const UP = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
export const DOWN = UP.toReversed()

/** The last millisecond of the UTC day that an instant falls on. */
export function endOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS + DAY_MS - 1
}

/** An instant as ISO 8601 text that can be read back; beyond the years 0000 to 9999, where these end. */
export function isoText(ms: number): string {
  return new Date(Math.max(startOfDay(0, 1, 1), Math.min(startOfDay(10_000, 1, 1) - 1, ms))).toISOString()
}

/**
 * The first millisecond of a day; `month` and `day` may overflow, as 13 does into the next year. NaN beyond `Date`.
 * Counts in years that begin in March, so that a leap day is the last one (Howard Hinnant, "chrono-compatible low-level
 * date algorithms"): a `Date` for each would cost ten times as much.
 */
export function startOfDay(year: number, month: number, day: number): number {
  const months = year * 12 + month - 3
  const whole = Math.floor(months / 12) // years, from March to March
  const leapDays = Math.floor(whole / 4) - Math.floor(whole / 100) + Math.floor(whole / 400)
  const days = whole * 365 + leapDays + Math.floor(((months - whole * 12) * 153 + 2) / 5) + day - 1
  const ms = (days - EPOCH_DAYS) * DAY_MS
  return Math.abs(ms) <= DATE_MS_MAX ? ms : NaN
}

/** How many days a month has. */
export function daysIn(year: number, month: number): number {
  return (startOfDay(year, month + 1, 1) - startOfDay(year, month, 1)) / DAY_MS
}

/** The first day in the calendar that masks of digits can be: the earliest with the digits UP, the latest with them DOWN. */
export function findDay(yearMask: string, monthMask: string, dayMask: string, digits: readonly number[]): number | undefined {
  const dayIn = (year: number) => {
    for (const month of numbersTo(12, monthMask, digits)) {
      for (const day of numbersTo(daysIn(year, month), dayMask, digits)) return startOfDay(year, month, day)
    }
    return undefined
  }
  if (dayIn(2000) === undefined) return undefined // in no year: 2000 has a 29 February
  const isOfLeapYears = dayIn(2001) === undefined
  if (isOfLeapYears && !mayBeLeapYear(yearMask)) return undefined
  for (const year of years(yearMask, digits)) {
    const day = isOfLeapYears && daysIn(year, 2) < 29 ? undefined : dayIn(year)
    if (day !== undefined) return day
  }
  return undefined
}

/** The years that a mask can be, ascending with the digits UP; there is no year -0000. */
export function* years(mask: string, digits: readonly number[]): Generator<number> {
  if (!mask.startsWith('-')) yield* numbers(mask, digits)
  else for (const year of numbers(mask.slice(1), digits.toReversed())) if (year > 0) yield -year
}

/** The numbers from 1 to 31 at the most that a mask of two digits can be, ascending with the digits UP. */
function* numbersTo(last: number, mask: string, digits: readonly number[]): Generator<number> {
  for (let nth = 1; nth <= last; nth += 1) {
    const number = digits === UP ? nth : last + 1 - nth
    if (isDigit(mask[0]!, Math.floor(number / 10)) && isDigit(mask[1]!, number % 10)) yield number
  }
}

/** Whether a mask can be a multiple of four; one in a few of these is found at once. */
function mayBeLeapYear(mask: string): boolean {
  const [tens = '', units = ''] = mask.slice(-2)
  return Array.from({ length: 25 }, (_, index) => 4 * index).some((two) => isDigit(tens, Math.floor(two / 10)) && isDigit(units, two % 10))
}

function isDigit(mask: string, digit: number): boolean {
  return mask === 'X' || Number(mask) === digit
}

/** The numbers that a mask can be, X being each of the digits in turn. */
function* numbers(mask: string, digits: readonly number[]): Generator<number> {
  if (!mask.includes('X')) yield Number(mask)
  else for (const digit of digits) yield* numbers(mask.replace('X', String(digit)), digits)
}
