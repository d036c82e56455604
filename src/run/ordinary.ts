import { isObject } from '../json.js'

/** Whether all that a tree has is data, and in slots: neither in symbols, nor in hidden properties, nor in names of an array. */
export function isOrdinary(tree: unknown): boolean {
  if (!isObject(tree)) return typeof tree !== 'function'
  if (tree instanceof Map || tree instanceof Set) return [...tree.entries()].flat().every(isOrdinary)
  return isOrdinaryItself(tree) && Object.values(tree).every(isOrdinary)
}

/** Whether that holds for one object, whatever is in its slots. */
export function isOrdinaryItself(one: object): boolean {
  return one instanceof Map || one instanceof Set || hasOnlySlots(one, Object.keys(one).length)
}

/** Whether an object, or an array, has nothing but so many slots by name, or by index. */
export function hasOnlySlots(one: object, count: number): boolean {
  const all = Reflect.ownKeys(one).length
  return Array.isArray(one) ? count === one.length && all === count + 1 : all === count // the length of an array is one of them
}
