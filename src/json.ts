import { LosslessNumber, isLosslessNumber, parse } from 'lossless-json'
import { TimelineError } from './error.js'

/** A value that JSON holds without change. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** How deep arrays and objects may nest. */
const DEPTH_MAX = 100

/** A lone surrogate cannot be written in UTF-8; U+0000 cannot be stored by every log. */
const UNSAFE_TEXT = /\p{Surrogate}|\0/u

/** White space that is not in a string; strings are captured, to be put back. */
const WHITE_SPACE = /("(?:[^"\\]|\\.)*")|\s+/g

/**
 * JSON without white space, escapes, surrogates, and numbers that JavaScript may write otherwise. It has a key as often as
 * it is written, so a text that has one twice is longer than its value's.
 */
const PLAIN =
  /^(?:[{}[\],:]|"[^"\\\uD800-\uDFFF]*"|-?[1-9]\d{0,14}(?![\d.eE])|0(?![\d.eE])|-?(?:[1-9]\d{0,8}|0)\.\d{0,5}[1-9](?![\d.eE])|true|false|null)*$/

/** A longer text could take the regular expression more stack than there is. */
const PLAIN_CHARS_MAX = 10_000

/**
 * A frozen copy of a value as JSON will hold it; properties that are `undefined` are absent.
 * Throws `UNSAFE_VALUE` where JSON would change the value, `INVALID_EVENT` for what JSON has no form for.
 * `path` says in messages where the value stands.
 */
