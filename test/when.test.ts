import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type DateLike, type Period, TimelineError, parseWhen } from 'asof'
import { parse } from 'edtf'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { endOfDay, isoText } from '../src/calendar.js'
import { checkLength, parsePlain } from '../src/when.js'
import { RUNS } from './runs.js'

type Example = readonly [date: DateLike, earliest: string, latest: string]

const DAY_MS = 86_400_000
const CYCLE_MS = 146_097 * DAY_MS // 400 years
const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The parts of 2025 that EDTF numbers like months: code, first and last month. */
// prettier-ignore
const PARTS_OF_2025 = [
  ['21', '2025-03', '2025-05'], ['22', '2025-06', '2025-08'], ['23', '2025-09', '2025-11'], ['24', '2025-12', '2026-02'], // northern
  ['25', '2025-03', '2025-05'], ['26', '2025-06', '2025-08'], ['27', '2025-09', '2025-11'], ['28', '2025-12', '2026-02'], // northern
  ['29', '2025-09', '2025-11'], ['30', '2025-12', '2026-02'], ['31', '2025-03', '2025-05'], ['32', '2025-06', '2025-08'], // southern
  ['33', '2025-01', '2025-03'], ['34', '2025-04', '2025-06'], ['35', '2025-07', '2025-09'], ['36', '2025-10', '2025-12'], // quarters
  ['37', '2025-01', '2025-04'], ['38', '2025-05', '2025-08'], ['39', '2025-09', '2025-12'], // thirds
  ['40', '2025-01', '2025-06'], ['41', '2025-07', '2025-12'], // halves
] as const

/** An object as Temporal makes them: its text is ISO 8601, in JSON too. */
const temporal = (text: string) => ({ toString: () => text, toJSON: () => text })

