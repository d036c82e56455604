import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { castoreOf } from '../contenders/castore.js'
import { emmettOf } from '../contenders/emmett.js'
import { stateByOracle } from '../contenders/oracle.js'
import { sqliteOf } from '../contenders/sqlite.js'
import { type FoldStream, evolveBy, streamsOf } from '../contenders/stream.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Query, randomQueries } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Row, above, atLeast } from '../row.js'
import { manySubjects } from '../shape.js'
import { defineLastReport, defineStanding, initialStanding, type Standing, standingRecipes } from '../shipment.js'
import { QUERIES, WARM_UP_A_SUBJECT, warmUp } from '../warm-up.js'

/** How many streams the event stores hold: Emmett's in memory counts all of them for each event it takes in. */
export const STREAMS = 1000

/** The state of one subject of 100 events, against the oracle, event stores, and an as-of query in SQL. */
export async function* peers({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const dataset = await datasets.get(manySubjects(size))
  const what = `as-of of one subject of 100 events, 5 % late, on a log of ${numberText(size)}`
  yield* againstFolds(dataset, what, budgetMs)
  yield* againstSql(dataset, what, budgetMs)
}

/** The event stores fold a whole stream, as of today, since they have no as-of date; the oracle answers the same queries. */
async function* againstFolds({ timeline, events, arrays }: Dataset, what: string, budgetMs: number): AsyncGenerator<Row> {
  const standing = defineStanding()
  const streams = streamsOf(arrays, STREAMS)
  const subjects = [...streams.keys()]
  const asof = ({ subject, date, reported }: Query) => timeline.asOf(date, { reported }).get(standing, subject)
  const oracle = ({ subject, date, reported }: Query) => stateByOracle(events, initialStanding(), standingRecipes, date, reported, subject)
  const evolve = evolveBy(standingRecipes)
  const emmett = askToday(await emmettOf(streams, initialStanding, evolve))
  const castore = askToday(castoreOf(streams, initialStanding, evolve))
  for (const subject of subjects.slice(0, 10)) {
    const today = timeline.asOf().get(standing, subject)
    for (const ask of [emmett, castore]) deepStrictEqual(await ask({ subject }), today)
  }
  warmUp(randomQueries(subjects, subjects.length * WARM_UP_A_SUBJECT, 1), asof, budgetMs * 5)
  const queries = randomQueries(subjects, QUERIES, 2)
  const byStores = [contender('Emmett', queries, emmett), contender('Castore', queries, castore)]
  const times = await race([contender('asof', queries, asof), ...byStores], budgetMs)
  const oracleTimes = await race([contender('asof', queries, asof), contender('oracle', queries, oracle)], budgetMs) // apart: it goes through all memory
  const row = (name: string, goal: number, its = times): Row => ({
    what: `${what}: speed, of ${name === 'oracle' ? "the oracle's" : `${name}'s as of today`}`,
    figure: ratio(its, name, 'asof'),
    unit: '×',
    goal: atLeast(goal),
    note: timesText(its, ['asof', name]),
  })
  yield row('oracle', 1000, oracleTimes)
  yield row('Emmett', 10)
  yield row('Castore', 10)
}

function askToday(fold: FoldStream<Standing>) {
  return ({ subject }: Pick<Query, 'subject'>) => fold(subject)
}

/** Only the last report of a subject, which an index can find. */
async function* againstSql({ timeline, arrays, subjects }: Dataset, what: string, budgetMs: number): AsyncGenerator<Row> {
  const lastReport = defineLastReport()
  const database = sqliteOf(arrays)
  const asof = ({ subject, date, reported }: Query) => timeline.asOf(date, { reported }).get(lastReport, subject)
  for (const query of randomQueries(subjects, 30, 3)) deepStrictEqual(database.ask(query) ?? { type: '', occurredAt: '' }, asof(query))
  warmUp(randomQueries(subjects, subjects.length * WARM_UP_A_SUBJECT, 1), asof, budgetMs * 5)
  const queries = randomQueries(subjects, QUERIES, 2)
  const times = await race([contender('asof', queries, asof), contender('SQLite', queries, database.ask)], budgetMs)
  database.close()
  yield {
    what: `${what}, the last report only: speed, of SQLite's`,
    figure: ratio(times, 'SQLite', 'asof'),
    unit: '×',
    goal: above(1),
    note: timesText(times),
  }
}
