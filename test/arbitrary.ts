/**
 * Random logs and questions, small and crowded, so that things collide: nearly all happens within six days of spring
 * 2025, told by two sources about three subjects. Each date carries its bounds beside its text.
 */
import { type EventInput, type Keyed, type Single, bySubject, defineEvents, defineProjection } from 'asof'
import fc from 'fast-check'
import { z } from 'zod'
import { type Bounds, type KnownEvent, type PlainReducer, type Query, cappedPeriod, isOccurrence } from './oracle.js'

// The catalog and the projections

export const events = defineEvents({
  opened: z.object({ by: z.string() }),
  rated: z.object({ score: z.number() }).transform(({ score }) => ({ score, high: score > 2, marks: [{ score }] })),
  tagged: z.object({ tags: z.array(z.string()) }),
  cleared: z.unknown(),
})

export type TestCatalog = typeof events
export type TestInput = EventInput<TestCatalog>

/** What a reducer may read of an event, of the log's as of the oracle's. */
type Read = {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly occurredAt: string
  readonly source?: string
  readonly data?: unknown
}

/** A projection beside the same reducer in plain code. */
export type Probe = { readonly projection: Keyed<unknown> | Single<unknown>; readonly reducer: PlainReducer<unknown> }

/** The key by which the oracle knows a single state. */
export const SINGLE = ''

/** Order is all that it shows: every event by its id. It says nothing about dates. */
const journal = {
  keys: (event: Read): string[] => [event.subject],
  initial: (key: string): string[] => [`about ${key}`],
  on: (state: string[], event: Read): void | string[] => {
    if (event.type === 'cleared') return [`cleared by ${event.id}`]
    state.push(`${event.type} by ${event.id}`)
  },
}

type Thread = { name: string; count: number; last?: Read['id']; types: Record<string, string[]> }

/** Several keys an event, some of them named twice; none for an event without tags or source. It says nothing about dates. */
const threads = {
  keys: (event: Read): string[] => [...tagsOf(event), ...(event.source === undefined ? [] : [event.source, event.subject])],
  initial: (key: string): Thread => ({ name: key, count: 0, types: {} }),
  on: (state: Thread, event: Read, key: string): void => {
    state.count += 1
    state.last = `${event.id} on ${key}`
    if (event.type === 'cleared') delete state.types['opened']
    else (state.types[event.type] ??= []).push(event.id)
  },
}

type Museum = { rooms: Map<string, { ids: string[]; types: Set<string> }>; sources: Set<string>; order: string[] }

/** One state, of Maps, Sets and arrays. It says nothing about dates. */
const museum = {
  keys: (): string[] => [SINGLE],
  initial: (): Museum => ({ rooms: new Map(), sources: new Set(), order: [] }),
  on: (state: Museum, event: Read): void => {
    if (event.source !== undefined) state.sources.add(event.source)
    state.order.push(event.id)
    if (event.type === 'cleared') state.rooms.delete(event.subject)
    else enterRoom(state, event)
  },
}

function enterRoom({ rooms }: Museum, event: Read): void {
  const room = rooms.get(event.subject) ?? { ids: [], types: new Set() }
  if (!rooms.has(event.subject)) rooms.set(event.subject, room)
  rooms.get(event.subject)?.ids.unshift(event.id)
  rooms.get(event.subject)?.types.add(event.type)
}

type Mark = { score: number }
type Rating = { subject: string; status: string; since?: string; score: number; high: boolean; marks: Mark[] }

/**
 * Reads transformed data, keeps a part of it in the state and changes it there, leaves a type out, and often comes to
 * the same state by other events. It shows dates.
 */
const ratings = {
  keys: (event: Read): string[] => (event.type === 'tagged' ? [] : [event.subject]),
  initial: (key: string): Rating => ({ subject: key, status: 'new', score: 0, high: false, marks: [] }),
  on: (state: Rating, event: Read, key: string): void | Rating => {
    if (event.type === 'cleared') return ratings.initial(key)
    if (event.type === 'opened') open(state, event.occurredAt)
    else if (isRating(event.data)) rate(state, event.data)
  },
}

type RatingData = { readonly score: number; readonly high: boolean; readonly marks: Mark[] }

