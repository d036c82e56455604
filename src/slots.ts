/** How many slots the objects, arrays and collections of a tree have. */
export function slotsOf(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null) return 0
  const parts: unknown[] = tree instanceof Map || tree instanceof Set ? [...tree.values()] : Object.values(tree)
  return parts.reduce((sum: number, part) => sum + slotsOf(part), parts.length)
}