// prettier-ignore
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'A year, a month or a day runs to its last millisecond': [
    ['2025', '2025-01-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['2025-04', '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['2025-04-09', '2025-04-09T00:00:00.000Z', '2025-04-09T23:59:59.999Z'],
    ['2025-02', '2025-02-01T00:00:00.000Z', '2025-02-28T23:59:59.999Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['2000-02', '2000-02-01T00:00:00.000Z', '2000-02-29T23:59:59.999Z'],
    ['1900-02', '1900-02-01T00:00:00.000Z', '1900-02-28T23:59:59.999Z'],
  ],
  'Years before 100 and before the year 1 are themselves': [
    ['0099', '0099-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z', '0001-01-01T23:59:59.999Z'],
    ['0050-06', '0050-06-01T00:00:00.000Z', '0050-06-30T23:59:59.999Z'],
    ['0070-06-01T12:00Z', '0070-06-01T12:00:00.000Z', '0070-06-01T12:00:00.000Z'],
    ['0000', '0000-01-01T00:00:00.000Z', '0000-12-31T23:59:59.999Z'],
    ['0000-02-29', '0000-02-29T00:00:00.000Z', '0000-02-29T23:59:59.999Z'],
    ['-0001', '-000001-01-01T00:00:00.000Z', '-000001-12-31T23:59:59.999Z'],
    ['-0004-02', '-000004-02-01T00:00:00.000Z', '-000004-02-29T23:59:59.999Z'],
    ['-0044-03-15', '-000044-03-15T00:00:00.000Z', '-000044-03-15T23:59:59.999Z'],
    ['-0044-03-15T09:00Z', '-000044-03-15T09:00:00.000Z', '-000044-03-15T09:00:00.000Z'],
    ['-0001-24', '-000001-12-01T00:00:00.000Z', '0000-02-29T23:59:59.999Z'],
  ],
  'Years of more than four digits begin with Y': [
    ['Y12025', '+012025-01-01T00:00:00.000Z', '+012025-12-31T23:59:59.999Z'],
    ['Y-12025', '-012025-01-01T00:00:00.000Z', '-012025-12-31T23:59:59.999Z'],
    ['Y12025~', '+012025-01-01T00:00:00.000Z', '+012025-12-31T23:59:59.999Z'],
    ['Y275759', '+275759-01-01T00:00:00.000Z', '+275759-12-31T23:59:59.999Z'],
    ['Y-271820', '-271820-01-01T00:00:00.000Z', '-271820-12-31T23:59:59.999Z'],
  ],
  'A date-time is an instant, to the millisecond': [
    ['2025-07-15T09:00:00Z', '2025-07-15T09:00:00.000Z', '2025-07-15T09:00:00.000Z'],
    ['2025-07-15T09:00Z', '2025-07-15T09:00:00.000Z', '2025-07-15T09:00:00.000Z'],
    ['2025-07-15T09:00:00.5Z', '2025-07-15T09:00:00.500Z', '2025-07-15T09:00:00.500Z'],
    ['2025-07-15T09:00:00.05Z', '2025-07-15T09:00:00.050Z', '2025-07-15T09:00:00.050Z'],
    ['2025-07-15T09:00:00.1239999Z', '2025-07-15T09:00:00.123Z', '2025-07-15T09:00:00.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['2025-07-15T24:00:00Z', '2025-07-16T00:00:00.000Z', '2025-07-16T00:00:00.000Z'],
    ['2025-12-31T24:00Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['2025-07-15T24:00:00.000Z', '2025-07-16T00:00:00.000Z', '2025-07-16T00:00:00.000Z'],
    ['2025-07-15T09:00:00+08:00', '2025-07-15T01:00:00.000Z', '2025-07-15T01:00:00.000Z'],
    ['2025-07-15T22:00:00-0530', '2025-07-16T03:30:00.000Z', '2025-07-16T03:30:00.000Z'],
    ['2025-07-15T09:00:00+08', '2025-07-15T01:00:00.000Z', '2025-07-15T01:00:00.000Z'],
    ['2025-07-15T09:00:00-00:30', '2025-07-15T09:30:00.000Z', '2025-07-15T09:30:00.000Z'],
    ['2025-01-01T00:00:00+14:00', '2024-12-31T10:00:00.000Z', '2024-12-31T10:00:00.000Z'],
    ['2025-01-01T00:00:00+23:59', '2024-12-31T00:01:00.000Z', '2024-12-31T00:01:00.000Z'],
    ['2025-07-15T09:00:00-00:00', '2025-07-15T09:00:00.000Z', '2025-07-15T09:00:00.000Z'],
  ],
  'A mark of doubt or approximation leaves the bounds as they are': [
    ['2025?', '2025-01-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['2025-04~', '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['2025-04-09%', '2025-04-09T00:00:00.000Z', '2025-04-09T23:59:59.999Z'],
    ['2025?-04-~09', '2025-04-09T00:00:00.000Z', '2025-04-09T23:59:59.999Z'],
    ['?2025-%04', '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['2025-24~', '2025-12-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'],
    ['202X?', '2020-01-01T00:00:00.000Z', '2029-12-31T23:59:59.999Z'],
  ],
  'X is a digit nobody knows, and the bounds are the first and the last day it allows': [
    ['202X', '2020-01-01T00:00:00.000Z', '2029-12-31T23:59:59.999Z'],
    ['20XX', '2000-01-01T00:00:00.000Z', '2099-12-31T23:59:59.999Z'],
    ['XXXX', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
    ['-00XX', '-000099-01-01T00:00:00.000Z', '-000001-12-31T23:59:59.999Z'],
    ['2X25', '2025-01-01T00:00:00.000Z', '2925-12-31T23:59:59.999Z'],
    ['2025-XX', '2025-01-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['2025-1X', '2025-10-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['2025-X1', '2025-01-01T00:00:00.000Z', '2025-11-30T23:59:59.999Z'],
    ['2025-04-XX', '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['2025-04-3X', '2025-04-30T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['2025-04-X9', '2025-04-09T00:00:00.000Z', '2025-04-29T23:59:59.999Z'],
    ['2025-02-2X', '2025-02-20T00:00:00.000Z', '2025-02-28T23:59:59.999Z'],
    ['2025-XX-31', '2025-01-31T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['19XX-02-29', '1904-02-29T00:00:00.000Z', '1996-02-29T23:59:59.999Z'],
    ['XXXX-24', '0000-12-01T00:00:00.000Z', '+010000-02-29T23:59:59.999Z'],
  ],
  'Seasons (northern, if not said to be southern), quarters, thirds and halves are whole months': [
    ...PARTS_OF_2025.map(([code, from, to]): Example => [`2025-${code}`, iso(firstOf(from)), iso(lastOf(to))]),
    ['2025-24', '2025-12-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'],
    ['2023-24', '2023-12-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['9999-24', '9999-12-01T00:00:00.000Z', '+010000-02-29T23:59:59.999Z'],
  ],
  'One of a set runs from its earliest member to its latest': [
    ['[2025-04..2025-06]', '2025-04-01T00:00:00.000Z', '2025-06-30T23:59:59.999Z'],
    ['[2025-04]', '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    ['[2025-04,2025-06]', '2025-04-01T00:00:00.000Z', '2025-06-30T23:59:59.999Z'],
    ['[2025-06, 2025-04]', '2025-04-01T00:00:00.000Z', '2025-06-30T23:59:59.999Z'],
    ['[2025,2025-04]', '2025-01-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['[2023, 2025-04-09..2025-21]', '2023-01-01T00:00:00.000Z', '2025-05-31T23:59:59.999Z'],
    ['[2025-07-15T09:00:00Z..2025-07-15T18:00:00Z]', '2025-07-15T09:00:00.000Z', '2025-07-15T18:00:00.000Z'],
    ['[2025-07-15T23:30:00-08:00,2025-07]', '2025-07-01T00:00:00.000Z', '2025-07-31T23:59:59.999Z'],
    ['[Y-10500..-9999]', '-010500-01-01T00:00:00.000Z', '-009999-12-31T23:59:59.999Z'],
    ['[2025-04?..2025-XX]', '2025-04-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z'],
    ['[2025..2025-04]', '2025-01-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
  ],
  'A set may be open at either end': [
    ['[..2025-06]', '-Infinity', '2025-06-30T23:59:59.999Z'],
    ['[2025-06..]', '2025-06-01T00:00:00.000Z', 'Infinity'],
    ['[..2023,2025]', '-Infinity', '2025-12-31T23:59:59.999Z'],
    ['[2023,2025..]', '2023-01-01T00:00:00.000Z', 'Infinity'],
    ['[..2023,2025..]', '-Infinity', 'Infinity'],
    ['[2025-06,..2025-04]', '-Infinity', '2025-06-30T23:59:59.999Z'],
  ],
  'A Date or a number of milliseconds is an instant': [
    [new Date('2025-07-15T09:00:00.001Z'), '2025-07-15T09:00:00.001Z', '2025-07-15T09:00:00.001Z'],
    [0, '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    [1.75e12, '2025-06-15T15:06:40.000Z', '2025-06-15T15:06:40.000Z'],
    [-0, '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    [0.9, '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    [-0.1, '1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    [8.64e15, '+275760-09-13T00:00:00.000Z', '+275760-09-13T00:00:00.000Z'],
    [-8.64e15, '-271821-04-20T00:00:00.000Z', '-271821-04-20T00:00:00.000Z'],
    [Infinity, 'Infinity', 'Infinity'],
    [-Infinity, '-Infinity', '-Infinity'],
  ],
  'A Temporal object is read by its text': [
    [temporal('2025-07-15T07:00:00Z'), '2025-07-15T07:00:00.000Z', '2025-07-15T07:00:00.000Z'],
    [temporal('2025-07-15T09:00:00+02:00[Europe/Paris]'), '2025-07-15T07:00:00.000Z', '2025-07-15T07:00:00.000Z'],
    [temporal('2025-07-15T09:00:00+02:00[!Europe/Paris][u-ca=iso8601]'), '2025-07-15T07:00:00.000Z', '2025-07-15T07:00:00.000Z'],
    [temporal('2025-07-15T14:30:00+05:30[+05:30]'), '2025-07-15T09:00:00.000Z', '2025-07-15T09:00:00.000Z'],
    [temporal('2025-04-09'), '2025-04-09T00:00:00.000Z', '2025-04-09T23:59:59.999Z'],
    [temporal('2025-04-09[!u-ca=iso8601]'), '2025-04-09T00:00:00.000Z', '2025-04-09T23:59:59.999Z'],
    [temporal('2025-04'), '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
    [temporal('2025-04[u-ca=iso8601]'), '2025-04-01T00:00:00.000Z', '2025-04-30T23:59:59.999Z'],
  ],
}

describe.each(Object.entries(EXAMPLES))('%s:', (_, examples) => {
  for (const [date, earliest, latest] of examples) {
    it(`${name(date)} ${earliest === latest ? `is ${earliest}` : `runs from ${earliest} to ${latest}`}`, () => {
      expect(inIso(parseWhen(date))).toEqual({ earliest, latest })
    })
  }
})

type Refusal = { readonly expected: string; readonly remedy: string; readonly dates: readonly unknown[] }

// prettier-ignore
const REFUSALS: Readonly<Record<string, Refusal>> = {
  'what is neither text nor a time': {
    expected: 'EDTF text, milliseconds or a Date',
    remedy: 'Write the date as text, such as "2025-04"',
    dates: [undefined, null, true, Symbol('2025'), ['2025-04']],
  },
  'milliseconds that Date cannot hold': {
    expected: 'milliseconds within ±8.64e15, the range of Date',
    remedy: 'Give a time that Date can hold',
    dates: [NaN, 8.64e15 + 1, -8.64e15 - 1],
  },
  'years that Date cannot hold': {
    expected: 'a year within the range of Date, about ±270,000',
    remedy: 'Give a year that Date can hold',
    dates: ['Y275760', 'Y-271821', 'Y170000002', `Y${'9'.repeat(400)}`, '[2025,Y300000]'],
  },
  'days that are not in the calendar': {
    expected: 'a day that is in the calendar',
    remedy: 'Correct the year, month or day; a doubtful digit is written X, as in "2025-04-3X"',
    dates: [
      '2025-00', '2025-00-09', '2025-13', '2025-20', '2025-42', '2025-99', '2025-04-00', '2025-04-31', '2025-01-32', '2025-02-29', '1900-02-29', '2025-21-01',
      '2025-02-29T09:00Z', '2025-00-01T09:00Z', '2025-13-01T09:00Z', '2025-04-00T09:00Z', '2025-04-31T09:00Z', '-0000-01-01T00:00Z', '-0000', '-0000-XX', '-0000-21', '20X1-02-29', 'XXXX-02-30', 'XXXX-02-3X', '2025-2X', '2025-13-XX', 'XXXX-XX-4X', '[2025-04-31]', '[2025-02-29?..2025-04]',
    ],
  },
  'times that are not on the clock': {
    expected: 'a time that is on the clock, with an offset below 24 hours',
    remedy: 'Correct the time or the offset',
    dates: [
      '2025-04-09T25:00Z', '2025-04-09T09:60Z', '2025-04-09T09:60:00Z',
      '2025-04-09T09:00:60Z', '2016-12-31T23:59:60Z', '2025-04-09T24:00:01Z', '2025-04-09T24:01Z', '2025-04-09T24:00:00.001Z', '2025-04-09T24:00:00.0001Z',
      '2025-04-09T09:00+24:00', '2025-04-09T09:00-05:60', '[2025-04-09T25:00Z]',
    ],
  },
  'a date-time without its zone, which would mean another instant on every machine': {
    expected: 'a date-time with its zone',
    remedy: 'Add "Z" or an offset such as "+08:00", or give the day alone',
    dates: ['2025-04-09T09:00', '2025-04-09T09:00:00', '2025-04-09T24:00:00.000', '[2025-04-09T09:00:00]', temporal('2025-04-09T09:00:00')],
  },
  'an interval of months': {
    expected: 'one date, not an interval',
    remedy: 'For a time somewhere in between write "[2025-04..2025-06]"; for something that lasted append two events, its beginning and its end',
    dates: ['2025-04/2025-06'],
  },
  'an interval without an end': {
    expected: 'one date, not an interval',
    remedy: 'For a time somewhere in between write "[2025-04..]"; for something that lasted append two events, its beginning and its end',
    dates: ['2025-04/..', '2025-04/'],
  },
  'an interval without a beginning': {
    expected: 'one date, not an interval',
    remedy: 'For a time somewhere in between write "[..2025-04-09T09:00Z]"; for something that lasted append two events, its beginning and its end',
    dates: ['../2025-04-09T09:00Z', '/2025-04-09T09:00Z'],
  },
  'a set of several dates': {
    expected: 'one date, not a set of several',
    remedy: 'Append one event for each date',
    dates: ['{2025-04,2025-06}', '{2025-04..2025-06}', '{..2025}', '{'],
  },
  'a set that is not closed or empty': {
    expected: 'a one-of set such as "[2025-04,2025-06]" or "[2025-04..2025-06]"',
    remedy: 'Close the bracket and name at least one date',
    dates: ['[', '[2025', '[2025-04,2025-06', '[]', '[ ]', '[..]', '[2025] '],
  },
  'a set with a member that is neither a date nor a range': {
    expected: 'dates and ranges between commas, such as "[2025-04,2025-06..2025-08]"',
    remedy: 'Write each member as a date, "a..b", "..b" or "a.."',
    dates: ['[,]', '[2025,]', '[,2025]', '[2025,,2026]', '[2025,..]', '[..2025..]', '[2024..2025..2026]'],
  },
  'a range that runs backwards': {
    expected: 'a range that runs forwards, which "2025-06..2025-04" does not',
    remedy: 'Put the earlier date first',
    dates: ['[2025-06..2025-04]', '[2023, 2025-06..2025-04]'],
  },
  'every other text': {
    expected: 'an EDTF date such as "2025", "2025-04", "2025-04-09", "2025-04-09T09:00:00Z", "2025-21" or "[2025-04..2025-06]"',
    remedy: 'Write the date in one of these forms',
    dates: [
      '', ' ', 'today', '202', '20', '02025', '+2025', '2025-4', '2025-04-9', '2025-4-09', '20250409', '2025.04.09', '2025-099', '2025-W15', '9 April 2025', 'April 2025', '٢٠٢٥',
      ' 2025', '2025 ', '2025\n', '2025??', '2025-04-09-01', '202x', '2025S2', 'Y2025', 'Y02025', 'Y1E5', 'y12025', '12025', ']', '2025]',
      '2025-04-09T', '2025-04-09T09', '2025-04-09T09Z', '2025-04-09T09:00z', '2025-04-09t09:00Z', '2025-04-09 09:00Z', '2025-04-09T9:00Z', '2025-04-09T09:00:0Z', '2025-04-09T0900Z',
      '2025-04-09T09:00:00.Z', '2025-04-09T09:00.5Z', '2025-04-09T09:00:00,5Z', '2025-04-09T09:00+8', '2025-04-09T09:00+08:0', '2025-04-09T09:00\u221208:00', '2025-04T09:00Z',
      '2025-04-09T09:00Z?', '2025-04-0XT09:00Z', '+002025-04-09T09:00Z', '[2025-4]', '[2025...2026]', '[[2025]]', '[..today]',
      '2025/04-09', '2025-04/09', '20-5-04-09', 'abcd-04-09', '2025-04-09 09:00:00Z', '2025-04-09T09.00:00Z', '2025-04-09T09:00.00Z', '2025-04-09T09:00:00z', '2025-04-09T09:00:00,000Z',
      '2025-04-09T09:00:00.000xZ',
    ],
  },
  'objects whose text is no ISO date': {
    expected: 'an EDTF date such as "2025", "2025-04", "2025-04-09", "2025-04-09T09:00:00Z", "2025-21" or "[2025-04..2025-06]"',
    remedy: 'Write the date in one of these forms',
    dates: [{}, temporal(''), temporal('04-09'), temporal('09:00:00'), temporal('P1Y'), temporal('[2025]'), temporal('2025[..2026]'), temporal('2025-04[x]junk[y]')],
  },
  'objects whose text is in another calendar': {
    expected: 'a date in the ISO calendar',
    remedy: "Convert it first, with Temporal's withCalendar('iso8601')",
    dates: [temporal('2025-04-09[u-ca=hebrew]'), temporal('2025-04-09[!u-ca=japanese]'), temporal('2025-04-09[u-ca=iso8601x]'), temporal('2025-07-15T09:00:00+02:00[Europe/Paris][u-ca=gregory]')],
  },
}

describe.each(Object.entries(REFUSALS))('Refused is %s:', (_, { expected, remedy, dates }) => {
  for (const date of dates) {
    it(`${name(date)} is refused with what arrived, what was expected and what to do`, () => {
      expect(refusal(date)).toMatchObject({
        code: 'INVALID_DATE',
        message: `Got the date ${shown(textOf(date))}. Expected ${expected}. ${remedy}.`,
        details: { date: textOf(date) },
      })
    })
  }
})

describe('A refusal helps the person who wrote the date:', () => {
  it('names the date that arrived when that is a Date without a time', () => {
    expect(refusal(new Date(NaN))).toMatchObject({
      code: 'INVALID_DATE',
      message: expect.stringMatching(/^Got the date "?Invalid Date"?\. /),
    })
  })

  it.each(['07/15/2025', '15/07/2025', '2025/07/15', '2025-07-15T09:00:00+02:00[Europe/Paris]'])(
    'does not take %s, which is one date, for an interval',
    (date) => {
      expect(refusal(date).message).not.toContain('interval')
    },
  )

  it.each(['/', '../..', '2025/2026/2027'])('does not take %s, which has no two ends, for an interval', (text) => {
    expect(refusal(text).message).not.toContain('interval')
  })

  it.each([
    '2025/2026',
    '2025-04-09/2025-05',
    '2025?/2026-24',
    '-0044/0014',
    '202X/..',
    '../Y12025',
    '2025-07-15T09:00Z/2025-07-16T09:00Z',
  ])('suggests for the interval %s a set that is accepted', (interval) => {
    const [, set] = /"(\[.*\])"/.exec(refusal(interval).message) ?? []
    expect(set).toBe(`[${interval.replace('../', '/').replace('/..', '/').replace('/', '..')}]`)
    expect(parseWhen(set!).earliest).toBeLessThan(parseWhen(set!).latest)
  })

  it.each(['2025', '[2025', '2025/', '{2025', '2025-04-09T'])('stays short when a long text arrives that begins with %s', (start) => {
    expect(refusal(start + 'X'.repeat(10_000)).message.length).toBeLessThan(500)
  })

  it('is INVALID_DATE even for an object that has no text', () => {
    expect(refusal(Object.create(null)).code).toBe('INVALID_DATE')
  })
})

it('Unknown digits cost little, even in a set of many members', () => {
  const set = `[${Array.from({ length: 900 }, () => 'XXXX-XX-XX').join()}]`
  for (let time = 0; time < 1000; time += 1) expect(inIso(parseWhen(set)).latest).toBe('9999-12-31T23:59:59.999Z')
})

it('A date that is written may have 10,000 characters, and no more', () => {
  const set = `[    ${Array.from({ length: 1999 }, () => '2025').join()}]`
  expect(set.length).toBe(10_000)
  expect(parseWhen(set)).toEqual(parseWhen('2025'))
  const longer = set.replace('[', '[ ')
  expect(parseWhen(longer)).toEqual(parseWhen('2025')) // what is stored is read
  expect(() => checkLength(set)).not.toThrow()
  expect(() => checkLength(longer)).toThrow(
    expect.objectContaining({
      code: 'INVALID_DATE',
      message: expect.stringMatching(/at most 10,000 characters\. Name fewer dates/) as unknown,
    }),
  )
})

describe('A report is dated by a day or a date-time:', () => {
  it.each(['2025-04-09', '-0044-03-15', '2025-04-09T09:00Z', '2025-04-09T09:00:00.123+08:00'])('%s is read as any date is', (date) => {
    expect(parsePlain(date)).toEqual(parseWhen(date))
  })

  it.each([
    '2025',
    '2025-04',
    '2025-04-09?',
    '2025-04-XX',
    '2025-21',
    '[2025-04-09]',
    'Y12025',
    '2025-04-09\n',
    '2025-04-09 09:00Z',
    '2025-04-09/2025-04-10',
    '',
  ])('%j is refused', (date) => {
    expect(refusal(date, parsePlain)).toMatchObject({
      code: 'INVALID_DATE',
      message: `Got the date ${JSON.stringify(date)}. Expected a day or a date-time, such as "2025-07-16" or "2025-07-16T09:00:00Z". Write the day of the report; only \`occurredAt\` can be imprecise.`,
    })
  })

  it.each(['2025-02-29', '2025-04-09T09:00', '2025-04-09T25:00Z'])('%s is refused as any date is', (date) => {
    expect(refusal(date, parsePlain).message).toBe(refusal(date).message)
  })
})

it('0 ms is never -0', () => {
  expect(parseWhen(-0)).toEqual({ earliest: 0, latest: 0 })
})

it('A day, or a time in UTC to the second or the millisecond, is read without a regular expression, which would take ten times as long', () => {
  const days = ['0000-01-01', '2025-12-31', '2024-02-29', '2025-04-30', '9999-10-19']
  const times = ['T00:00:00Z', 'T23:59:59Z', 'T19:08:07.999Z', 'T12:34:56.078Z']
  const expressions = vi.spyOn(RegExp.prototype, 'exec')
  for (const date of days.flatMap((day) => [day, ...times.map((time) => day + time)]))
    for (const read of [parseWhen, parsePlain]) read(date)
  const count = expressions.mock.calls.length
  expressions.mockRestore()
  expect(count).toBe(0)
})

it('The end of a day is that of its UTC day, before 1970 too', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: DAY_MS - 1 }), (day, ms) => {
      expect(endOfDay(day.earliest + ms)).toBe(day.latest)
    }),
    { numRuns: RUNS },
  )
})

it.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [8.64e15, '9999-12-31T23:59:59.999Z'],
  [Infinity, '9999-12-31T23:59:59.999Z'],
  [-Infinity, '0000-01-01T00:00:00.000Z'],
])('The instant %d is written %s', (ms, text) => {
  expect(isoText(ms)).toBe(text)
})

it.each([
  ['Pacific/Kiritimati', -840],
  ['Pacific/Pago_Pago', 660],
  ['Asia/Kolkata', -330],
])('Dates mean the same in %s', (zone, offset) => {
  const dates = Object.values(EXAMPLES)
    .flatMap((examples) => examples.map(([date]) => date))
    .filter((date) => typeof date === 'string')
  const bounds = dates.map((date) => Object.values(parseWhen(date)).map(String))
  expect(runInZone(zone, dates)).toEqual({ offset, bounds })
})

// What follows generates dates together with their bounds, worked out from the calendar's 400-year cycle by Date.UTC.

type Dated = Period & { readonly text: string }

const marks = fc.constantFrom('', '', '', '?', '~', '%')
const years = fc.oneof(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 1890, max: 2110 }), fc.integer({ min: -101, max: 101 }))
const calendarDays = fc
  .record({ year: years, month: fc.integer({ min: 1, max: 12 }), rank: fc.nat(30) })
  .map(({ year, month, rank }) => ({ year, month, day: 1 + (rank % daysIn(year, month)) }))

const yearsDated = years.chain((year) => marked(fourDigits(year)).map((text) => dated(text, utc(year), utc(year + 1))))
const monthsDated = calendarDays.chain(({ year, month }) =>
  marked(fourDigits(year), twoDigits(month)).map((text) => dated(text, utc(year, month), utc(year, month + 1))),
)
const daysDated = calendarDays.chain(({ year, month, day }) =>
  marked(fourDigits(year), twoDigits(month), twoDigits(day)).map((text) => dated(text, utc(year, month, day), utc(year, month, day + 1))),
)
const days = daysDated.map((day) => ({ ...day, text: unmarked(day.text) }))
const partsOfYear = fc
  .tuple(years, fc.constantFrom(...PARTS_OF_2025))
  .chain(([year, [code, from, to]]) =>
    marked(fourDigits(year), code).map((text) => dated(text, firstOf(from, year - 2025), lastOf(to, year - 2025) + 1)),
  )
const longYears = fc
  .tuple(fc.oneof(fc.integer({ min: 10_000, max: 275_759 }), fc.integer({ min: -271_820, max: -10_000 })), marks)
  .map(([year, mark]) => dated(`Y${year}${mark}`, utc(year), utc(year + 1)))

const offsets = fc
  .record({ sign: fc.constantFrom('+', '-'), hours: fc.nat(23), minutes: fc.nat(59), form: fc.constantFrom('Z', 'hh', 'hhmm', 'hh:mm') })
  .map(({ sign, hours, minutes, form }) => {
    if (form === 'Z') return { text: 'Z', minutes: 0 }
    const text = sign + form.replace('hh', twoDigits(hours)).replace('mm', twoDigits(minutes))
    return { text, minutes: Number(`${sign}1`) * (hours * 60 + (form === 'hh' ? 0 : minutes)) }
  })
const times = fc
  .record({
    minutes: fc.nat(24 * 60),
    seconds: fc.nat(59),
    fraction: fc.stringMatching(/^\d{1,9}$/),
    form: fc.constantFrom('hh:mm', 'hh:mm:ss', 'hh:mm:ss.f'),
  })
  .map(({ minutes, seconds, fraction, form }) => {
    const text = form.replace('hh', twoDigits(Math.floor(minutes / 60))).replace('mm', twoDigits(minutes % 60))
    if (form === 'hh:mm') return { text, ms: minutes * 60_000 }
    if (minutes === 24 * 60) return { text: text.replace('ss', '00').replace('f', '000'), ms: DAY_MS }
    const ms = form === 'hh:mm:ss' ? 0 : Number((BigInt(fraction) * 1000n) / 10n ** BigInt(fraction.length))
    return { text: text.replace('ss', twoDigits(seconds)).replace('f', fraction), ms: minutes * 60_000 + seconds * 1000 + ms }
  })
const dateTimes = fc.tuple(days, times, offsets).map(([day, time, offset]): Dated => {
  const ms = day.earliest + time.ms - offset.minutes * 60_000
  return { text: `${day.text}T${time.text}${offset.text}`, earliest: ms, latest: ms }
})

const plainDates = fc.oneof(yearsDated, monthsDated, daysDated, dateTimes, partsOfYear, longYears)

const ranges = fc.tuple(plainDates, plainDates).map(([one, other]) => {
  const [first, last] = one.earliest <= other.earliest ? [one, other] : [other, one]
  return { text: `${first.text}..${last.text}`, earliest: first.earliest, latest: last.latest }
})
const openRanges = fc
  .tuple(plainDates, fc.boolean())
  .map(([date, toTheLeft]): Dated =>
    toTheLeft ? { ...date, text: `..${date.text}`, earliest: -Infinity } : { ...date, text: `${date.text}..`, latest: Infinity },
  )
const members = fc.oneof(plainDates, ranges, { arbitrary: openRanges, weight: 1 })
const sets = fc
  .tuple(fc.array(members, { minLength: 1, maxLength: 5 }), fc.constantFrom(',', ', ', ' ,  '))
  .map(([dates, comma]): Dated => ({
    text: `[${dates.map((date) => date.text).join(comma)}]`,
    earliest: Math.min(...dates.map((date) => date.earliest)),
    latest: Math.max(...dates.map((date) => date.latest)),
  }))

/** Dates some of whose digits are X: made from days that exist, and from digits that may fit none. */
const masks = fc
  .tuple(
    fc.oneof({ arbitrary: days.map(({ text }) => text), weight: 3 }, fc.stringMatching(/^-?[\dX]{4}-[01X][\dX]-[0-3X][\dX]$/)),
    fc.constantFrom(-6, -3, undefined), // to the year, to the month, to the day
    fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }),
  )
  .map(([text, end, hidden]) => text.slice(0, end).replaceAll(/\d/g, (digit, at: number) => (hidden[at] ? 'X' : digit)))
const markedMasks = masks.chain((mask) => marked(...mask.split(/(?<!^)-/)))

// Texts near the border of what is accepted: EDTF with what is left out here, and then a character changed.

const ALPHABET = '0123456789XYZTSE-+\u2212:.,/?~%[]{} \t\n'.split('')

const atoms = fc.oneof(
  plainDates.map(({ text }) => text),
  days.map(({ text }) => text),
  markedMasks,
)
const pieces = fc.oneof(
  atoms,
  fc.tuple(atoms, atoms).map((ends) => ends.join('..')),
  fc.tuple(fc.constantFrom('', '..'), atoms, fc.constantFrom('', '..')).map((parts) => parts.join('')),
)
const looseSets = fc
  .tuple(
    fc.constantFrom('[', '[', '[..', '{', '[ '),
    fc.array(pieces, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(',', ', ', ' ,', ',\t'),
    fc.constantFrom(']', ']', '..]', '}', ' ]'),
  )
  .map(([open, parts, comma, close]) => open + parts.join(comma) + close)
const intervals = fc
  .tuple(fc.oneof(atoms, fc.constantFrom('', '..')), fc.oneof(atoms, fc.constantFrom('', '..')))
  .map((ends) => ends.join('/'))
const otherForms = fc.oneof(
  ...[
    /^-?\d{2,3}[?~%]?$/,
    /^(Y[1-9]\d|-?)\d{4}S\d$/,
    /^Y-?\d{1,4}E\d(S\d)?$/,
    /^Y-?\d{4,7}[?~%]?$/,
    /^-0000(-[01X][\dX]){0,2}$/,
    /^[\dX]{4}-[0X][2469X]-[023X][019X]$/,
    /^[?~%]?-?[\dX]{4}[?~%]?-[?~%]?[0-4X][\dX][?~%]?$/,
    /^-?[0-3]\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-4]):[0-6]\d(:[0-6]\d(\.\d{1,4})?)?(Z|[+\-\u2212](0\d|1[0-5]|2[0-4])(:?(00|\d\d))?)?$/,
    /^2024-02-29T24:00(:00(\.0{1,4})?)?(Z|[+-]1[0-4]:[03]0)?$/,
  ].map((form) => fc.stringMatching(form)),
)
const changes = fc.tuple(fc.nat(40), fc.nat(1), fc.constantFrom('', ...ALPHABET))
const texts = fc
  .tuple(
    fc.oneof(
      atoms,
      sets.map(({ text }) => text),
      looseSets,
      intervals,
      otherForms,
    ),
    fc.oneof(fc.constant([]), fc.array(changes, { maxLength: 2 })),
  )
  .map(([text, edits]) => edits.reduce((edited, change) => edit([edited, change]), text))

const YEARS = Array.from({ length: 19_999 }, (_, index) => index - 9999)
const DAYS_OF_LEAP_YEAR = Array.from({ length: 366 }, (_, index) => new Date(utc(2000) + index * DAY_MS)).map((date) => ({
  text: date.toISOString().slice(5, 10),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
}))

describe('For every date', () => {
  it('the bounds are those of the calendar', () => {
    fc.assert(
      fc.property(plainDates, ({ text, earliest, latest }) => {
        expect(parseWhen(text)).toEqual({ earliest, latest })
      }),
      { numRuns: RUNS },
    )
  })

  it('the bounds of a set are the outermost of its members', () => {
    fc.assert(
      fc.property(sets, ({ text, earliest, latest }) => {
        expect(parseWhen(text)).toEqual({ earliest, latest })
      }),
      { numRuns: RUNS },
    )
  })

  it('a set of one has its bounds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          plainDates.map(({ text }) => text),
          markedMasks,
        ),
        (text) => {
          expect(attempt(`[${text}]`)).toEqual(attempt(text))
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('a range that runs backwards is refused', () => {
    fc.assert(
      fc.property(plainDates, plainDates, (one, other) => {
        fc.pre(one.earliest > other.latest)
        expect(refusal(`[${one.text}..${other.text}]`).message).toContain('a range that runs forwards')
      }),
      { numRuns: RUNS },
    )
  })

  it('the bounds of digits X are the first and the last day whose text fits, and where none fits it is refused', () => {
    fc.assert(
      fc.property(markedMasks, (text) => {
        expect(attempt(text)).toEqual(fitting(unmarked(text)))
      }),
      { numRuns: RUNS },
    )
  })

  it('a day, or a time in UTC, is what it is with a mark or an offset that say no more, and is refused where that is', () => {
    const day = fc.oneof(
      fc.stringMatching(/^[012]\d{3}-[01]\d-[0-3]\d$/),
      fc
        .tuple(years, fc.constantFrom('-02-28', '-02-29', '-02-30', '-04-31', '-00-01', '-13-01', '-12-00'))
        .map(([year, end]) => fourDigits(year) + end),
    )
    const hour = fc.constantFrom('00', '09', '23', '24')
    const sixty = fc.constantFrom('00', '07', '59', '60')
    const behind = fc.constantFrom('Z', 'Z', '.000Z', '.087Z', ',087Z', '.0_7Z')
    const time = fc.tuple(hour, sixty, sixty, behind).map(([h, m, s, rest]) => `T${h}:${m}:${s}${rest}`)
    const plain = fc.tuple(day, fc.oneof(fc.constant(''), time)).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(plain, fc.tuple(plain, changes).map(edit)), (text) => {
        fc.pre(/\d$|\dZ$/.test(text))
        expect(attempt(text)).toEqual(attempt(text.endsWith('Z') ? `${text.slice(0, -1)}+00:00` : `${text}?`))
      }),
      { numRuns: RUNS },
    )
  })

  it('the earliest instant is not after the latest', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const period = attempt(text)
        if (period !== undefined) expect(period.earliest).toBeLessThanOrEqual(period.latest)
      }),
      { numRuns: RUNS },
    )
  })

  it('that is a Date or milliseconds, both bounds are that instant', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        const ms = date.getTime()
        expect(parseWhen(date)).toEqual({ earliest: ms, latest: ms })
        expect(parseWhen(ms)).toEqual({ earliest: ms, latest: ms })
      }),
      { numRuns: RUNS },
    )
  })
})

