import { freeze } from 'immer'

/** Freezes a tree of plain objects, arrays, Maps and Sets, also below what is frozen already. */
export function freezeDeep<T>(tree: T): T {
  if (typeof tree !== 'object' || tree === null) return tree
  freeze(tree)
  const parts: Iterable<unknown> =
    tree instanceof Map ? [...tree.keys(), ...tree.values()] : tree instanceof Set ? tree : Object.values(tree)
  for (const part of parts) freezeDeep(part)
  return tree
}