function open(state: Rating, since: string): void {
  state.status = 'open'
  state.since = since
  for (const mark of state.marks) mark.score = -1
}

function rate(state: Rating, { score, high, marks }: RatingData): void {
  state.score = score
  state.high = high
  state.marks = marks
}

function isRating(data: unknown): data is RatingData {
  return typeof data === 'object' && data !== null && 'high' in data
}

function tagsOf({ data }: Read): string[] {
  return typeof data === 'object' && data !== null && 'tags' in data && Array.isArray(data.tags) ? data.tags.map(String) : []
}

export const journalProbe: Probe = {
  reducer: journal,
  projection: defineProjection({ name: 'journal', key: bySubject, initial: journal.initial, on: journal.on }),
}

const threadsProbe: Probe = {
  reducer: threads,
  projection: defineProjection({ name: 'threads', key: threads.keys, initial: threads.initial, on: threads.on }),
}

const museumProbe: Probe = {
  reducer: museum,
  projection: defineProjection({ name: 'museum', initial: museum.initial, on: museum.on }),
}

const ratingsProbe: Probe = {
  reducer: ratings,
  projection: defineProjection({
    name: 'ratings',
    events,
    key: bySubject,
    initial: ratings.initial,
    on: {
      opened: (state, event) => open(state, event.occurredAt),
      rated: (state, event) => rate(state, event.data),
      cleared: (_, __, key) => ratings.initial(key),
    },
  }),
}

export const PROBES: readonly Probe[] = [journalProbe, threadsProbe, museumProbe, ratingsProbe]

/** The probes whose states do not show how a date was written. */
export const DATELESS_PROBES: readonly Probe[] = [journalProbe, threadsProbe, museumProbe]

// Dates

/** A date's text and what it stands for. */
export type Dated = { readonly text: string; readonly bounds: Bounds }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const FIRST_DAY = Date.UTC(2025, 2, 30)

/** The clock of every timeline begins here, late on the last day of a report. */
export const CLOCK_START = Date.UTC(2025, 3, 3, 18)

const instantText = (ms: number) => new Date(ms).toISOString()
const dayText = (ms: number) => instantText(ms).slice(0, 10)

export const instant = (ms: number): Dated => ({ text: instantText(ms), bounds: { earliest: ms, latest: ms } })
const day = (offset: number): Dated =>
  span(dayText(FIRST_DAY + offset * DAY_MS), FIRST_DAY + offset * DAY_MS, FIRST_DAY + (offset + 1) * DAY_MS)
const month = (number: number): Dated => span(`2025-0${number}`, Date.UTC(2025, number - 1), Date.UTC(2025, number))

/** A date that ends one millisecond before `next` begins. */
function span(text: string, earliest: number, next: number): Dated {
  return { text, bounds: { earliest, latest: next - 1 } }
}

const days = fc.integer({ min: 0, max: 5 }).map(day)
const reportDays = fc.integer({ min: 0, max: 4 }).map(day)
const months = fc.integer({ min: 3, max: 5 }).map(month)

const named = fc.constantFrom(
  span('2025', Date.UTC(2025, 0), Date.UTC(2026, 0)),
  span('2025-21', Date.UTC(2025, 2), Date.UTC(2025, 5)),
  span('2025-22', Date.UTC(2025, 5), Date.UTC(2025, 8)),
  span('2024-24', Date.UTC(2024, 11), Date.UTC(2025, 2)),
  span('2025-24', Date.UTC(2025, 11), Date.UTC(2026, 2)),
  span('2025-04-0X', Date.UTC(2025, 3, 1), Date.UTC(2025, 3, 10)),
  span('2025-03-3X', Date.UTC(2025, 2, 30), Date.UTC(2025, 3, 1)),
  span('2025-04-XX', Date.UTC(2025, 3), Date.UTC(2025, 4)),
  span('2025-0X', Date.UTC(2025, 0), Date.UTC(2025, 9)),
  span('2025-XX', Date.UTC(2025, 0), Date.UTC(2026, 0)),
  span('202X', Date.UTC(2020, 0), Date.UTC(2030, 0)),
)

