import type { Keyed, Timeline } from 'asof'
import { randomFrom, wholeBelow } from './random.js'
import { SPAN } from './shape.js'

/** What is asked of one subject: the state on a date, as reported by another, both in milliseconds UTC. */
export type Query = { readonly subject: string; readonly date: number; readonly reported: number }

/** Gives query after query, each a new one. */
export type Next<Q> = () => Q

/** Random subjects, and random dates on both axes anywhere in the span. */
export function randomQueries(subjects: readonly string[], seed: number): Next<Query> {
  const random = randomFrom(seed)
  return () => ({
    subject: subjects[wholeBelow(random, subjects.length)]!,
    date: SPAN.start + wholeBelow(random, SPAN.end - SPAN.start),
    reported: SPAN.start + wholeBelow(random, SPAN.end - SPAN.start),
  })
}

/** Each of some, in turns. */
export function inTurns<Q>(queries: readonly Q[]): Next<Q> {
  let asked = 0
  return () => queries[asked++ % queries.length]!
}

/** So many queries. */
export function take<Q>(next: Next<Q>, count: number): Q[] {
  return Array.from({ length: count }, next)
}

/** What answers queries about the states of a projection. */
export function askState<S>(timeline: Timeline, projection: Keyed<S>): (query: Query) => S {
  return ({ subject, date, reported }) => timeline.asOf(date, { reported }).get(projection, subject)
}
