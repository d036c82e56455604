import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { stateByOracle } from '../contenders/oracle.js'
import { numberText } from '../number-text.js'
import { type Query, randomQueries, take } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Row, atLeast } from '../row.js'
import { manySubjects } from '../shape.js'
import { defineOverview, initialOverview, overviewRecipes } from '../shipment.js'

const CHECKS = 3

/** One state with every subject inside, at random dates, however late the reports, against the oracle. */
export async function* single({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, events, subjects } = await datasets.get(manySubjects(size))
  const overview = defineOverview()
  const ask = ({ date }: Query) => timeline.asOf(date).get(overview)
  const oracle = ({ date }: Query) => stateByOracle(events, initialOverview(), overviewRecipes, date, Number.MAX_VALUE)
  timeline.asOf().get(overview) // the first query
  for (const query of take(randomQueries(subjects, 3), CHECKS)) deepStrictEqual(ask(query), oracle(query))
  const times = await race(
    [contender('asof', randomQueries(subjects, 2), ask), contender('oracle', randomQueries(subjects, 2), oracle)],
    budgetMs * 3,
  )
  yield {
    what: `one state with ${numberText(subjects.length)} keys inside, ${numberText(size)} events, after the first query: speed, of the oracle's`,
    figure: ratio(times, 'oracle', 'asof'),
    unit: '×',
    goal: atLeast(50),
    note: timesText(times),
  }
}
