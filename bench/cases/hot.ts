import { deepStrictEqual } from 'node:assert/strict'
import { mean } from 'simple-statistics'
import type { Bench } from '../case.js'
import { stateByLoop } from '../contenders/loop.js'
import { stateByOracle } from '../contenders/oracle.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Next, type Query, askState, randomQueries, take } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { randomFrom, wholeBelow } from '../random.js'
import { type Goal, type Row, atMost } from '../row.js'
import { oneSubject } from '../shape.js'
import { countingRecipes, defineStanding, initialStanding, standingRecipes } from '../shipment.js'
import { spreadOf } from '../spread.js'
import { warmUp } from '../warm-up.js'

const CHECKS = 3
const WARM_UP = 300
const COUNTED = 500
const FOLDED = 1000 // events, by the loop
export const NEAR = 1000 // positions

/** One subject with the whole log, 5 % of it a little late, at random dates on both axes, against a loop over 1,000 of its events. */
export async function* hot(bench: Bench): AsyncGenerator<Row> {
  yield* hotSubject(bench, NEAR, atMost(6))
}

/** The same, late by any distance: every report is another history, deep in the past. For information. */
export async function* hotAnyLateness(bench: Bench): AsyncGenerator<Row> {
  yield* hotSubject(bench, bench.events)
}

async function* hotSubject({ datasets, events: size, budgetMs }: Bench, latenessMax: number, goal?: Goal): AsyncGenerator<Row> {
  const dataset = await datasets.get(oneSubject(size, latenessMax))
  const { timeline, subjects } = dataset
  const standing = defineStanding()
  const ask = askState(timeline, standing)
  checkAgreement(dataset, ask, askWholeLoop(dataset))
  const asked = warmUp(randomQueries(subjects, 1), WARM_UP, ask, budgetMs * 2)
  const times = await race(
    [
      contender('asof', randomQueries(subjects, 2), ask),
      contender('loop', randomStarts(size), askLoop(dataset)),
      contender('whole loop', randomQueries(subjects, 2), askWholeLoop(dataset)),
    ],
    budgetMs * 2,
  )
  const what = `one hot subject of ${numberText(size)} events, 5 % up to ${numberText(latenessMax)} positions late`
  yield {
    what: `${what}: time, of the loop's over ${numberText(FOLDED)} events`,
    figure: ratio(times, 'asof', 'loop'),
    unit: '×',
    ...(goal !== undefined && { goal }),
    note: `${timesText(times, ['asof', 'loop'])}, after ${asked} queries and those of the race`,
  }
  yield {
    what: `${what}: time, of the loop's for the same question, from the first event on`,
    figure: ratio(times, 'asof', 'whole loop'),
    unit: '×',
    note: timesText(times, ['asof', 'whole loop']),
  }
  yield {
    what: `${what}: recipe calls a query, on average`,
    figure: spreadOf(meansOf(recipeCalls(dataset, budgetMs))),
    unit: 'calls',
    note: '',
  }
}

/** How often each of some warm queries runs a recipe; nothing is timed. */
function recipeCalls({ timeline, subjects }: Dataset, budgetMs: number): number[] {
  const { recipes, count } = countingRecipes()
  const standing = defineStanding(recipes)
  const ask = askState(timeline, standing)
  warmUp(randomQueries(subjects, 1), WARM_UP, ask, budgetMs * 2)
  const calls: number[] = []
  warmUp(
    randomQueries(subjects, 3),
    COUNTED,
    (query) => {
      const before = count()
      ask(query)
      calls.push(count() - before)
    },
    budgetMs,
  )
  return calls
}

/** The means of up to ten stretches: a few of the queries call a recipe a thousand times as often as the rest. */
function meansOf(calls: readonly number[]): number[] {
  const length = Math.ceil(calls.length / 10)
  const stretches = Array.from({ length: Math.ceil(calls.length / length) }, (_, index) =>
    calls.slice(index * length, (index + 1) * length),
  )
  return stretches.map(mean)
}

function randomStarts(size: number): Next<number> {
  const random = randomFrom(4)
  return () => wholeBelow(random, Math.max(1, size - FOLDED))
}

function askLoop({ arrays }: Dataset) {
  const array = [...arrays.values()][0]!
  return (start: number) =>
    stateByLoop(array, initialStanding(), standingRecipes, Infinity, Number.MAX_VALUE, start, Math.min(start + FOLDED, array.length))
}

/** As one would answer by hand, without anything that was folded before. */
function askWholeLoop({ arrays }: Dataset) {
  const array = [...arrays.values()][0]!
  return ({ date, reported }: Query) => stateByLoop(array, initialStanding(), standingRecipes, date, reported)
}

function checkAgreement({ events, subjects }: Dataset, ...asks: ((query: Query) => unknown)[]): void {
  for (const query of take(randomQueries(subjects, 5), CHECKS)) {
    const meant = stateByOracle(events, initialStanding(), standingRecipes, query.date, query.reported)
    for (const ask of asks) deepStrictEqual(ask(query), meant)
  }
}
