import { isObject } from './json.js'

/** The objects of a tree, itself among them, that another tree does not have in the same place. */
export function unshared(tree: unknown, other: unknown, found: object[] = []): object[] {
  if (!isObject(tree) || tree === other) return found
  found.push(tree)
  if (tree instanceof Map || tree instanceof Set) unsharedMembers(tree, other, found)
  else for (const [key, part] of Object.entries(tree)) if (isObject(part)) unshared(part, partOf(other, key), found)
  return found
}

function unsharedMembers(tree: Map<unknown, unknown> | Set<unknown>, other: unknown, found: object[]): void {
  const known = other instanceof Map || other instanceof Set ? other : new Map<unknown, unknown>()
  for (const [key, value] of tree.entries()) {
    if (!known.has(key)) unshared(key, undefined, found)
    if (tree instanceof Map) unshared(value, known instanceof Map ? known.get(key) : undefined, found)
  }
}

function partOf(tree: unknown, key: string): unknown {
  return isObject(tree) ? (tree as Record<string, unknown>)[key] : undefined
}