it('Any text is a period or is refused as INVALID_DATE', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 30 }),
    texts,
  )
  fc.assert(
    fc.property(anything, (text) => {
      if (attempt(text) === undefined) expect(refusal(text).message).toMatch(/^Got the date [^\n]+\. Expected [^\n]+\. [^\n]+\.$/)
    }),
    { numRuns: RUNS },
  )
})

type Difference = {
  readonly only: 'here' | 'in edtf'
  readonly reason: string
  readonly examples: readonly string[]
  readonly applies: (text: string) => boolean
}

const MARK = '[?~%]?'
const CODE = '(?:2[1-9]|3\\d|4[01])'

/**
 * Where this parser and the package `edtf` at level 2 part, and why. Each row applies to a text that one of them accepts
 * exactly when the other refuses it for that reason.
 */
// prettier-ignore
const DIFFERENCES: readonly Difference[] = [
  { only: 'in edtf', reason: 'February 29 is not in the calendar of a common year', examples: ['2025-02-29', '1900-02-29', '20X1-02-29', '[2025-02?-29]'], applies: namesLeapDayOfCommonYear },
  { only: 'in edtf', reason: 'a date-time without zone is another instant on every machine', examples: ['2025-04-09T09:00', '2025-04-09T09:00:00.5'], applies: (text) => /^[^/]+T[\d:.]+$/.test(text) },
  { only: 'in edtf', reason: 'an interval lasts, and an event happens', examples: ['2025/2026', '2025-04/..', '../2025', '/2025'], applies: (text) => text.includes('/') },
  { only: 'in edtf', reason: 'a list is several dates, and so several events', examples: ['{2025,2026}', '{2025..2026}', '{..2025}'], applies: (text) => text.startsWith('{') },
  { only: 'in edtf', reason: 'a century or decade of two or three digits is more often a slip, and X says it', examples: ['20', '202', '-02', '202~'], applies: (text) => /^-?\d{2,3}[?~%]?$/.test(text) },
  { only: 'in edtf', reason: 'significant digits say how a year was estimated, which X says too', examples: ['1950S2', 'Y12025S3', '-0044S1'], applies: (text) => text.includes('S') },
  { only: 'in edtf', reason: 'years in powers of ten are beyond Date, but for a few', examples: ['Y1E3', 'Y-17E7', 'Y3E8S3'], applies: (text) => text.includes('E') },
  { only: 'in edtf', reason: 'the year is beyond the range of Date', examples: ['Y275760', 'Y-271821'], applies: (text) => /^Y-?\d+$/.test(text) && (Number(text.slice(1)) > 275_759 || Number(text.slice(1)) < -271_820) },
  { only: 'in edtf', reason: 'there is no year -0000', examples: ['-0000-XX', '-0000-0X-01', '[-0000-1X]'], applies: (text) => text.includes('-0000') },
  { only: 'in edtf', reason: 'the minus of an offset is the one on the keyboard', examples: ['2025-04-09T09:00\u221208:00'], applies: (text) => text.includes('\u2212') },
  { only: 'in edtf', reason: 'a date cannot begin a range and end another', examples: ['[..2025..]', '[..2025..2026]', '[2025..2026..]'], applies: (text) => membersOf(text).some((member) => member.split('..').length > 2) },
  { only: 'in edtf', reason: 'a range runs forwards', examples: ['[2026..2025]', '[2025, 2025-06..2025-04]', '[-0001..-0002]'], applies: (text) => membersOf(text).some(runsBackwards) },
  { only: 'here', reason: 'a season, too, may be doubtful, or its year unknown (edtf: level 3)', examples: ['2025-21?', '2025~-33', '?2025-%41', '202X-21', 'XXXX-24~'], applies: (text) => new RegExp(`^${MARK}-?[\\dX]{4}${MARK}-${MARK}${CODE}${MARK}$`).test(text) && /[?~%X]/.test(text) },
  { only: 'here', reason: 'what is known of a date with X may be doubtful', examples: ['202X?', '2025-XX~', '?20XX-04-%1X'], applies: (text) => new RegExp(`^${MARK}-?[\\dX]{4}${MARK}(?:-${MARK}[\\dX]{2}${MARK}){0,2}$`).test(text) && /X/.test(text) && /[?~%]/.test(text) },
  { only: 'here', reason: 'a long year may be doubtful', examples: ['Y12025?', 'Y-12025~'], applies: (text) => /^Y-?[1-9]\d{4,}[?~%]$/.test(text) },
  { only: 'here', reason: 'a year may be marked on both sides, and in a set on either', examples: ['?2025~', '[2025~]', '[?2025~]', '[..2025?]'], applies: (text) => /^[?~%]-?\d{4}[?~%]$/.test(text) || membersOf(text).some((member) => member.split('..').some((date) => /^[?~%]?-?\d{4}[?~%]$/.test(date))) },
  { only: 'here', reason: 'X stands for any digit, so X3 is March and 3X is day 30 where there is no 31', examples: ['2025-X3', '2025-04-3X', '2025-X6-3X', '2025-11-3X'], applies: (text) => isLooseMask(text) },
  { only: 'here', reason: 'an offset of any hour and minute is plain, also -00:00', examples: ['2025-04-09T09:00+14:01', '2025-04-09T09:00-12:30', '2025-04-09T09:00-00', '2025-04-09T09:00-0000', '2025-04-09T09:00+23:59'], applies: hasWideOffset },
  { only: 'here', reason: 'the end of a day may be written to the millisecond', examples: ['2025-04-09T24:00:00.000Z'], applies: (text) => /^[^[]*T24:00:00\.0+(?:Z|[+-][\d:]+)$/.test(text) },
  { only: 'here', reason: 'a set takes every date, not only years, months and days', examples: ['[2025-21]', '[2025-04-09T09:00Z]', '[Y12025,2025]', '[202X?]', '[2025-X3]'], applies: (text) => membersOf(text).some((member) => member.split('..').some(isNoneOfItsDays)) },
  { only: 'here', reason: 'a range runs between any two dates', examples: ['[2025-04..2025]', '[2025?..2026]', '[202X..2031]'], applies: (text) => membersOf(text).some(isMixedRange) },
  { only: 'here', reason: 'a range may be open in any place', examples: ['[2025,..2023]', '[2025..,2023]'], applies: (text) => /^\[.*(?:,\s*\.\.|\.\.\s*,).*\]$/s.test(text) },
  { only: 'here', reason: 'any white space around a member is let be', examples: ['[ 2025]', '[2025 ]', '[2025,\t2026]'], applies: (text) => /^\[\s|\s\]$|^\[.*[^\S ].*\]$/s.test(text) },
]

for (const { only, reason, examples, applies } of DIFFERENCES) {
  it.each(examples)(`%j is accepted only ${only}: ${reason}`, (text) => {
    expect({ here: attempt(text) !== undefined, 'in edtf': edtfAccepts(text) }).toEqual({
      here: only === 'here',
      'in edtf': only === 'in edtf',
    })
    expect(applies(text)).toBe(true)
  })
}

it('What edtf accepts is accepted, and nothing else, but for the differences listed', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const [here, inEdtf] = [attempt(text) !== undefined, edtfAccepts(text)]
      fc.pre(here || inEdtf)
      const reasons = DIFFERENCES.filter(({ only, applies }) => (only === 'here' ? here : inEdtf) && applies(text)).map(
        ({ reason }) => reason,
      )
      expect({ here, inEdtf, reasons }).toSatisfy(() => (here !== inEdtf) === reasons.length > 0)
    }),
    { numRuns: RUNS },
  )
})

