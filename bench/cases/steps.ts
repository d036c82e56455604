import { type Timeline, defineProjection, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { appendAll } from '../dataset.js'
import { numberText } from '../number-text.js'
import { inTurns } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import type { Row } from '../row.js'
import { type PlainEvent, sampleEvents } from '../sample.js'
import { manySubjects } from '../shape.js'
import { type Overview, initialStanding, overviewRecipes, shipmentEvents } from '../shipment.js'

type Wide = {
  readonly name: string
  readonly overview: ReturnType<typeof overviewOf>
  readonly timeline: Timeline<typeof shipmentEvents>
  /** The last event of all. */
  readonly last: PlainEvent
}

const NARROW = 100
const EVENTS = 10

/**
 * A step of a replay, a folded event of `explain`, and an event of which `changed` tells, where one state has few and
 * where it has many keys inside: each makes a state of its own. For information.
 */
export async function* steps({ events, budgetMs }: Bench): AsyncGenerator<Row> {
  const narrow = await wideTimeline(NARROW)
  const wider = [await wideTimeline(Math.max(2 * NARROW, events / 1000)), await wideTimeline(Math.max(4 * NARROW, events / 100))]
  for (const [what, ask] of [
    ['a step of a replay', replayLast],
    [`\`explain\` of ${EVENTS} events`, explainAll],
    ['an event that is appended and of which `changed` tells', appendNext],
  ] as const) {
    const times = await race(
      [narrow, ...wider].map((each) => contender(each.name, inTurns([each]), ask)),
      budgetMs,
    )
    for (const wide of wider)
      yield {
        what: `${what}, with ${wide.name} inside one state: time, of that with ${narrow.name}`,
        figure: ratio(times, wide.name, narrow.name),
        unit: '×',
        note: timesText(times, [narrow.name, wide.name]),
      }
  }
}

/** A timeline of a few events, and a state that begins with so many keys, which is asked for and listened to. */
async function wideTimeline(width: number): Promise<Wide> {
  const events = sampleEvents(manySubjects(width * 100)).slice(0, EVENTS)
  const overview = overviewOf(width)
  const timeline = await openTimeline({ events: shipmentEvents, projections: [overview] })
  await appendAll(timeline, events)
  timeline.asOf().get(overview)
  timeline.on('changed', () => {})
  return {
    name: `${numberText(width)} keys`,
    overview,
    timeline,
    last: events.toSorted((one, other) => one.instant - other.instant).at(-1)!,
  }
}

function overviewOf(width: number) {
  const standings = Object.fromEntries(Array.from({ length: width }, (_, key) => [`key/${key}`, initialStanding()]))
  const initial = (): Overview => ({ standings: { ...standings } })
  return defineProjection({ name: 'overview', events: shipmentEvents, initial, on: overviewRecipes })
}

function replayLast({ timeline, overview, last }: Wide): number {
  return [...timeline.replay(overview, { from: last.occurredAt })].length
}

function explainAll({ timeline, overview }: Wide): number {
  return timeline.asOf().explain(overview).length
}

async function appendNext({ timeline, last: { type, subject, data } }: Wide): Promise<void> {
  await timeline.append({ type, subject, data, occurredAt: new Date().toISOString() })
}
