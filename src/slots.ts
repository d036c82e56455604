/** A string of more characters counts as one slot for so many bytes, and not as one. */
const SHORT_CHARS_MAX = 256
const BYTES_A_SLOT = 8

/** How many slots more than one a value takes: a long string may be as large as a wide state. */
export function slotsOfText(value: unknown): number {
  return typeof value === 'string' && value.length > SHORT_CHARS_MAX ? Math.ceil(value.length / BYTES_A_SLOT) : 0
}

/** How many slots the objects, arrays and collections of a tree have. */
export function slotsOf(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null) return slotsOfText(tree)
  const parts: unknown[] = tree instanceof Map || tree instanceof Set ? [...tree.values()] : Object.values(tree)
  return parts.reduce((sum: number, part) => sum + slotsOf(part), parts.length)
}

/** Whether all that a tree has is in slots: neither in symbols, nor in hidden properties, nor in names of an array. */
export function isOrdinary(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null) return true
  if (tree instanceof Map || tree instanceof Set) return [...tree.entries()].flat().every(isOrdinary)
  return hasOnlySlots(tree, Object.keys(tree).length) && Object.values(tree).every(isOrdinary)
}

/** Whether an object, or an array, has nothing but so many slots by name, or by index. */
export function hasOnlySlots(one: object, count: number): boolean {
  const all = Reflect.ownKeys(one).length
  return Array.isArray(one) ? count === one.length && all === count + 1 : all === count // the length of an array is one of them
}
