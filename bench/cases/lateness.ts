import type { Bench } from '../case.js'
import { numberText } from '../number-text.js'
import { ratio, timesText } from '../race.js'
import type { Row } from '../row.js'
import { manySubjects } from '../shape.js'
import { namesFor, raceLoop } from './as-of.js'

const SHARES = [
  { late: 0, superseded: 0 },
  { late: 0, superseded: 0.05 },
  { late: 0.05, superseded: 0 },
  { late: 0.05, superseded: 0.05 },
  { late: 0.5, superseded: 0 },
  { late: 0.5, superseded: 0.05 },
]

/** The state of one subject of 100 events where fewer or more events are late, or are superseded. For information. */
export async function* lateness({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  const size = Math.ceil(events / 10)
  for (const { late, superseded } of SHARES) {
    const times = await raceLoop([await datasets.get(manySubjects(size, late, superseded))], budgetMs)
    datasets.drop()
    yield {
      what: `as-of of one subject of 100 events, ${late * 100} % late, ${superseded * 100} % superseded, on a log of ${numberText(size)}: time, of the loop's`,
      figure: ratio(times, ...namesFor(size)),
      unit: '×',
      note: timesText(times),
    }
  }
}
