import { quote } from './error.js'
import { DEPTH_MAX, type Json, type Place, checkParsed, isArray, isObject, isPlainObject, unsafe, unsafeNumber } from './json.js'

/**
 * JSON without white space, escapes, surrogates, and numbers that JavaScript may write otherwise. It has a key as often as
 * it is written, so a text that has one twice is longer than its value's.
 */
const PLAIN =
  /^(?:[{}[\],:]|"[^"\\\uD800-\uDFFF]*"|-?[1-9]\d{0,14}(?![\d.eE])|0(?![\d.eE])|-?(?:[1-9]\d{0,8}|0)\.\d{0,5}[1-9](?![\d.eE])|true|false|null)*$/

/** A longer text could take the regular expression more stack than there is. */
const PLAIN_CHARS_MAX = 10_000

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** The value of a JSON text, which stands at `path`. Throws as `readJson` does. */
export function parseJson(text: string, path: string): unknown {
  return readJson(text, { outer: undefined, name: path }).value
}

/**
 * The value of a JSON text, and what `JSON.stringify` makes of it, but for where keys that are whole numbers stand: mostly
 * the text itself. Throws a `SyntaxError`, and `UNSAFE_VALUE` for a number that JavaScript cannot hold, a key that
 * comes twice, and what no log can hold, but for numbers and texts in fields that will be `dropped`.
 */
export function readJson(text: string, place?: Place, dropped: readonly string[] = []): { readonly value: unknown; readonly json: string } {
  const value = JSON.parse(text) as Json
  if (isPlain(text, value)) return { value, json: text }
  checkParsed(isPlainObject(value) ? without(value, dropped) : value, place)
  const json = JSON.stringify(value)
  if (json !== text) checkWritten(text, place, dropped)
  return { value, json }
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

function without(object: Record<string, Json>, dropped: readonly string[]): Json {
  if (!dropped.some((name) => Object.hasOwn(object, name))) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => !dropped.includes(name)))
}

/** An object or an array that is open: the name or number of what is being read in it, and the names that were. */
class Bracket implements Place {
  name: string | number
  #isNameNext: boolean
  #names: Set<string> | undefined

  constructor(
    readonly outer: Place | undefined,
    hasNames: boolean,
  ) {
    this.name = hasNames ? '' : 0
    this.#isNameNext = hasNames
  }

  /** Goes past a string, which may be a name. Throws `UNSAFE_VALUE` for one that was there before. */
  passString(written: string): void {
    if (!this.#isNameNext) return
    this.#isNameNext = false
    const name = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1)
    this.#names ??= new Set()
    if (this.#names.has(name)) throw unsafe(this.outer, `the key ${quote(name)} twice`, 'each key once', 'Remove one of them')
    this.#names.add(name)
    this.name = name
  }

  passComma(): void {
    if (typeof this.name === 'number') this.name += 1
    else this.#isNameNext = true
  }
}

/** Refuses what a JSON text says and its value does not: a number that JavaScript cannot hold, a key that comes twice. Throws `UNSAFE_VALUE`. */
function checkWritten(text: string, place: Place | undefined, dropped: readonly string[]): void {
  const open: Bracket[] = []
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const start = at
      at = endOfString(text, at)
      open.at(-1)?.passString(text.slice(start, at + 1))
    } else if (code === COMMA) open.at(-1)!.passComma()
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) open.push(new Bracket(open.at(-1) ?? place, code === OPEN_OBJECT))
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) open.pop()
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const start = at
      at = endOfNumber(text, at)
      if (!dropped.includes(String(open[0]?.name))) checkNumber(text.slice(start, at + 1), open.at(-1) ?? place)
    }
  }
}

/** Where the quote stands that closes a string. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1
  return at
}

/** Where the last character of a number stands. */
function endOfNumber(text: string, start: number): number {
  let at = start
  while (at + 1 < text.length && isInNumber(text.charCodeAt(at + 1))) at += 1
  return at
}

/** Whether a character is a digit, or one of `+-.eE`. */
function isInNumber(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === 43 || code === MINUS || code === 46 || code === 69 || code === 101
}

function checkNumber(written: string, place: Place | undefined): void {
  const number = Number(written)
  if (isExact(written, number) && !Object.is(number, -0)) return
  throw unsafeNumber(place, written.length > 80 ? `${written.slice(0, 77)}...` : written, 'Write it as text')
}

/** How many significant digits every double has (DBL_DIG in C), where it is not among the smallest. */
const DIGITS = 15
const SMALL = 1e-290

/** Whether JSON writes a number back with the value that is written. */
function isExact(written: string, number: number): boolean {
  if (number === 0) return !/^[^eE]*[1-9]/.test(written)
  const size = Math.abs(number)
  if (written.length <= DIGITS && size > SMALL && size < Infinity) return true
  return decimal(written) === decimal(String(number))
}

/** A number's significant digits and their exponent, one text for equal numbers. */
function decimal(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = withoutZerosAtEnd(digits)
  return significant === '' ? '0' : `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** A regular expression would try each of many zeros as the first. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1
  return digits.slice(0, end)
}
