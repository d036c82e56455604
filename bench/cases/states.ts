import { deepStrictEqual } from 'node:assert/strict'
import type { Bench } from '../case.js'
import { numberText } from '../number-text.js'
import { randomQueries } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Row, atMost } from '../row.js'
import { manySubjects } from '../shape.js'
import { type Standing, defineStanding, initialStanding, standingRecipes } from '../shipment.js'
import { stateByLoop } from '../contenders/loop.js'

const DAY_MS = 86_400_000
const SLICE_MS = 150 // their list is much garbage, and so is that of the day before

/** Every subject's state a day after a date for which they were asked, against reading as many cached states. */
export async function* states({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, arrays, subjects } = await datasets.get(manySubjects(size))
  const standing = defineStanding()
  const statesAt = (date: number) => [...timeline.asOf(date).entries(standing)]
  const cached: ReadonlyMap<string, Standing> = new Map(statesAt(Date.now()))
  const keys = [...cached.keys()]
  const readCached = () => keys.reduce((sum, key) => sum + cached.get(key)!.legs, 0)
  const next = randomQueries(subjects, 2)
  const { date } = next()
  const byLoop = [...arrays].map(
    ([key, array]) => [key, stateByLoop(array, initialStanding(), standingRecipes, date, Number.MAX_VALUE)] as const,
  )
  deepStrictEqual(new Map(statesAt(date)), new Map(byLoop.filter(([key]) => arrays.get(key)![0]!.instant <= date)))
  const times = await race(
    [
      contender(
        'asof',
        next,
        (query) => statesAt(query.date + DAY_MS),
        (query) => statesAt(query.date),
      ),
      contender('cached', next, readCached),
    ],
    budgetMs * 3,
    SLICE_MS,
  )
  yield {
    what: `all ${numberText(keys.length)} subjects' states a day later: time, of reading as many cached states`,
    figure: ratio(times, 'asof', 'cached'),
    unit: '×',
    goal: atMost(10),
    note: timesText(times),
  }
}
