import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { stateByLoop } from '../contenders/loop.js'
import { stateByOracle } from '../contenders/oracle.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Query, askState, randomQueries, take } from '../query.js'
import { type Contender, type Race, contender, race, ratio, ratioOfRatios, timesText } from '../race.js'
import { type Goal, type Row, atMost, below } from '../row.js'
import { sampledAgain } from '../sample.js'
import { manySubjects } from '../shape.js'
import { defineStanding, initialStanding, standingRecipes } from '../shipment.js'
import { WARM_UP_A_SUBJECT, warmUp } from '../warm-up.js'

const CHECKS = 30
const SLICE_MS = 100 // else a small log has the collector's turn in one round and not in the next
/** The loop over objects that were made subject by subject, and not in the order of the log, as any log's are. */
export const BY_SUBJECT = 'loop by subject'
const EVENTS_CHECKED = 3_000_000 // in all, since the oracle goes through the whole log

/** The state of one subject of 100 events at random dates on both axes, against the hand-written loop, on logs of three sizes. */
export async function* asOf({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  const sizes = [events / 100, events / 10, events].map(Math.ceil)
  const logs: Dataset[] = []
  for (const size of sizes) logs.push(await datasets.get(manySubjects(size)))
  const times = await raceLoop(logs, budgetMs * 3, [bySubject(logs.at(-1)!)])
  const row = (size: number, goal?: Goal): Row => ({
    what: `as-of of one subject of 100 events, 5 % late, on a log of ${numberText(size)}: time, of the loop's`,
    figure: ratio(times, ...namesFor(size)),
    unit: '×',
    ...(goal !== undefined && { goal }),
    note: timesText(times, namesFor(size)),
  })
  const [small, middle, large] = sizes as [number, number, number]
  yield row(large, below(1))
  yield row(middle)
  yield row(small, atMost(2))
  yield {
    what: `growth of that ratio from a log of ${numberText(small)} to one of ${numberText(large)}`,
    figure: ratioOfRatios(times, namesFor(large), namesFor(small)),
    unit: '×',
    goal: atMost(1),
    note: '',
  }
  yield {
    what: `as-of of one subject of 100 events, 5 % late, on a log of ${numberText(large)}: time, of a loop's whose objects lie subject by subject`,
    figure: ratio(times, namesFor(large)[0], BY_SUBJECT),
    unit: '×',
    note: timesText(times, [namesFor(large)[0], BY_SUBJECT]),
  }
}

/** The contender of that name. */
export function bySubject(dataset: Dataset): Contender {
  const { arrays, subjects } = dataset
  const ask = askLoop({ arrays: new Map([...arrays].map(([subject, events]) => [subject, events.map(sampledAgain)] as const)) })
  checkAgreement(dataset, ask)
  return contender(BY_SUBJECT, randomQueries(subjects, 2), ask)
}

/** Runs the timeline and the loop against each other on each of some logs, and others with them. */
export async function raceLoop(logs: readonly Dataset[], budgetMs: number, others: readonly Contender[] = []): Promise<Race> {
  const standing = defineStanding()
  const contenders = logs.flatMap((dataset) => {
    const { timeline, events, subjects } = dataset
    const ask = askState(timeline, standing)
    const byLoop = askLoop(dataset)
    checkAgreement(dataset, ask, byLoop)
    warmUp(randomQueries(subjects, 1), subjects.length * WARM_UP_A_SUBJECT, ask, budgetMs * 5)
    const [asofName, loopName] = namesFor(events.length)
    return [contender(asofName, randomQueries(subjects, 2), ask), contender(loopName, randomQueries(subjects, 2), byLoop)]
  })
  return race([...contenders, ...others], budgetMs * logs.length, SLICE_MS)
}

/** What the two are called on a log of a size: the timeline, and the loop. */
export function namesFor(size: number): readonly [string, string] {
  return [`asof ${numberText(size)}`, `loop ${numberText(size)}`]
}

/** The hand-written loop over the subject's array. */
function askLoop({ arrays }: Pick<Dataset, 'arrays'>) {
  return ({ subject, date, reported }: Query) => stateByLoop(arrays.get(subject)!, initialStanding(), standingRecipes, date, reported)
}

/** Throws where the timeline, the loop and the oracle do not agree on states. */
function checkAgreement({ events, subjects }: Dataset, ...asks: ((query: Query) => unknown)[]): void {
  for (const query of take(randomQueries(subjects, 3), Math.min(CHECKS, Math.ceil(EVENTS_CHECKED / events.length)))) {
    const meant = stateByOracle(events, initialStanding(), standingRecipes, query.date, query.reported, query.subject)
    for (const ask of asks) deepStrictEqual({ ...(ask(query) as object) }, meant)
  }
}