function name(date: unknown): string {
  if (date instanceof Date) return `the Date ${date.toISOString()}`
  if (typeof date === 'object' && date !== null) return `an object, in JSON ${shown(date)},`
  return typeof date === 'number' ? `${date} ms` : shown(date)
}

/** What a message shows of an object: its text. */
function textOf(date: unknown): unknown {
  return typeof date === 'object' && date !== null && !Array.isArray(date) ? String(date) : date
}

/** A value as a message shows it. */
function shown(date: unknown): string {
  const text = typeof date === 'number' ? String(date) : (JSON.stringify(date) ?? String(date))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function iso(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms)
}

function inIso({ earliest, latest }: Period): { earliest: string; latest: string } {
  return { earliest: iso(earliest), latest: iso(latest) }
}

/** The error that a date is refused with. */
function refusal(date: unknown, read: (date: string) => Period = parseWhen): TimelineError {
  try {
    read(date as string)
  } catch (error) {
    if (error instanceof TimelineError) return error
    throw error
  }
  throw new Error(`${name(date)} was accepted`)
}

/** A text's period, and undefined where it is refused as it should be. */
function attempt(text: string): Period | undefined {
  try {
    return parseWhen(text)
  } catch (error) {
    if (error instanceof TimelineError && error.code === 'INVALID_DATE') return undefined
    throw error
  }
}

