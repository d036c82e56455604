import fc from 'fast-check'
import { invalidArgument } from '../argument.js'
import { type Catalog, RETRACTED, checkCatalog } from '../catalog.js'
import type { EventInput } from '../event.js'
import { arbitraryData } from './arbitrary-data.js'

const EVENTS_MAX = 12

const SUBJECTS = ['iris/1', 'quill/2', 'xylo/3']
const SOURCES = ['https://example.org/iris', 'https://example.org/xylo']

/** One or two events in a dozen supersede another, and one only withdraws. */
const SELDOM = 6

type Drawn = {
  readonly type: string
  readonly data: unknown
  readonly subject: string
  readonly occurredAt: string
  readonly reportedAt: string
  readonly source: string | undefined
  /** Which of the events before it is superseded. */
  readonly better: number | undefined
}

const day = fc.date({ min: new Date('2023-10-01'), max: new Date('2024-10-31'), noInvalidDate: true }).map((date) => date.toISOString())

/** Days mostly, and what is less precise or more. */
const occurredAt = fc.oneof(
  { weight: 3, arbitrary: day.map((text) => text.slice(0, 10)) },
  day,
  day.map((text) => text.slice(0, 7)),
  day.map((text) => `${text.slice(0, 4)}?`),
  day.map((text) => `[..${text.slice(0, 7)}]`),
)

/**
 * Events of a catalog as `timeline.append` takes them in one call: up to 12, about three subjects, of two sources, in
 * 2023 and 2024, with dates of every precision, some late, scheduled, superseded or withdrawn; data that the schemas take.
 * Throws `INVALID_ARGUMENT` for a schema that refuses what is drawn for it.
 */
export function arbitraryEvents<C extends Catalog>(events: C): fc.Arbitrary<EventInput<C>[]> {
  checkCatalog(events)
  if (Object.keys(events).length === 0) throw invalidArgument('Got a catalog without types', 'one type or more', 'Define the events')
  const kinds = Object.entries(events).map(([type, schema]) => fc.record({ type: fc.constant(type), data: arbitraryData(type, schema) }))
  const withdrawn = fc.constant({ type: RETRACTED, data: undefined })
  const kind = fc.oneof({ weight: 2 * SELDOM, arbitrary: fc.oneof(...kinds) }, withdrawn)
  const envelope = fc.record({
    subject: fc.constantFrom(...SUBJECTS),
    occurredAt,
    reportedAt: day.map((text) => text.slice(0, 10)),
    source: fc.option(fc.constantFrom(...SOURCES), { nil: undefined }),
    better: fc.oneof({ weight: SELDOM, arbitrary: fc.constant(undefined) }, fc.nat({ max: EVENTS_MAX })),
  })
  const drawn = fc.tuple(kind, envelope).map((parts): Drawn => Object.assign({}, ...parts) as Drawn)
  return fc.array(drawn, { maxLength: EVENTS_MAX }).map(toInputs) as fc.Arbitrary<unknown> as fc.Arbitrary<EventInput<C>[]>
}

/** Each event is superseded at most once, a retraction never. */
function toInputs(all: readonly Drawn[]): EventInput[] {
  const standing: string[] = []
  return all.flatMap(({ type, data, better, occurredAt: date, source, ...rest }, index): EventInput[] => {
    const [supersedes] = better === undefined && type !== RETRACTED ? [] : standing.splice((better ?? 0) % Math.max(1, standing.length), 1)
    const input = {
      id: `event-${index + 1}`,
      ...rest,
      ...(source !== undefined && { source }),
      ...(supersedes !== undefined && { supersedes }),
    }
    if (type === RETRACTED) return supersedes === undefined ? [] : [{ ...input, type: RETRACTED, supersedes }]
    standing.push(input.id)
    return [{ ...input, type, occurredAt: date, ...(data !== undefined && { data }) }]
  })
}
