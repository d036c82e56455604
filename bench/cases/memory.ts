import { setImmediate } from 'node:timers/promises'
import { type Timeline, type TimelineEvent, fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { numberText } from '../number-text.js'
import { askState, randomQueries, take } from '../query.js'
import { type Row, atMost } from '../row.js'
import { inputOf, sampleEvents, subjectsOf } from '../sample.js'
import { manySubjects } from '../shape.js'
import { defineOverview, defineStanding, shipmentEvents } from '../shipment.js'
import { spreadOf } from '../spread.js'
import { warmUp } from '../warm-up.js'

type Opened = Timeline<typeof shipmentEvents>

const BEFORE_ALL = Date.UTC(1990, 0, 1)
const MORE_A_SUBJECT = [100, 300] // as far as time allows
const WIDE_QUERIES = 300
const WIDE_ROUNDS = 16 // each folds about a third of the log

/** What an open timeline holds beyond its events, before and after its states were asked for. */
export async function* memory({ files, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const path = await files.log(size)
  const subjects = subjectsOf(manySubjects(size))
  const arrayBytes = await bytesOfArray(path)
  const before = await bytesHeld()
  const timeline = await openTimeline({ log: fileLog(path), events: shipmentEvents })
  const opened = (await bytesHeld()) - before - arrayBytes
  const row = (what: string, bytes: number): Row => ({
    what: `memory of a timeline of ${numberText(size)} events: ${what}`,
    figure: spreadOf([bytes / size]),
    unit: 'bytes an event',
    note: mebibytes(bytes),
  })
  yield row('an array of its events, alone', arrayBytes)
  yield row('opened, its events not read yet, above the array', opened)

  const standing = defineStanding()
  timeline.asOf(BEFORE_ALL).get(standing, subjects[0]!)
  yield row('and put into the histories of a projection, nothing folded, above the array', (await bytesHeld()) - before - arrayBytes)
  await timeline.append(inputOf(sampleEvents(manySubjects(1))[0]!)) // it is there already; to see that, ids are looked up
  const indexed = await bytesHeld()
  yield { ...row('and ids looked up, above the array', indexed - before - arrayBytes), goal: atMost(100) }
  const next = randomQueries(subjects, 1)
  let asked = 0
  for (const more of MORE_A_SUBJECT) {
    asked += warmUp(next, subjects.length * more, askState(timeline, standing), budgetMs * 8) / subjects.length
    yield row(`checkpoints after ${numberText(asked)} random queries a subject`, (await bytesHeld()) - indexed)
  }
  yield* wideState(timeline, subjects, arrayBytes, budgetMs)
  timeline.asOf().get(standing, subjects[0]!) // both are held until here
}

/** The events of a log, without the timeline that read them, in bytes. */
async function bytesOfArray(path: string): Promise<number> {
  const before = await bytesHeld()
  const events = await eventsOf(path)
  const after = await bytesHeld()
  return events.length === 0 ? 0 : after - before
}

async function eventsOf(path: string): Promise<TimelineEvent[]> {
  const timeline = await openTimeline({ log: fileLog(path), events: shipmentEvents })
  await timeline.close()
  return timeline.asOf().events()
}

/** One state with all subjects inside: its history and its checkpoints, of the memory of the events. */
async function* wideState(timeline: Opened, subjects: readonly string[], arrayBytes: number, budgetMs: number): AsyncGenerator<Row> {
  const before = await bytesHeld()
  const overview = defineOverview()
  const row = (what: string, bytes: number): Row => ({
    what: `memory of the checkpoints of one state with ${numberText(subjects.length)} keys inside, of the events' own: ${what}`,
    figure: spreadOf([(bytes - before) / arrayBytes]),
    unit: '×',
    goal: atMost(2),
    note: mebibytes(bytes - before),
  })
  timeline.asOf().get(overview)
  warmUp(randomQueries(subjects, 3), WIDE_QUERIES, ({ date }) => timeline.asOf(date).get(overview), budgetMs * 2)
  yield row('random dates', await bytesHeld())

  const held: number[] = []
  for (const { date, reported } of take(randomQueries(subjects, 4), WIDE_ROUNDS)) {
    timeline.asOf(date, { reported }).get(overview)
    held.push(await bytesHeld(1))
  }
  yield row(`random dates and reports, the most after any of ${WIDE_ROUNDS} queries`, Math.max(...held))
  timeline.asOf().get(overview) // both are held until here
}

function mebibytes(bytes: number): string {
  return `${numberText(bytes / 2 ** 20)} MiB`
}

/** What the process holds once the garbage is collected, in bytes, buffers included. */
async function bytesHeld(rounds = 2): Promise<number> {
  for (let round = 0; round < rounds; round += 1) {
    globalThis.gc!()
    await setImmediate()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
