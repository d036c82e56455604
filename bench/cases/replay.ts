import { deepStrictEqual } from 'node:assert/strict'
import { fold } from 'asof'
import type { Bench } from '../case.js'
import { foldByLoop, inOrder } from '../contenders/loop.js'
import { numberText } from '../number-text.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Row, atMost } from '../row.js'
import { manySubjects } from '../shape.js'
import {
  defineOverview,
  defineStanding,
  initialOverview,
  initialStanding,
  overviewRecipes,
  type Standing,
  standingRecipes,
} from '../shipment.js'
import type { PlainEvent } from '../sample.js'

/** Every event folded once, into a state for each subject and into a single one, against a plain loop over the same events. */
export async function* replay({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, events } = await datasets.get(manySubjects(size))
  const ordered = timeline.asOf().events()
  const plain = inOrder(events)
  const standing = defineStanding()
  const overview = defineOverview()
  const keyed = () => fold(standing, ordered)
  const single = () => fold(overview, ordered)
  const keyedLoop = () => statesByLoop(plain)
  const singleLoop = () => foldByLoop(plain, initialOverview(), overviewRecipes)
  deepStrictEqual(new Map(keyed()), keyedLoop())
  deepStrictEqual(single(), singleLoop())
  const once = [undefined]
  for (const [kind, byAsof, byLoop] of [
    ['keyed', keyed, keyedLoop],
    ['single', single, singleLoop],
  ] as const) {
    const times = await race([contender('asof', once, byAsof), contender('loop', once, byLoop)], budgetMs)
    yield {
      what: `full replay of ${numberText(size)} events, ${kind}: time, of the loop's`,
      figure: ratio(times, 'asof', 'loop'),
      unit: '×',
      goal: atMost(4),
      note: timesText(times),
    }
  }
}

function statesByLoop(events: readonly PlainEvent[]): Map<string, Standing> {
  const states = new Map<string, Standing>()
  for (const event of events) {
    let state = states.get(event.subject)
    if (state === undefined) states.set(event.subject, (state = initialStanding()))
    standingRecipes[event.type](state, event)
  }
  return states
}
