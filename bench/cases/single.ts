import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { stateByOracle } from '../contenders/oracle.js'
import { numberText } from '../number-text.js'
import { type Query, randomQueries } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Row, atLeast } from '../row.js'
import { manySubjects } from '../shape.js'
import { defineOverview, initialOverview, overviewRecipes } from '../shipment.js'

/** One state with every subject inside, at random dates, however late the reports, against the oracle. */
export async function* single({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, events, subjects } = await datasets.get(manySubjects(size))
  const overview = defineOverview()
  const ask = ({ date }: Query) => timeline.asOf(date).get(overview)
  const oracle = ({ date }: Query) => stateByOracle(events, initialOverview(), overviewRecipes, date, Number.MAX_VALUE)
  timeline.asOf().get(overview) // the first query
  const queries = randomQueries(subjects, 10_000, 2)
  deepStrictEqual(ask(queries[0]!), oracle(queries[0]!))
  const times = await race([contender('asof', queries, ask), contender('oracle', queries, oracle)], budgetMs)
  yield {
    what: `one state with ${numberText(subjects.length)} keys inside, ${numberText(size)} events, after the first query: speed, of the oracle's`,
    figure: ratio(times, 'oracle', 'asof'),
    unit: '×',
    goal: atLeast(50),
    note: timesText(times),
  }
}
