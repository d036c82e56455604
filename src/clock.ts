import { invalidArgument } from './argument.js'
import { DAY_MS, isoText } from './calendar.js'
import { TimelineError, quote } from './error.js'
import { type Entry, type Stamp, stampOf } from './event.js'
import { parsePlain } from './when.js'

/** It is tomorrow already somewhere in the world, by up to 14 hours. */
const AHEAD_MS_MAX = 14 * 3_600_000

/** What the events of a commit are stamped with, and what the clock says, in milliseconds. */
export type Time = Stamp & { readonly now: number }

/** Milliseconds by the clock. Throws `INVALID_ARGUMENT` when it is none. */
export function readClock(clock: () => number): number {
  const now = clock()
  if (typeof now === 'number' && Number.isFinite(now)) return now
  throw invalidArgument(`The clock gave ${quote(now)}`, 'milliseconds since 1970', 'Pass a clock such as Date.now')
}

/** The time of the commit after one appended at `last`: the clock's, but never before. Throws `CLOCK_BEHIND` past a day. */
export function timeAfter(last: string, clock: () => number): Time {
  const now = readClock(clock)
  const lastMs = last === '' ? -Infinity : Date.parse(last)
  const appendedAt = isoText(Math.max(now, lastMs))
  if (lastMs - now <= DAY_MS) return { now, ...stampOf(appendedAt) }
  throw new TimelineError(
    'CLOCK_BEHIND',
    {
      arrived: `The log was last appended to at ${last}, and the clock says ${isoText(now)}`,
      expected: 'a clock at most a day behind the log',
      remedy: 'Set the clock right; if it is right, an earlier writer had it wrong',
    },
    { appendedAt: last, now },
  )
}

/** Refuses an event whose report is yet to be made; a day or an instant that is over needs no second look. Throws `REPORTED_IN_FUTURE`. */
export function checkReported({ given: { id, reportedAt }, reported }: Entry, now: number): void {
  const latest = now + AHEAD_MS_MAX
  if (reported <= latest || reportedAt === undefined || parsePlain(reportedAt).earliest <= latest) return
  throw new TimelineError(
    'REPORTED_IN_FUTURE',
    {
      arrived: `Got an event (${id}) reported at ${quote(reportedAt)}, and it is ${isoText(now)}`,
      expected: 'a report that has been made; `occurredAt` may lie in the future',
      remedy: 'Correct `reportedAt`, or the clock',
    },
    { id, reportedAt },
  )
}
