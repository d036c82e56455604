import { TimelineError, quote } from './error.js'
import { isPlainObject } from './json.js'

/**
 * One text for values that are equal, whatever the order of object keys, of Map entries and of Set members;
 * for JSON it is canonical JSON (RFC 8785). A property or Map entry that is `undefined` counts as absent.
 * Throws a `TypeError` for anything but plain objects, arrays, Maps, Sets and JSON primitives.
 */
export function canonical(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (Array.isArray(value)) return canonicalArray(value)
  if (value instanceof Map)
    return `Map{${members([...value].filter(([, item]) => item !== undefined).map(([key, item]) => `${canonical(key)}:${canonical(item)}`))}}`
  if (value instanceof Set) return `Set[${members([...value].map(canonical))}]`
  if (isPlainObject(value) && Object.getOwnPropertySymbols(value).length === 0) return canonicalObject(value)
  throw new TypeError(
    `A state holds ${Object.prototype.toString.call(value)}; it can hold plain objects, arrays, Maps, Sets and JSON primitives`,
  )
}

/** Only adds to a text, so that the engine copies none before it is whole: a join at each level would copy what is deep as often. */
function canonicalArray(array: readonly unknown[]): string {
  let text = ''
  for (const item of array) text += text === '' ? canonical(item) : `,${canonical(item)}`
  return `[${text}]`
}

function canonicalObject(object: Record<string, unknown>): string {
  let text = ''
  for (const key of Object.keys(object).toSorted()) {
    const item = object[key]
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(item)}`
  }
  return `{${text}}`
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

function members(texts: string[]): string {
  return texts.toSorted().join()
}