const qualified = fc
  .tuple(fc.oneof(days, months), fc.constantFrom('?', '~', '%'))
  .map(([{ text, bounds }, mark]): Dated => ({ text: text + mark, bounds }))

const pairs = fc.tuple(fc.oneof(days, months), fc.oneof(days, months)).filter(([one, other]) => one.bounds.latest < other.bounds.earliest)

const closedSets = fc.tuple(pairs, fc.constantFrom(',', '..')).map(([[one, other], between]): Dated => ({
  text: `[${one.text}${between}${other.text}]`,
  bounds: { earliest: one.bounds.earliest, latest: other.bounds.latest },
}))

const openSets = fc
  .tuple(fc.oneof(days, months), fc.boolean())
  .map(([{ text, bounds }, before]): Dated =>
    before
      ? { text: `[..${text}]`, bounds: { earliest: -Infinity, latest: bounds.latest } }
      : { text: `[${text}..]`, bounds: { earliest: bounds.earliest, latest: Infinity } },
  )

/** Offsets in minutes. */
const ZONES = [
  ['Z', 0],
  ['+02:00', 120],
  ['-05:30', -330],
  ['+14:00', 840],
] as const
const TIMES = [
  ['00:00', 0],
  ['09:30:00', 9.5 * HOUR_MS],
  ['23:59:59.999', DAY_MS - 1],
  ['12:00:00.0019', 12 * HOUR_MS + 1],
] as const

/** On the days `first` to `last`, in a few zones: the last digit of one of them is below a millisecond. */
function dateTimes(first: number, last: number): fc.Arbitrary<Dated> {
  return fc
    .tuple(fc.integer({ min: first, max: last }), fc.constantFrom(...TIMES), fc.constantFrom(...ZONES))
    .map(([offset, [time, ms], [zone, minutes]]) => {
      const at = FIRST_DAY + offset * DAY_MS + ms - minutes * MINUTE_MS
      return { text: `${day(offset).text}T${time}${zone}`, bounds: { earliest: at, latest: at } }
    })
}

const occurredDates = fc.oneof(
  { weight: 4, arbitrary: days },
  { weight: 3, arbitrary: dateTimes(0, 5) },
  { weight: 2, arbitrary: months },
  { weight: 1, arbitrary: named },
  { weight: 1, arbitrary: qualified },
  { weight: 1, arbitrary: closedSets },
  { weight: 1, arbitrary: openSets },
)

/** Now and then the very instant at which a month begins, and a day. */
const reportDates = fc.oneof(
  { weight: 4, arbitrary: reportDays },
  { weight: 1, arbitrary: dateTimes(0, 3) },
  { weight: 1, arbitrary: fc.constant(instant(Date.UTC(2025, 3, 1))) },
)

// Logs

/** What one call of `append` takes, and the time at which it does. */
export type TestCommit = { readonly at: number; readonly inputs: readonly TestInput[] }

/** A log as its commits, and what the oracle knows of its events. */
export type TestLog = { readonly commits: readonly TestCommit[]; readonly events: readonly KnownEvent[] }

const EVENTS_MAX = 14
/** Languages differ on their order, and on how the second one is written small. */
const SUBJECTS = ['i', 'I', 'ä'] as const
const SOURCES = ['s', 'w'] as const

/** A type and its data as they are given, and what the schema makes of the data. */
const contents = fc.oneof(
  fc.constantFrom('b', 'x').map((by) => ({ given: { type: 'opened' as const, data: { by } }, data: { by } })),
  fc
    .integer({ min: 0, max: 4 })
    .map((score) => ({ given: { type: 'rated' as const, data: { score } }, data: { score, high: score > 2, marks: [{ score }] } })),
  fc
    .array(fc.constantFrom('i', 'x', 'constructor'), { maxLength: 2 })
    .map((tags) => ({ given: { type: 'tagged' as const, data: { tags } }, data: { tags } })),
  fc.constant({ given: { type: 'cleared' as const }, data: undefined }),
  fc.constant({ why: { b: 1, a: [null] }, by: 'x' }).map((data) => ({ given: { type: 'cleared' as const, data }, data })),
)

