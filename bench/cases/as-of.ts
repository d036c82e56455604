import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { stateByLoop } from '../contenders/loop.js'
import { stateByOracle } from '../contenders/oracle.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Query, randomQueries } from '../query.js'
import { contender, race, ratio, ratioOfRatios, timesText } from '../race.js'
import { type Goal, type Row, atMost, below } from '../row.js'
import { manySubjects } from '../shape.js'
import { defineStanding, initialStanding, standingRecipes } from '../shipment.js'
import { warmUp } from '../warm-up.js'

const QUERIES = 200_000
const WARM_UP_A_SUBJECT = 30
const CHECKS = 30

/** The state of one subject of 100 events at random dates on both axes, against the hand-written loop, on logs of three sizes. */
export async function* asOf({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  const standing = defineStanding()
  const sizes = [events / 100, events / 10, events].map(Math.ceil)
  const contenders = []
  for (const size of sizes) {
    const dataset = await datasets.get(manySubjects(size))
    const { timeline, subjects } = dataset
    const ask = ({ subject, date, reported }: Query) => timeline.asOf(date, { reported }).get(standing, subject)
    const byLoop = askLoop(dataset)
    checkAgreement(dataset, ask, byLoop)
    warmUp(randomQueries(subjects, subjects.length * WARM_UP_A_SUBJECT, 1), ask, budgetMs * 2)
    const queries = randomQueries(subjects, QUERIES, 2)
    contenders.push(contender(`asof ${numberText(size)}`, queries, ask), contender(`loop ${numberText(size)}`, queries, byLoop))
  }
  const times = await race(contenders, budgetMs * sizes.length)
  const pair = (size: number) => [`asof ${numberText(size)}`, `loop ${numberText(size)}`] as const
  const row = (size: number, goal?: Goal): Row => ({
    what: `as-of of one subject of 100 events, 5 % late, on a log of ${numberText(size)}: time, of the loop's`,
    figure: ratio(times, ...pair(size)),
    unit: '×',
    ...(goal !== undefined && { goal }),
    note: timesText(times, pair(size)),
  })
  const [small, middle, large] = sizes as [number, number, number]
  yield row(large, below(1))
  yield row(middle)
  yield row(small, atMost(2))
  yield {
    what: `growth of that ratio from a log of ${numberText(small)} to one of ${numberText(large)}`,
    figure: ratioOfRatios(times, pair(large), pair(small)),
    unit: '×',
    goal: atMost(1),
    note: '',
  }
}

/** The hand-written loop over the subject's array. */
export function askLoop({ arrays }: Dataset) {
  return ({ subject, date, reported }: Query) => stateByLoop(arrays.get(subject)!, initialStanding(), standingRecipes, date, reported)
}

/** Throws where the timeline, the loop and the oracle do not agree on states. */
function checkAgreement({ events, subjects }: Dataset, ...asks: ((query: Query) => unknown)[]): void {
  for (const query of randomQueries(subjects, Math.min(CHECKS, Math.ceil(300_000 / events.length)), 3)) {
    const meant = stateByOracle(events, initialStanding(), standingRecipes, query.date, query.reported, query.subject)
    for (const ask of asks) deepStrictEqual({ ...(ask(query) as object) }, meant)
  }
}
