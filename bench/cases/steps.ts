import { type Timeline, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { appendAll } from '../dataset.js'
import { numberText } from '../number-text.js'
import { contender, race, ratio, timesText } from '../race.js'
import type { Row } from '../row.js'
import { sampleEvents } from '../sample.js'
import { manySubjects } from '../shape.js'
import { defineOverview, shipmentEvents } from '../shipment.js'

type Wide = { readonly name: string; readonly width: number; readonly timeline: Timeline<typeof shipmentEvents> }

const NARROW = 100
const NEXT = sampleEvents(manySubjects(NARROW))[0]!
const overview = defineOverview()

/**
 * A step of a replay, and an event of which `changed` tells, where one state has few and where it has many keys inside:
 * each makes a state of its own. For information.
 */
export async function* steps({ events, budgetMs }: Bench): AsyncGenerator<Row> {
  const narrow = await wideTimeline(NARROW)
  const wide = await wideTimeline(Math.max(2 * NARROW, events / 100))
  for (const [what, ask] of [
    ['a step of a replay', replayLast],
    ['an event that is appended and of which `changed` tells', appendNext],
  ] as const) {
    const times = await race(
      [narrow, wide].map((each) => contender(each.name, [each], ask)),
      budgetMs,
    )
    yield {
      what: `${what}, with ${wide.name} inside one state: time, of that with ${narrow.name}`,
      figure: ratio(times, wide.name, narrow.name),
      unit: '×',
      note: timesText(times),
    }
  }
}

/** A timeline with one event for each key of the state, which is asked for and listened to. */
async function wideTimeline(width: number): Promise<Wide> {
  const timeline = await openTimeline({ events: shipmentEvents, projections: [overview] })
  await appendAll(timeline, sampleEvents(manySubjects(width * 100)).slice(0, width))
  timeline.asOf().get(overview)
  timeline.on('changed', () => {})
  return { name: `${numberText(width)} keys`, width, timeline }
}

function replayLast({ timeline }: Wide): number {
  const { occurredAt } = timeline.asOf().events().at(-1)!
  return [...timeline.replay(overview, { from: occurredAt })].length
}

async function appendNext({ timeline }: Wide): Promise<void> {
  const { type, subject, data } = NEXT
  await timeline.append({ type, subject, data, occurredAt: new Date().toISOString() })
}
