import { isObject } from '../json.js'

/** A string of more characters counts as one slot for so many bytes, and not as one. */
const SHORT_CHARS_MAX = 256
const BYTES_A_SLOT = 8

/** How many slots more than one a value takes: a long string may be as large as a wide state. */
export function slotsOfText(value: unknown): number {
  return typeof value === 'string' && value.length > SHORT_CHARS_MAX ? Math.ceil(value.length / BYTES_A_SLOT) : 0
}

/** How many slots a tree has: one for each property, element or member of the objects, arrays and collections in it. */
export function slotsOf(tree: unknown): number {
  if (!isObject(tree)) return slotsOfText(tree)
  const parts = partsOf(tree)
  return parts.reduce((sum: number, part) => sum + slotsOf(part), parts.length)
}

/** How many slots one object, array or collection has, whatever objects are in them. */
export function slotsIn(one: object): number {
  const parts = partsOf(one)
  return parts.reduce((sum: number, part) => sum + slotsOfText(part), parts.length)
}

function partsOf(tree: object): unknown[] {
  return tree instanceof Map || tree instanceof Set ? [...tree.values()] : Object.values(tree)
}
