import type { Next } from './query.js'

/** How many random queries a subject has been asked before anything is measured. */
export const WARM_UP_A_SUBJECT = 100

/** Asks so many queries before anything is measured, and for so long at most; returns how many were asked. */
export function warmUp<Q>(next: Next<Q>, count: number, ask: (query: Q) => unknown, budgetMs: number): number {
  const began = performance.now()
  let asked = 0
  for (; asked < count && performance.now() - began < budgetMs; asked += 1) ask(next())
  return asked
}
