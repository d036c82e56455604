import { type KnownEvent, countedEvents } from '../../test/oracle.js'
import type { PlainEvent } from '../sample.js'
import type { Recipes } from './loop.js'

/**
 * What a query means, as the tests have it: filter and sort the whole log, then fold. The states are plain objects, which
 * the test's own fold would copy for each event; only the events of one subject are folded, where one is named.
 */
export function stateByOracle<S>(
  events: readonly PlainEvent[],
  state: S,
  recipes: Recipes<S>,
  date: number,
  reported: number,
  subject?: string,
): S {
  const query = { date, reported, position: events.length, imprecise: 'latest' } as const
  const counted = countedEvents(events satisfies readonly KnownEvent[], query) as PlainEvent[]
  for (const event of counted) {
    if (subject === undefined || event.subject === subject) recipes[event.type](state, event)
  }
  return state
}
