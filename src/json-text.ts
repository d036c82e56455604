import { DEPTH_MAX, type Json, type Place, isArray, isObject, isPlainObject } from './json.js'
import { lastOfString, rewritten } from './json-text/rewriting.js'

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * JSON without white space, escapes, surrogates, and numbers that JavaScript may write otherwise. It has a key as often as
 * it is written, so a text that has one twice is longer than its value's.
 */
const PLAIN =
  /^(?:[{}[\],:]|"[^"\\\uD800-\uDFFF]*"|-?[1-9]\d{0,14}(?![\d.eE])|0(?![\d.eE])|-?(?:[1-9]\d{0,8}|0)\.\d{0,5}[1-9](?![\d.eE])|true|false|null)*$/

/** A longer text could take the regular expression more stack than there is, and may be one that was made to be slow. */
const SHORT_CHARS_MAX = 10_000

/** The value of a JSON text, which stands at `path`. Throws as `readJson` does. */
export function parseJson(text: string, path: string): unknown {
  return readJson(text, { outer: undefined, name: path }).value
}

/**
 * The value of a JSON text without the fields that are `dropped`, and what `JSON.stringify` makes of it, but for where keys
 * that are whole numbers stand: mostly the text itself. Throws a `SyntaxError`, and as `rewritten` does.
 */
export function readJson(text: string, place?: Place, dropped: readonly string[] = []): { readonly value: unknown; readonly json: string } {
  const read = JSON.parse(text) as Json
  const isAsWritten = isPlain(text, read)
  if (!isPlainObject(read) || !dropped.some((field) => Object.hasOwn(read, field)))
    return { value: read, json: isAsWritten ? text : rewritten(text, place, []) }
  const value = text.length > SHORT_CHARS_MAX ? without(read, dropped) : copyWithout(read, dropped)
  return { value, json: isAsWritten ? JSON.stringify(value) : rewritten(text, place, dropped) }
}

/** What an object's JSON, as JSON.stringify writes it, has as the value of a key that needs no escape; none where it has no such key. */
export function memberOf(json: string, key: string): string | undefined {
  let depth = 0
  let start: number | undefined
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const last = lastOfString(json, at)
      if (depth === 1 && json.charCodeAt(last + 1) === COLON && json.slice(at + 1, last) === key) start = last + 2
      at = last
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1
    if (start !== undefined && ((depth === 1 && code === COMMA) || depth === 0)) return json.slice(start, at)
  }
  return undefined
}

/** An object from which fields were deleted. V8 makes a dictionary of it, which takes more room, but not the time that a copy of 100,000 fields does. */
function without(object: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  for (const field of fields) Reflect.deleteProperty(object, field)
  return object
}

function copyWithout(object: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(object)) if (!fields.includes(key)) copy[key] = object[key]
  return copy
}

/**
 * Whether a text, of which JSON.parse made an event, is what JSON.stringify makes of that: it cannot differ where it is
 * plain and as long. To write the event and compare would take twice as long.
 */
function isPlain(text: string, event: Json): boolean {
  return text.length <= SHORT_CHARS_MAX && PLAIN.test(text) && lengthOf(event, 0) === text.length && !text.includes('__proto__')
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
