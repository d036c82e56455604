import type { Spread } from './spread.js'

/** What a figure must reach: a relation to a bound. */
export type Goal = { readonly relation: '<' | '≤' | '≥' | '>'; readonly bound: number }

/** A line of the table. */
export type Row = {
  readonly what: string
  readonly figure: Spread
  readonly unit: string
  /** None where a figure is for information. */
  readonly goal?: Goal
  /** What was measured, in absolute terms, for information. */
  readonly note: string
}

export const below = (bound: number): Goal => ({ relation: '<', bound })
export const atMost = (bound: number): Goal => ({ relation: '≤', bound })
export const above = (bound: number): Goal => ({ relation: '>', bound })
export const atLeast = (bound: number): Goal => ({ relation: '≥', bound })

/** Whether the median reaches the goal. */
export function isReached({ median }: Spread, { relation, bound }: Goal): boolean {
  if (relation === '<') return median < bound
  if (relation === '>') return median > bound
  return relation === '≤' ? median <= bound : median >= bound
}
