import type { EventInput } from 'asof'
import type { Occurrence } from '../test/oracle.js'
import { type Random, randomFrom, wholeBelow } from './random.js'
import { SPAN, type Shape } from './shape.js'
import { type ShipmentType, TYPES, type shipmentEvents } from './shipment.js'

/** A plain event object, with its dates worked out in milliseconds, for the oracle and for the hand-written loop. */
export type PlainEvent = Occurrence & {
  readonly type: ShipmentType
  readonly data: { readonly place: string; readonly weight: number }
  readonly instant: number
  readonly reportedMs: number
  /** When a better account of it was reported, in milliseconds; infinite where there is none. */
  supersededFromMs: number
}

const PLACES = ['Antwerp', 'Busan', 'Hamburg', 'Kaohsiung', 'Rotterdam', 'Santos', 'Shenzhen', 'Tangier']
const LAG_MS = 86_400_000 // from what happens to its report
const SEED = 20_250_415

/** The events of a log of a shape, in the order in which they are appended; the same ones each time. */
export function sampleEvents(shape: Shape): PlainEvent[] {
  const random = randomFrom(SEED)
  const histories = Array.from({ length: shape.subjects }, (): PlainEvent[] => [])
  return Array.from({ length: shape.events }, (_, index) => {
    const history = histories[index % shape.subjects]!
    const superseded = supersededBy(random, shape, history)
    const event = sampleEvent(random, shape, index, superseded)
    if (superseded !== undefined) superseded.supersededFromMs = event.reportedMs
    history.push(event)
    return event
  })
}

/** The subjects of a log of a shape, in the order in which they come first. */
export function subjectsOf({ subjects }: Shape): string[] {
  return Array.from({ length: subjects }, (_, index) => subjectAt(index))
}

/** The event as it is appended. */
export function inputOf({ id, type, subject, occurredAt, reportedAt, data, supersedes }: PlainEvent): EventInput<typeof shipmentEvents> {
  return { id, type, subject, occurredAt, reportedAt, data, supersedes }
}

function sampleEvent(random: Random, shape: Shape, index: number, superseded: PlainEvent | undefined): PlainEvent {
  const isLate = random() < shape.late
  const lateness = isLate ? 1 + wholeBelow(random, Math.min(index, shape.latenessMax)) : 0
  const reportedMs = reportOf(index, shape)
  const instant = superseded?.instant ?? reportOf(index - lateness, shape) - LAG_MS
  return plainEvent({
    position: index + 1,
    type: TYPES[wholeBelow(random, TYPES.length)]!,
    subject: subjectAt(index % shape.subjects),
    data: { place: PLACES[wholeBelow(random, PLACES.length)]!, weight: wholeBelow(random, 100_000) },
    instant,
    reportedMs,
    supersededFromMs: Infinity,
    supersedes: superseded?.id,
  })
}

/** An event as another is, which lies elsewhere in memory. */
export function sampledAgain(event: PlainEvent): PlainEvent {
  return plainEvent({ ...event, supersedes: event.supersedes })
}

type Parts = Pick<PlainEvent, 'position' | 'type' | 'subject' | 'data' | 'instant' | 'reportedMs' | 'supersededFromMs'>

/** All are made here, so that a loop over them finds the fields of each in the same places. */
function plainEvent({
  position,
  type,
  subject,
  data: { place, weight },
  instant,
  reportedMs,
  supersededFromMs,
  supersedes,
}: Parts & { readonly supersedes: string | undefined }): PlainEvent {
  return {
    position,
    id: `e${position}`,
    type,
    subject,
    occurredAt: new Date(instant).toISOString(),
    occurred: { earliest: instant, latest: instant },
    reportedAt: new Date(reportedMs).toISOString(),
    reported: { earliest: reportedMs, latest: reportedMs },
    data: { place, weight },
    instant,
    reportedMs,
    supersededFromMs,
    ...(supersedes !== undefined && { supersedes }),
  }
}

function subjectAt(index: number): string {
  return `shipment/${String(index).padStart(6, '0')}`
}

/** Events are reported evenly over the span. */
function reportOf(index: number, { events }: Shape): number {
  return Math.floor(SPAN.start + ((SPAN.end - SPAN.start) * index) / events)
}

/** Any earlier event of the subject of which nothing gives a better account yet. */
function supersededBy(random: Random, { superseded }: Shape, history: readonly PlainEvent[]): PlainEvent | undefined {
  if (random() >= superseded || history.length === 0) return undefined
  const candidate = history[wholeBelow(random, history.length)]!
  return candidate.supersededFromMs === Infinity ? candidate : undefined
}
