import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { castoreOf } from '../contenders/castore.js'
import { emmettOf } from '../contenders/emmett.js'
import { stateByOracle } from '../contenders/oracle.js'
import { sqliteOf } from '../contenders/sqlite.js'
import { type FoldStream, evolveBy, streamsOf } from '../contenders/stream.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Query, askState, randomQueries, take } from '../query.js'
import { type Contender, contender, race, ratio, timesText } from '../race.js'
import { type Row, above, atLeast } from '../row.js'
import { manySubjects } from '../shape.js'
import { type Standing, defineLastReport, defineStanding, initialStanding, standingRecipes } from '../shipment.js'
import { WARM_UP_A_SUBJECT, warmUp } from '../warm-up.js'
import { BY_SUBJECT, bySubject } from './as-of.js'

/** How many streams Emmett holds: in memory it counts all of them for each event that it takes in. */
export const STREAMS = 1000

const CHECKS = 10
const SLICE_MS = 100 // an event store leaves much garbage

type Ask<S> = (query: Query) => S
type Streams = ReturnType<typeof streamsOf>

/** The state of one subject of 100 events, against the oracle, event stores, and an as-of query in SQL. */
export async function* peers({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const dataset = await datasets.get(manySubjects(size))
  const { timeline, arrays, subjects } = dataset
  const what = `as-of of one subject of 100 events, 5 % late, on a log of ${numberText(size)}`
  const few = streamsOf(arrays, STREAMS)
  const all = streamsOf(arrays)
  const warm = (asked: readonly string[]) => {
    const asof = askState(timeline, defineStanding()) // a projection for each race: it has not been asked what is asked there
    warmUp(randomQueries(asked, 1), asked.length * WARM_UP_A_SUBJECT, asof, budgetMs * 5)
    return asof
  }
  yield againstOracle(dataset, warm(subjects), what, budgetMs)
  const evolve = evolveBy(standingRecipes)
  yield* againstStore('Emmett', few, await emmettOf(few, initialStanding, evolve), warm([...few.keys()]), what, budgetMs)
  yield* againstStore('Castore', few, castoreOf(few, initialStanding, evolve), warm([...few.keys()]), what, budgetMs)
  yield* againstStore('Castore', all, castoreOf(all, initialStanding, evolve), warm(subjects), what, budgetMs, bySubject(dataset))
  yield againstSql(dataset, what, budgetMs)
}

async function againstOracle({ events, subjects }: Dataset, asof: Ask<Standing>, what: string, budgetMs: number): Promise<Row> {
  const oracle = ({ subject, date, reported }: Query) => stateByOracle(events, initialStanding(), standingRecipes, date, reported, subject)
  for (const query of take(randomQueries(subjects, 4), CHECKS)) deepStrictEqual(asof(query), oracle(query))
  const times = await race(
    [contender('asof', randomQueries(subjects, 2), asof), contender('oracle', randomQueries(subjects, 2), oracle)],
    budgetMs * 2,
  )
  return {
    what: `${what}: speed, of the oracle's`,
    figure: ratio(times, 'oracle', 'asof'),
    unit: '×',
    goal: atLeast(1000),
    note: timesText(times),
  }
}

/**
 * An event store folds a whole stream, as of today, since it has no as-of date; both are asked about the subjects that it
 * holds. Where a loop is given, it has a row against the store, too.
 */
async function* againstStore(
  name: string,
  streams: Streams,
  store: FoldStream<Standing>,
  asof: Ask<Standing>,
  what: string,
  budgetMs: number,
  loop?: Contender,
): AsyncGenerator<Row> {
  const subjects = [...streams.keys()]
  const today = { date: Date.now(), reported: Date.now() }
  for (const subject of subjects.slice(0, CHECKS)) deepStrictEqual(await store(subject), asof({ subject, ...today }))
  const byStore = contender(name, randomQueries(subjects, 2), ({ subject }) => store(subject))
  const times = await race(
    [contender('asof', randomQueries(subjects, 2), asof), byStore, ...(loop === undefined ? [] : [loop])],
    budgetMs * 3,
    SLICE_MS,
  )
  const asked = `${what}, asked about ${numberText(subjects.length)} subjects`
  yield {
    what: `${asked}: speed, of ${name}'s as of today`,
    figure: ratio(times, name, 'asof'),
    unit: '×',
    goal: atLeast(10),
    note: timesText(times, ['asof', name]),
  }
  if (loop === undefined) return
  yield {
    what: `${asked}, by a loop whose objects lie subject by subject: speed, of ${name}'s as of today`,
    figure: ratio(times, name, BY_SUBJECT),
    unit: '×',
    note: timesText(times, [BY_SUBJECT, name]),
  }
}

/** Only the last report of a subject, which an index can find. */
async function againstSql({ timeline, arrays, subjects }: Dataset, what: string, budgetMs: number): Promise<Row> {
  const asof = askState(timeline, defineLastReport())
  const database = sqliteOf(arrays)
  for (const query of take(randomQueries(subjects, 3), CHECKS))
    deepStrictEqual(database.ask(query) ?? { type: '', occurredAt: '' }, asof(query))
  warmUp(randomQueries(subjects, 1), subjects.length * WARM_UP_A_SUBJECT, asof, budgetMs * 5)
  const times = await race(
    [contender('asof', randomQueries(subjects, 2), asof), contender('SQLite', randomQueries(subjects, 2), database.ask)],
    budgetMs,
  )
  database.close()
  return {
    what: `${what}, the last report only: speed, of SQLite's`,
    figure: ratio(times, 'SQLite', 'asof'),
    unit: '×',
    goal: above(1),
    note: timesText(times),
  }
}
