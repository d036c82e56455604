import fc from 'fast-check'
import type { z } from 'zod'

type Schema = z.core.JSONSchema.JSONSchema

const LENGTH_MAX = 12

/** Letters and digits, and some that are easily bent. */
export const LETTER = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyzIXQZ0123456789 -/"\\ıİçéßøЖ中\u{1F600}'))

/** Their order, and their capitals, differ from language to language. */
const WORD = fc.constantFrom('iris', 'Iris', 'Jade', 'quill', 'tulip', 'xylo', 'zebra', 'ızgara')

const day = fc.date({ min: new Date('2023-01-01'), max: new Date('2024-12-31'), noInvalidDate: true }).map((date) => date.toISOString())

/** What no pattern tells well. */
const FORMATS: { readonly [format: string]: fc.Arbitrary<string> } = {
  email: fc.emailAddress(),
  uri: fc.webUrl(),
  uuid: fc.uuid(),
  guid: fc.uuid(),
  'date-time': fc.oneof(
    day,
    day.map((text) => `${text.slice(0, 19)}Z`),
  ),
  date: day.map((text) => text.slice(0, 10)),
  duration: fc.constantFrom('P1D', 'PT15M', 'P1Y2M', 'P3W'),
}

/** Texts of a JSON Schema's format, its first pattern, or its length. */
export function arbitraryText({ format = '', pattern, allOf, minLength = 0, maxLength = Infinity }: Schema): fc.Arbitrary<string> {
  if (Object.hasOwn(FORMATS, format)) return FORMATS[format]!
  const first = pattern ?? allOf?.find((part) => part.pattern !== undefined)?.pattern
  if (first !== undefined) return matching(first)
  const letters = fc.string({ unit: LETTER, minLength, maxLength: Math.min(maxLength, minLength + LENGTH_MAX) })
  return minLength < 5 && maxLength > 5 ? fc.oneof(letters, WORD) : letters
}

/** fast-check draws from most patterns; looking ahead and behind is not among them. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern), { size: 'small' })
  } catch {
    return fc.string({ unit: LETTER })
  }
}
