import { TimelineError, quote } from './error.js'
import { isPlainObject } from './json.js'
import { StringBuilder } from './string-builder.js'

/** What JSON writes as it is; to see that takes less time than to have JSON.stringify write it. */
const UNESCAPED = /^[ !#-[\]-~]*$/

/**
 * One text for values that are equal, whatever the order of object keys, of Map entries and of Set members;
 * for JSON it is canonical JSON (RFC 8785). A property or Map entry that is `undefined` counts as absent.
 * Throws a `TypeError` for anything but plain objects, arrays, Maps, Sets and JSON primitives.
 */
export function canonical(value: unknown): string {
  const text = new StringBuilder()
  write(text, value)
  return String(text)
}

function write(text: StringBuilder, value: unknown): void {
  if (typeof value === 'string') text.add(quoted(value))
  else if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') text.add(String(value))
  else if (Array.isArray(value)) writeArray(text, value)
  else if (value instanceof Map) text.add(`Map{${members(entriesOf(value))}}`)
  else if (value instanceof Set) text.add(`Set[${members([...value].map(canonical))}]`)
  else if (isPlainObject(value) && Object.getOwnPropertySymbols(value).length === 0) writeObject(text, value)
  else throw notComparable(value)
}

function writeArray(text: StringBuilder, array: readonly unknown[]): void {
  text.add('[')
  for (let index = 0; index < array.length; index += 1) {
    if (index > 0) text.add(',')
    write(text, array[index])
  }
  text.add(']')
}

function writeObject(text: StringBuilder, object: Record<string, unknown>): void {
  const keys = Object.keys(object)
  if (keys.length > 1) keys.sort()
  let before = '{'
  for (const key of keys) {
    const item = object[key]
    if (item === undefined) continue
    text.add(`${before}${quoted(key)}:`)
    write(text, item)
    before = ','
  }
  text.add(before === ',' ? '}' : '{}')
}

function quoted(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text)
}

function entriesOf(map: ReadonlyMap<unknown, unknown>): string[] {
  return [...map].filter(([, item]) => item !== undefined).map(([key, item]) => `${canonical(key)}:${canonical(item)}`)
}

function members(texts: string[]): string {
  return texts.toSorted().join()
}

function notComparable(value: unknown): TypeError {
  const arrived = Object.prototype.toString.call(value)
  return new TypeError(`A state holds ${arrived}; it can hold plain objects, arrays, Maps, Sets and JSON primitives`)
}

/** The canonical text of a projection's states. Throws `REDUCER_FAILED` for states that have none. */
export function canonicalState(projection: string, state: unknown): string {
  try {
    return canonical(state)
  } catch (cause) {
    throw new TimelineError(
      'REDUCER_FAILED',
      {
        arrived: `The projection ${quote(projection)} made a state that cannot be compared: ${String(cause)}`,
        expected: 'states of plain objects, arrays, Maps, Sets and JSON primitives',
        remedy: 'Keep dates as text, and classes and functions out of the state',
      },
      { projection },
      cause,
    )
  }
}