function edtfAccepts(text: string): boolean {
  try {
    return parse(text, { level: 2 }).type !== undefined
  } catch {
    return false
  }
}

/** What a process in another time zone makes of the dates, and its offset in minutes as `Date` tells it. */
function runInZone(zone: string, dates: readonly string[]): unknown {
  const program = `
    import { createJiti } from 'jiti'
    const { parseWhen } = await createJiti(${JSON.stringify(ROOT)}, { fsCache: false }).import(${JSON.stringify(`${ROOT}src/index.ts`)})
    const bounds = JSON.parse(process.argv[1]).map((date) => Object.values(parseWhen(date)).map(String))
    console.log(JSON.stringify({ offset: new Date(2025, 0).getTimezoneOffset(), bounds }))`
  const args = ['--input-type=module', '--eval', program, JSON.stringify(dates)]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, env: { ...process.env, TZ: zone }, encoding: 'utf8' }))
}

function fourDigits(year: number): string {
  return (year < 0 ? '-' : '') + String(Math.abs(year)).padStart(4, '0')
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0')
}

/** A day's first millisecond. `Date.UTC` takes the years 0 to 99 for 1900 to 1999, so it is asked about 2000 to 2399. */
function utc(year: number, month = 1, day = 1): number {
  const cycles = Math.floor(year / 400)
  return Date.UTC(2000 + year - cycles * 400, month - 1, day) + (cycles - 5) * CYCLE_MS
}

