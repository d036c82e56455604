import { randomFrom, wholeBelow } from './random.js'
import { SPAN } from './shape.js'

/** What is asked of one subject: the state on a date, as reported by another, both in milliseconds UTC. */
export type Query = { readonly subject: string; readonly date: number; readonly reported: number }

/** Random subjects, and random dates on both axes anywhere in the span. */
export function randomQueries(subjects: readonly string[], count: number, seed: number): Query[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => ({
    subject: subjects[wholeBelow(random, subjects.length)]!,
    date: SPAN.start + wholeBelow(random, SPAN.end - SPAN.start),
    reported: SPAN.start + wholeBelow(random, SPAN.end - SPAN.start),
  }))
}
