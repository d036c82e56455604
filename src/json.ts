import { TimelineError, quote } from './error.js'

/** A value that JSON holds without change. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Where a value stands: by which name or number, in what. Paths are written out only for messages. */
export type Place = { readonly outer: Place | undefined; readonly name: string | number }

/** How deep arrays and objects may nest. */
export const DEPTH_MAX = 100

/** A lone surrogate cannot be written in UTF-8; U+0000 cannot be stored by every log. */
const UNSAFE_TEXT = /\p{Surrogate}|\0/u

const PATH_CHARS_MAX = 80

/**
 * A frozen copy of a value as JSON will hold it; properties that are `undefined` are absent.
 * Throws `UNSAFE_VALUE` where JSON would change the value, `INVALID_EVENT` for what JSON has no form for.
 * `path` says in messages where the value stands.
 */
export function toJson(value: unknown, path: string): Json {
  return copyOf(value, { outer: undefined, name: path }, 1)
}

function copyOf(value: unknown, place: Place, depth: number): Json {
  if (typeof value === 'string') return safeText(value, place)
  if (typeof value === 'number') return safeNumber(value, place)
  if (value === null || typeof value === 'boolean') return value
  if (depth > DEPTH_MAX) throw tooDeep(place)
  if (Array.isArray(value)) return copyOfArray(value, place, depth)
  if (isPlainObject(value)) return copyOfObject(value, place, depth)
  const path = pathOf(place)
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

function copyOfArray(array: readonly unknown[], outer: Place, depth: number): Json {
  const copy = array.slice() // no larger than it has to be, as one would be that grows
  const place = { outer, name: 0 }
  for (; place.name < copy.length; place.name += 1) copy[place.name] = copyOf(copy[place.name], place, depth + 1)
  return Object.freeze(copy) as Json
}

function copyOfObject(object: Record<string, unknown>, outer: Place, depth: number): Json {
  const copy: Record<string, Json> = {}
  const place = { outer, name: '' }
  for (const key of Object.keys(object)) {
    const item = object[key]
    if (item === undefined) continue
    place.name = safeKey(key, outer)
    copy[key] = copyOf(item, place, depth + 1)
  }
  return Object.freeze(copy)
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
export function isArray(value: Json): value is readonly Json[] {
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

/** Throws `UNSAFE_VALUE` for a key that objects take for their prototype, or that no log can hold. */
export function safeKey(key: string, place: Place | undefined): string {
  if (key === '__proto__') throw unsafe(place, 'a key "__proto__"', 'another name', 'Rename the key')
  return safeText(key, place)
}

/** Throws `UNSAFE_VALUE` for a text that no log can hold. */
export function safeText(text: string, place: Place | undefined): string {
  if (!UNSAFE_TEXT.test(text)) return text
  throw unsafe(place, 'a lone surrogate or U+0000', 'text that UTF-8 and every log can hold', 'Remove that character')
}

function safeNumber(number: number, place: Place): number {
  if (Number.isFinite(number) && !Object.is(number, -0)) return number
  throw unsafeNumber(place, quote(number), 'Give a finite number, or write it as text')
}

export function unsafeNumber(place: Place | undefined, arrived: string, remedy: string): TimelineError {
  return unsafe(place, arrived, 'a number that JSON writes back unchanged', remedy)
}

export function tooDeep(place: Place | undefined): TimelineError {
  return unsafe(place, `nesting deeper than ${DEPTH_MAX} levels`, `at most ${DEPTH_MAX} levels`, 'Flatten the data')
}

/** What JSON would change, at a place. */
export function unsafe(place: Place | undefined, arrived: string, expected: string, remedy: string): TimelineError {
  const path = pathOf(place)
  return new TimelineError('UNSAFE_VALUE', { arrived: `Got ${arrived} in ${path}`, expected, remedy }, { path })
}

/** `data.list[7]`, or the beginning of it. */
function pathOf(place: Place | undefined): string {
  let path = ''
  for (let at = place; at !== undefined; at = at.outer) {
    const name = typeof at.name === 'number' ? `[${at.name}]` : at.name.slice(0, PATH_CHARS_MAX)
    path = name + (path === '' || path.startsWith('[') ? path : `.${path}`)
  }
  if (path === '') return 'the text'
  return path.length > PATH_CHARS_MAX ? `${path.slice(0, PATH_CHARS_MAX - 3)}...` : path
}