function daysIn(year: number, month: number): number {
  return (utc(year, month + 1) - utc(year, month)) / DAY_MS
}

function firstOf(month: string, yearsLater = 0): number {
  return utc(Number(month.slice(0, 4)) + yearsLater, Number(month.slice(5)))
}

function lastOf(month: string, yearsLater = 0): number {
  return utc(Number(month.slice(0, 4)) + yearsLater, Number(month.slice(5)) + 1) - 1
}

function dated(text: string, from: number, until: number): Dated {
  return { text, earliest: from, latest: until - 1 }
}

/** The parts of a date, joined, with now and then a mark before or behind one. */
function marked(...parts: string[]): fc.Arbitrary<string> {
  return fc.tuple(...parts.map((part) => fc.tuple(marks, fc.constant(part), marks))).map((all) => all.map((one) => one.join('')).join('-'))
}

function unmarked(text: string): string {
  return text.replaceAll(/[?~%]/g, '')
}

/** The bounds of the days whose text fits a mask of digits and X: tries every year, and every day of it. */
function fitting(mask: string): Period | undefined {
  const [, yearMask = '', monthMask = 'XX', dayMask = 'XX'] = /^(-?.{4})(?:-(..))?(?:-(..))?$/.exec(mask) ?? []
  const monthDays = DAYS_OF_LEAP_YEAR.filter(({ text }) => fits(`${monthMask}-${dayMask}`, text))
  const daysOf = (year: number) => monthDays.filter(({ text }) => text !== '02-29' || isLeap(year))
  const all = YEARS.filter((year) => fits(yearMask, fourDigits(year)))
  const [first, last] = [all.find((year) => daysOf(year).length > 0), all.findLast((year) => daysOf(year).length > 0)]
  if (first === undefined || last === undefined) return undefined
  const [firstDay, lastDay] = [daysOf(first)[0]!, daysOf(last).at(-1)!]
  return { earliest: utc(first, firstDay.month, firstDay.day), latest: utc(last, lastDay.month, lastDay.day) + DAY_MS - 1 }
}