const drawnEvents = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('fresh') },
    { weight: 2, arbitrary: fc.constant('superseding') },
    { weight: 1, arbitrary: fc.constant('retracting') },
  ),
  target: fc.nat({ max: 5 }),
  subject: fc.constantFrom(...SUBJECTS),
  content: contents,
  occurred: occurredDates,
  sameDate: fc.boolean(),
})

type DrawnEvent = typeof drawnEvents extends fc.Arbitrary<infer T> ? T : never

type DrawnReport = { readonly source: string | undefined; readonly reported: Dated | undefined; readonly events: readonly DrawnEvent[] }

function drawnReports(reported: fc.Arbitrary<Dated | undefined>): fc.Arbitrary<DrawnReport> {
  const source = fc.option(fc.constantFrom(...SOURCES), { nil: undefined, freq: 4 })
  return fc.record({ source, reported, events: fc.array(drawnEvents, { minLength: 1, maxLength: 3 }) })
}

const STEPS_MS = [0, 1, HOUR_MS, 9 * HOUR_MS, DAY_MS, -HOUR_MS] as const

type DrawnCommit = { readonly stepMs: number; readonly reports: readonly DrawnReport[] }

function drawnCommits(reported: fc.Arbitrary<Dated | undefined>, steps: readonly number[]): fc.Arbitrary<DrawnCommit[]> {
  const reports = fc.array(drawnReports(reported), { minLength: 1, maxLength: 2 })
  return fc.array(fc.record({ stepMs: fc.constantFrom(...steps), reports }), { maxLength: 5, size: 'max' })
}

/** Logs whose reports mostly say when they were made public, appended by a clock that mostly advances. */
export const logs: fc.Arbitrary<TestLog> = drawnCommits(fc.option(reportDates, { nil: undefined, freq: 6 }), STEPS_MS).map(toLog)

/** Logs whose reports all say when they were made public. */
export const reportedLogs: fc.Arbitrary<TestLog> = drawnCommits(reportDates, STEPS_MS).map(toLog)

/** Logs that are appended at one instant. */
export const instantLogs: fc.Arbitrary<TestLog> = drawnCommits(fc.option(reportDates, { nil: undefined, freq: 6 }), [0]).map(toLog)

/** An event as the oracle knows it and as it is appended. */
type Told = { readonly known: KnownEvent; readonly input: TestInput }

function toLog(drawn: readonly DrawnCommit[]): TestLog {
  const told: Told[] = []
  let at = CLOCK_START
  let appended = -Infinity
  const commits = drawn.map(({ stepMs, reports }) => {
    at += stepMs
    appended = Math.max(appended, at)
    const first = told.length
    for (const report of reports) tell(told, report, instant(appended))
    return { at, inputs: told.slice(first).map(({ input }) => input) }
  })
  return { commits: commits.filter(({ inputs }) => inputs.length > 0), events: told.map(({ known }) => known) }
}

/** Adds a report's events; where it does not say when it was made public, it was when it is appended. */
function tell(told: Told[], report: DrawnReport, appended: Dated): void {
  let before: Dated | undefined
  for (const event of report.events.slice(0, EVENTS_MAX - told.length)) {
    before = event.sameDate && before !== undefined ? before : event.occurred
    told.push(toTold(told, { ...event, occurred: before }, report, appended))
  }
}

function toTold(told: readonly Told[], event: DrawnEvent, { source, reported }: DrawnReport, appended: Dated): Told {
  const position = told.length + 1
  const target =
    event.kind === 'fresh'
      ? undefined
      : targetOf(
          told.map(({ known }) => known),
          event.target,
        )
  const shared = { id: `e${position}`, subject: event.subject, ...(source && { source }), ...(target && { supersedes: target.id }) }
  const { text: reportedAt, bounds } = reported ?? appended
  const known = { ...shared, position, reportedAt, reported: bounds }
  const input = { ...shared, ...(reported && { reportedAt }) }
  if (event.kind === 'retracting' && target) {
    return { known: { ...known, type: 'retracted' }, input: { ...input, type: 'retracted', supersedes: target.id } }
  }
  const { given, data } = event.content
  const { text: occurredAt, bounds: occurred } = event.occurred
  return {
    known: { ...known, type: given.type, occurredAt, occurred, ...(data && { data }) },
    input: { ...input, ...given, occurredAt },
  }
}

