import { deepStrictEqual } from 'node:assert/strict'
import { fold } from 'asof'
import type { Bench } from '../case.js'
import { foldByLoop, inOrder, statesByLoop } from '../contenders/loop.js'
import { numberText } from '../number-text.js'
import { race, ratio, timesText, worker } from '../race.js'
import { type Row, atLeast } from '../row.js'
import { manySubjects } from '../shape.js'
import { defineOverview, defineStanding, initialOverview, initialStanding, overviewRecipes, standingRecipes } from '../shipment.js'

/** Every event folded once, into a state for each subject and into a single one, against a plain loop over the same events. */
export async function* replay({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, events } = await datasets.get(manySubjects(size))
  const ordered = timeline.asOf().events()
  const plain = inOrder(events)
  const standing = defineStanding()
  const overview = defineOverview()
  yield againstLoop(
    'keyed',
    () => Object.fromEntries(fold(standing, ordered)),
    () => Object.fromEntries(statesByLoop(plain, initialStanding, standingRecipes)),
  )
  yield againstLoop(
    'single',
    () => fold(overview, ordered),
    () => foldByLoop(plain, initialOverview(), overviewRecipes),
  )

  async function againstLoop(kind: string, byAsof: () => object, byLoop: () => object): Promise<Row> {
    deepStrictEqual(byAsof(), byLoop())
    const times = await race([worker('asof', byAsof), worker('loop', byLoop)], budgetMs * 2)
    return {
      what: `full replay of ${numberText(size)} events, ${kind}: speed, of the loop's`,
      figure: ratio(times, 'loop', 'asof'),
      unit: '×',
      goal: atLeast(0.25),
      note: timesText(times),
    }
  }
}
