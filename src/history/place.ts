import type { Known } from './rectangle.js'

/** Where an event stands in a history: by the instant from which it counts, then by its report, then by position. */
export type Place = Known & { readonly instant: number }

/** Whether one place comes before another. */
export function isBefore(one: Place, other: Place): boolean {
  if (one.instant !== other.instant) return one.instant < other.instant
  return one.reported === other.reported ? one.position < other.position : one.reported < other.reported
}