/** One of the events that can still be superseded, counted from the last. */
function targetOf(known: readonly KnownEvent[], index: number): KnownEvent | undefined {
  const superseded = new Set(known.map(({ supersedes }) => supersedes))
  const candidates = known.filter(({ id, type }) => type !== 'retracted' && !superseded.has(id)).toReversed()
  return candidates[index % candidates.length]
}

// Questions

/** A question as it is asked, and as the oracle understands it. `earliest` is the first millisecond of its date. */
export type Question = {
  readonly date: string | number | Date
  readonly earliest: number
  readonly options: { readonly reported?: string | number; readonly position?: number; readonly imprecise?: Query['imprecise'] }
  readonly query: Query
}

const drawnBorders = fc.record({
  pick: fc.nat({ max: 99 }),
  nudgeMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
  form: fc.constantFrom('ms', 'instant', 'day', 'month'),
})

type DrawnBorder = typeof drawnBorders extends fc.Arbitrary<infer T> ? T : never

const drawnQuestions = fc.record({
  date: drawnBorders,
  asDate: fc.boolean(),
  reported: fc.option(drawnBorders, { nil: undefined, freq: 2 }),
  position: fc.option(fc.nat({ max: EVENTS_MAX }), { nil: undefined, freq: 2 }),
  imprecise: fc.constantFrom(undefined, 'latest', 'earliest'),
})

type DrawnQuestion = typeof drawnQuestions extends fc.Arbitrary<infer T> ? T : never

/** Logs with a few questions each, which mostly hit the edge of some event's date. */
export function asked(
  log: fc.Arbitrary<TestLog>,
  count: number,
): fc.Arbitrary<{ readonly log: TestLog; readonly questions: readonly Question[] }> {
  const drawn = fc.array(drawnQuestions, { minLength: count, maxLength: count, size: 'max' })
  return fc
    .tuple(log, drawn)
    .map(([told, questions]) => ({ log: told, questions: questions.map((question) => toQuestion(told.events, question)) }))
}

function toQuestion(known: readonly KnownEvent[], drawn: DrawnQuestion): Question {
  const edges = edgesOf(known)
  const date = border(edges, drawn.date)
  const reported = drawn.reported && border(edges, drawn.reported)
  const position = drawn.position === undefined ? undefined : drawn.position % (known.length + 1)
  const { imprecise } = drawn
  return {
    date: drawn.asDate ? new Date(date.latest) : date.asked,
    earliest: drawn.asDate ? date.latest : date.earliest,
    options: {
      ...(reported && { reported: reported.asked }),
      ...(position !== undefined && { position }),
      ...(imprecise && { imprecise }),
    },
    query: {
      date: date.latest,
      reported: reported?.latest ?? Infinity,
      position: position ?? known.length,
      imprecise: imprecise ?? 'latest',
    },
  }
}

/** The instants at which some event's date begins or ends, each once, and one more. */
export function edgesOf(known: readonly KnownEvent[]): number[] {
  const edges = known.flatMap((event) => [event.reported, ...(isOccurrence(event) ? [event.occurred, cappedPeriod(event)] : [])])
  return [...new Set([FIRST_DAY, ...edges.flatMap(({ earliest, latest }) => [latest, earliest])])].filter(Number.isFinite)
}

/** A date at or just beside one of the edges: as it is asked, and what it stands for. */
function border(edges: readonly number[], { pick, nudgeMs, form }: DrawnBorder): Bounds & { readonly asked: string | number } {
  const ms = (edges[pick % edges.length] ?? FIRST_DAY) + nudgeMs
  const text = instantText(ms)
  if (form === 'ms') return { asked: ms, earliest: ms, latest: ms }
  if (form === 'instant') return { asked: text, earliest: ms, latest: ms }
  if (form === 'day')
    return { asked: text.slice(0, 10), earliest: Math.floor(ms / DAY_MS) * DAY_MS, latest: Math.floor(ms / DAY_MS) * DAY_MS + DAY_MS - 1 }
  const [year, index] = [new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth()]
  return { asked: text.slice(0, 7), earliest: Date.UTC(year, index), latest: Date.UTC(year, index + 1) - 1 }
}
