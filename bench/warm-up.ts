/** How many random queries a subject has been asked before anything is measured. */
export const WARM_UP_A_SUBJECT = 100

/** How many random queries are asked while measuring, before they come again. */
export const QUERIES = 200_000

/** Asks query after query before anything is measured, at most for so long; returns how many were asked. */
export function warmUp<Q>(queries: readonly Q[], ask: (query: Q) => unknown, budgetMs: number): number {
  const began = performance.now()
  let asked = 0
  while (asked < queries.length && performance.now() - began < budgetMs) {
    ask(queries[asked]!)
    asked += 1
  }
  return asked
}
