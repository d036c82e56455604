import { freeze } from 'immer'
import { isObject } from './json.js'

/** Freezes a tree of plain objects, arrays, Maps and Sets, also below what is frozen already. */
export function freezeDeep<T>(tree: T): T {
  if (!isObject(tree)) return tree
  freeze(tree)
  const parts: Iterable<unknown> =
    tree instanceof Map ? [...tree.keys(), ...tree.values()] : tree instanceof Set ? tree : Object.values(tree)
  for (const part of parts) freezeDeep(part)
  return tree
}

/** Freezes one object, array, Map or Set, and nothing in it. */
export function freezeShallow(one: object): void {
  if (one instanceof Map || one instanceof Set) freeze(one)
  else Object.freeze(one)
}
