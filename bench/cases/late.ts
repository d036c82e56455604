import type { Bench } from '../case.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { type Query, askState, inTurns, randomQueries } from '../query.js'
import { contender, race, ratio, timesText } from '../race.js'
import { type Goal, type Row, atMost } from '../row.js'
import { SPAN, manySubjects, oneSubject } from '../shape.js'
import { defineStanding } from '../shipment.js'
import { WARM_UP_A_SUBJECT, warmUp } from '../warm-up.js'
import { NEAR } from './hot.js'

const SLICE_MS = 150 // folding what is late leaves much garbage

/** A late event and the state of its subject, against an event in order and its subject's; it adds to the log. */
export async function* late({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  yield* lateEvent(await datasets.get(manySubjects(events)), 'of 100 events', budgetMs, atMost(3))
}

/** The same where one subject has the whole log. For information. */
export async function* hotLate({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  yield* lateEvent(await datasets.get(oneSubject(events, NEAR)), `of ${numberText(events)} events`, budgetMs)
}

async function* lateEvent(
  { timeline, events, subjects }: Dataset,
  subjectText: string,
  budgetMs: number,
  goal?: Goal,
): AsyncGenerator<Row> {
  const standing = defineStanding()
  warmUp(randomQueries(subjects, 1), subjects.length * WARM_UP_A_SUBJECT, askState(timeline, standing), budgetMs * 5)
  warmUp(inTurns(subjects), subjects.length, (subject) => timeline.asOf().get(standing, subject), budgetMs)
  const positions = Math.floor(events.length / 2)
  const middle = (SPAN.start + SPAN.end) / 2
  let appended = 0
  const appendAndAsk =
    (start: number) =>
    async ({ subject }: Query) => {
      appended += 1
      const reportedAt = new Date(SPAN.end + appended).toISOString()
      const occurredAt = new Date(start + appended).toISOString()
      const data = { place: 'Hamburg', weight: appended }
      await timeline.append({ id: `added ${appended}`, type: 'shipment.weighed', subject, occurredAt, reportedAt, data })
      return timeline.asOf().get(standing, subject)
    }
  const times = await race(
    [
      contender('late', randomQueries(subjects, 2), appendAndAsk(middle)),
      contender('in order', randomQueries(subjects, 3), appendAndAsk(SPAN.end)),
    ],
    budgetMs * 3,
    SLICE_MS,
  )
  yield {
    what: `an event ${numberText(positions)} positions late and its subject's state, ${subjectText}: time, of one in order`,
    figure: ratio(times, 'late', 'in order'),
    unit: '×',
    ...(goal !== undefined && { goal }),
    note: timesText(times),
  }
}
