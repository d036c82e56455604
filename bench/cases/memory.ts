import { setImmediate } from 'node:timers/promises'
import { type Timeline, type TimelineEvent, fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { numberText } from '../number-text.js'
import { type Query, randomQueries } from '../query.js'
import { type Row, atMost } from '../row.js'
import { SPAN, manySubjects } from '../shape.js'
import { defineOverview, defineStanding, shipmentEvents } from '../shipment.js'
import { spreadOf } from '../spread.js'
import { WARM_UP_A_SUBJECT, warmUp } from '../warm-up.js'
import { subjectsOf } from '../sample.js'

/** What an open timeline holds beyond its events, before and after its states were asked for. */
export async function* memory({ files, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const path = await files.log(size)
  const empty = await bytesHeld()
  const array = await eventsOf(path)
  const arrayBytes = (await bytesHeld()) - empty
  array.length = 0 // and is held no more

  const subjects = subjectsOf(manySubjects(size))
  const before = await bytesHeld()
  const timeline: Timeline<typeof shipmentEvents> = await openTimeline({ log: fileLog(path), events: shipmentEvents })
  const standing = defineStanding()
  const ask = ({ subject, date, reported }: Query) => timeline.asOf(date, { reported }).get(standing, subject)
  const opened = await bytesHeld()
  const row = (what: string, bytes: number): Row => ({
    what: `memory of a timeline of ${numberText(size)} events: ${what}`,
    figure: spreadOf([bytes / size]),
    unit: 'bytes an event',
    note: `${numberText(bytes / 2 ** 20)} MiB`,
  })
  yield row('an array of its events, alone', arrayBytes)
  yield row('opened, above the array', opened - before - arrayBytes)

  warmUp(subjects, (subject) => timeline.asOf(SPAN.start).get(standing, subject), budgetMs * 2)
  const indexed = await bytesHeld()
  yield { ...row('opened, and each subject asked for once, above the array', indexed - before - arrayBytes), goal: atMost(100) }

  let held = indexed
  for (const round of [1, 2]) {
    warmUp(randomQueries(subjects, subjects.length * WARM_UP_A_SUBJECT, round), ask, budgetMs * 2)
    const now = await bytesHeld()
    yield row(`checkpoints after ${round * WARM_UP_A_SUBJECT} random queries a subject`, now - indexed)
    held = now
  }

  const overview = defineOverview()
  timeline.asOf().get(overview)
  warmUp(randomQueries(subjects, 300, 3), ({ date }) => timeline.asOf(date).get(overview), budgetMs * 2)
  const wide = (await bytesHeld()) - held
  yield {
    what: `memory of the checkpoints of one state with ${numberText(subjects.length)} keys inside, of the events' own`,
    figure: spreadOf([wide / arrayBytes]),
    unit: '×',
    goal: atMost(2),
    note: `${numberText(wide / 2 ** 20)} MiB`,
  }
}

/** The events of a log, without the timeline that read them. */
async function eventsOf(path: string): Promise<TimelineEvent[]> {
  const timeline = await openTimeline({ log: fileLog(path), events: shipmentEvents })
  await timeline.close()
  return timeline.asOf().events()
}

/** What the process holds once the garbage is collected, in bytes, buffers included. */
async function bytesHeld(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc!()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
