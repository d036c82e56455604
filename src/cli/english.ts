import { UTCDate } from '@date-fns/utc'
import { format } from 'date-fns/format'
import { parseWhen } from '../when.js'

const MARKS: Readonly<Record<string, string>> = { '?': 'perhaps ', '~': 'about ', '%': 'perhaps about ' }
// prettier-ignore
const PARTS_OF_YEAR: Readonly<Record<string, string>> = {
  21: 'spring', 22: 'summer', 23: 'autumn', 24: 'winter',
  25: 'northern spring', 26: 'northern summer', 27: 'northern autumn', 28: 'northern winter',
  29: 'southern spring', 30: 'southern summer', 31: 'southern autumn', 32: 'southern winter',
  33: 'the first quarter of', 34: 'the second quarter of', 35: 'the third quarter of', 36: 'the fourth quarter of',
  37: 'the first third of', 38: 'the second third of', 39: 'the last third of',
  40: 'the first half of', 41: 'the second half of',
}

/** A day and a month in words, without perhaps, about or by. */
const PLAIN = [/^\d+ [A-Z][a-z]+ \d{4}$/, /^[A-Z][a-z]+ \d{4}$/]

/** An EDTF date in plain English: `2025-04` is "April 2025"; what has no plain words stays as it was given. */
export function inEnglish(date: string): string {
  if (!date.startsWith('[')) return simple(date)
  const members = date
    .slice(1, -1)
    .split(',')
    .map((member) => range(member.trim()))
  return members.map((member, index) => withoutSharedEnd(member, members[index + 1])).join(' or ')
}

function range(member: string): string {
  const [first = '', last] = member.split('..')
  if (last === undefined) return simple(first)
  if (first === '') return `by ${simple(last)}`
  if (last === '') return `${simple(first)} or later`
  return `between ${withoutSharedEnd(simple(first), simple(last))} and ${simple(last)}`
}

/** Leaves out the month and year that the date after it names as well, where both are plain days or plain months. */
function withoutSharedEnd(date: string, next = ''): string {
  if (!PLAIN.some((form) => form.test(date) && form.test(next))) return date
  const [words, nextWords] = [date.split(' '), next.split(' ')]
  while (words.length > 1 && words.at(-1) === nextWords.pop()) words.pop()
  return words.join(' ')
}

function simple(date: string): string {
  const mark = MARKS[date.at(-1) ?? '']
  const words = wordsOf(mark === undefined ? date : date.slice(0, -1))
  return words === undefined ? date : (mark ?? '') + words
}

function wordsOf(date: string): string | undefined {
  if (/^\d{4}$/.test(date)) return date
  if (/^\d{4}-\d{2}-\d{2}T/.test(date)) return write(date, "d MMMM yyyy, HH:mm 'UTC'")
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return write(date, 'd MMMM yyyy')
  const [, year = '', part = ''] = /^(\d{4})-(\d{2})(?:-XX)?$/.exec(date) ?? []
  if (year === '') return undefined
  const name = PARTS_OF_YEAR[part]
  return name === undefined ? write(date, 'MMMM yyyy') : `${name} ${year}`
}

function write(date: string, pattern: string): string {
  return format(new UTCDate(parseWhen(date).earliest), pattern)
}