function fits(mask: string, text: string): boolean {
  return text.length === mask.length && mask.split('').every((sign, at) => sign === text[at] || (sign === 'X' && text[at] !== '-'))
}

/** A text with a character cut out, put in, or both. */
function edit([text, [at, cut, put]]: readonly [string, readonly [number, number, string]]): string {
  const from = at % (text.length + 1)
  return text.slice(0, from) + put + text.slice(from + cut)
}

function isLeap(year: number): boolean {
  return daysIn(year, 2) === 29
}

// The differences, as predicates on texts that either parser accepts.

function namesLeapDayOfCommonYear(text: string): boolean {
  const leapDays = [...text.matchAll(new RegExp(`(-?[\\dX]{4})${MARK}-${MARK}02${MARK}-${MARK}29`, 'g'))]
  return leapDays.some(([, mask = '']) => !YEARS.some((year) => fits(mask, fourDigits(year)) && isLeap(year)))
}

function hasWideOffset(text: string): boolean {
  const [, sign, hours, minutes = '00'] = /^[^[]*T[\d:.]+([+-])([01]\d|2[0-3]):?([0-5]\d)?$/.exec(text) ?? []
  const offset = Number(hours) * 60 + Number(minutes)
  return sign === '+' ? offset > 14 * 60 : sign === '-' && (offset > 12 * 60 || offset === 0)
}

function isLooseMask(text: string): boolean {
  return /^-?[\dX]{4}-(?:X[3-9]|(?:[0X][469]|11)-3X)$/.test(unmarked(text))
}

function membersOf(text: string): string[] {
  return /^\[.*\]$/s.test(text)
    ? text
        .slice(1, -1)
        .split(',')
        .map((member) => member.trim())
    : []
}

/** Whether a date is another than the days, months and years that `edtf` takes as members of a set. */
function isNoneOfItsDays(text: string): boolean {
  return (
    /[TY]/.test(text) ||
    (/X/.test(text) && /[?~%]/.test(text)) ||
    isLooseMask(text) ||
    new RegExp(`^-?[\\dX]{4}-${CODE}$`).test(unmarked(text))
  )
}

function endsOf(member: string): string[] {
  const ends = member.split('..')
  return ends.length === 2 && !ends.includes('') ? ends : []
}

function isMixedRange(member: string): boolean {
  const ends = endsOf(member)
  return ends.some((end) => !/^-?\d{4}(?:-\d\d){0,2}$/.test(end)) || new Set(ends.map((end) => end.replace(/^-/, '').length)).size > 1
}

function runsBackwards(member: string): boolean {
  const [first = 0, last = 0] = endsOf(member).map((end) => {
    const [, year, month, day] = /^(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(end) ?? []
    return utc(Number(year), Number(month ?? 1), Number(day ?? 1))
  })
  return first > last
}