export function toJson(value: unknown, path: string, depth = 1): Json {
  if (typeof value === 'string') return safeText(value, path)
  if (typeof value === 'number') return safeNumber(value, path)
  if (value === null || typeof value === 'boolean') return value
  if (depth > DEPTH_MAX) throw tooDeep(path.slice(0, 60))
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (item, index) => toJson(item, `${path}[${index}]`, depth + 1)))
  if (isPlainObject(value)) return safeObject(value, path, depth)
  if (isLosslessNumber(value)) throw unsafe(path, value.value, 'a number that JSON writes back unchanged', 'Write it as text')
  if (value instanceof DuplicateKey) throw unsafe(path, `the key ${JSON.stringify(value.key)} twice`, 'each key once', 'Remove one of them')
  throw new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got ${Object.prototype.toString.call(value)} in ${path}`,
      expected: 'JSON: null, booleans, numbers, strings, arrays and plain objects',
      remedy: 'Write it as one of these, a Date for example with toISOString()',
    },
    { path },
  )
}

/**
 * The value of a JSON text. A number that JavaScript cannot hold and a key that comes twice with different values are
 * marked, for `toJson` to refuse. Throws a `SyntaxError`, and `UNSAFE_VALUE` for a key that comes twice with one value
 * and where it nests too deep to tell.
 */
export function parseJson(text: string): unknown {
  return readJson(text).value
}

/**
 * As `parseJson`; an event is plain where its text is what `JSON.stringify` makes of it, but for where keys that are whole
 * numbers stand, and there is nothing in it to refuse.
 */
export function readJson(text: string): { readonly value: unknown; readonly isPlain: boolean } {
  const value: unknown = JSON.parse(text)
  if (isPlain(text, value as Json)) return { value, isPlain: true }
  try {
    const written = JSON.stringify(value)
    return { value: written === text || written === text.replace(WHITE_SPACE, '$1') ? value : parseMarking(text), isPlain: false } // the same text: nothing was changed
  } catch (error) {
    throw error instanceof RangeError ? tooDeep('the text') : error
  }
}

/**
 * Whether a text, of which JSON.parse made an event, is what JSON.stringify makes of that: it cannot differ where it is
 * plain and as long. To write the event and compare would take twice as long.
 */
function isPlain(text: string, event: Json): boolean {
  return text.length <= PLAIN_CHARS_MAX && PLAIN.test(text) && lengthOf(event, 0) === text.length && !text.includes('__proto__')
}

/** How long a value's JSON is, where no string in it has to be escaped; NaN where it nests too deep. */
function lengthOf(value: Json, depth: number): number {
  if (typeof value === 'string') return value.length + 2
  if (!isObject(value)) return String(value).length
  if (depth > DEPTH_MAX) return NaN
  let length = 1 // a bracket, and one or a comma behind each item
  if (isArray(value)) for (const item of value) length += lengthOf(item, depth + 1) + 1
  else for (const key in value) length += key.length + 3 + lengthOf(value[key]!, depth + 1) + 1
  return Math.max(2, length)
}

function parseMarking(text: string): unknown {
  const value = parse(text, undefined, {
    parseNumber: (number) => (decimal(number) === decimal(String(Number(number))) ? Number(number) : new LosslessNumber(number)),
    onDuplicateKey: ({ key }) => new DuplicateKey(key),
  })
  if (keysOf(value) === keysWritten(text)) return value
  throw unsafe('the text', 'a key twice', 'each key once', 'Remove one of them')
}

/** How many keys a value has; one that came twice with different values is marked, and counts twice. */
function keysOf(value: unknown): number {
  if (value instanceof DuplicateKey) return 1
  if (!isObject(value) || isLosslessNumber(value)) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((sum: number, item) => sum + keysOf(item), own)
}

/** How many strings of a JSON text are keys. */
function keysWritten(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) count += 1
  return count
}

class DuplicateKey {
  constructor(readonly key: string) {}
}

/** A number's significant digits and their exponent, one text for equal numbers. */
function decimal(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** Whether two values are equal, whatever the order of keys; one that is absent equals only an absent one. */
export function equalJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true
  if (!isObject(one) || !isObject(other)) return false
  if (isArray(one) || isArray(other)) {
    return isArray(one) && isArray(other) && one.length === other.length && one.every((item, index) => equalJson(item, other[index]))
  }
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && equalJson(one[key], other[key]))
}

/** Whether a value would be the same in every way if it were this JSON, the order of its keys too. */
export function isSameJson(value: unknown, json: Json | undefined): boolean {
  if (Object.is(value, json)) return true
  if (!isObject(value) || !isObject(json)) return false
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(json)) return false
  if (isArray(json))
    return json.length === (value as Json[]).length && json.every((item, index) => isSameJson((value as Json[])[index], item))
  const keys = Object.keys(value)
  let count = 0
  for (const key in json) if (key !== keys[count++] || !isSameJson((value as Record<string, unknown>)[key], json[key])) return false
  return count === keys.length
}

/** Freezes JSON where it is; what is frozen already is so all the way down. */
export function freezeJson(json: Json | undefined): void {
  if (!isObject(json) || Object.isFrozen(json)) return
  if (isArray(json)) for (const item of json) freezeJson(item)
  else for (const key in json) freezeJson(json[key])
  Object.freeze(json)
}

/** `Array.isArray`, which does not know read-only arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** Whether a value is an object of any kind, an array too; a function is none. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether a value is an object as a literal makes it, or one without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function safeObject(value: Record<string, unknown>, path: string, depth: number): Json {
  const copy: Record<string, Json> = {}
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    if (key === '__proto__') throw unsafe(path, 'a key "__proto__"', 'another name', 'Rename the key')
    copy[safeText(key, path)] = toJson(item, `${path}.${key}`, depth + 1)
  }
  return Object.freeze(copy)
}

function safeText(text: string, path: string): string {
  if (!UNSAFE_TEXT.test(text)) return text
  throw unsafe(path, 'a lone surrogate or U+0000', 'text that UTF-8 and every log can hold', 'Remove that character')
}

function safeNumber(number: number, path: string): number {
  if (Number.isFinite(number) && !Object.is(number, -0)) return number
  const arrived = Object.is(number, -0) ? '-0' : String(number)
  throw unsafe(path, arrived, 'a number that JSON writes back unchanged', 'Give a finite number, or write it as text')
}

function tooDeep(path: string): TimelineError {
  return unsafe(path, `nesting deeper than ${DEPTH_MAX} levels`, `at most ${DEPTH_MAX} levels`, 'Flatten the data')
}

/** What JSON would change, at a place. */
export function unsafe(path: string, arrived: string, expected: string, remedy: string): TimelineError {
  return new TimelineError('UNSAFE_VALUE', { arrived: `Got ${arrived} in ${path}`, expected, remedy }, { path })
}
