import type { z } from 'zod'
import { didYouMean } from './argument.js'
import { endOfDay } from './calendar.js'
import { type AnyCatalog, type Catalog, RETRACTED, parseData, schemaFailed } from './catalog.js'
import { TimelineError, quote } from './error.js'
import { freezeDeep } from './freeze.js'
import { type Json, freezeJson, isPlainObject, isSameJson, toJson, unsafe } from './json.js'
import { type Period, checkLength, parsePlain, parseWhen } from './when.js'

type Envelope = {
  readonly position: number
  readonly id: string
  readonly subject: string
  readonly reportedAt: string
  readonly appendedAt: string
  readonly source?: string
  readonly supersedes?: string
}

/** An event out of the log, deeply frozen. `event.type` narrows `event.data`. */
export type TimelineEvent<C extends Catalog = AnyCatalog, T extends keyof C & string = keyof C & string> = {
  [K in T]: Envelope & { readonly type: K; readonly occurredAt: string; readonly data: z.output<C[K]> }
}[T]

/** A retraction out of the log: it withdraws the event it supersedes, and never counts itself. */
export type Retraction = Envelope & {
  readonly type: typeof RETRACTED
  readonly supersedes: string
  readonly occurredAt?: never
  readonly data?: unknown
}

export type Optional<Fields> = { readonly [F in keyof Fields]?: Fields[F] | undefined }
type InputEnvelope = { readonly subject: string } & Optional<{ id: string; reportedAt: string; source: string; supersedes: string }>
type InputData<D> = undefined extends D ? { readonly data?: D } : { readonly data: D }

/** An event to append. */
export type EventInput<C extends Catalog = AnyCatalog> =
  | { [T in keyof C & string]: InputEnvelope & { readonly type: T; readonly occurredAt: string } & InputData<z.input<C[T]>> }[keyof C &
      string]
  | (InputEnvelope & { readonly type: typeof RETRACTED; readonly supersedes: string; readonly occurredAt?: never; readonly data?: unknown })

/** An event as it was given: what a record keeps of it, safe as JSON, its id settled. Nobody outside sees its data before it is frozen. */
export type Given = {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly occurredAt?: string
  readonly reportedAt?: string
  readonly source?: string
  readonly data?: Json
  readonly supersedes?: string
}

/** When an event happened and became known, in milliseconds UTC. */
type Dates = {
  /** The first instant at which it may have happened. */
  readonly earliest: number
  /** The last one; what was reported as having begun was over by the end of the day of the report. */
  readonly latest: number
  /** The instant from which it counts as reported. */
  readonly reported: number
}

/** A given event, read: its dates worked out, its data parsed. */
export type Entry = Dates & {
  readonly given: Given
  /** What the catalog made of its data, frozen; the data itself, where that is the same. */
  readonly data: unknown
  readonly stamp: Stamp
}

/** An event in a timeline, with its dates. */
export type Dated = Dates & { readonly event: TimelineEvent }

/** Reads an event that is to be appended. */
export type ReadFresh = (given: Given) => Entry

/** Reads the event that is given at a position. */
export type Read = (given: Given, position: number, stamp: Stamp) => Entry

/** When events are taken in. `reported` stands in where an event does not say when it was reported. */
export type Stamp = {
  readonly appendedAt: string
  readonly reported: { readonly text: string; readonly ms: number }
}

/** When a retraction occurs. */
const NEVER: Period = { earliest: -Infinity, latest: -Infinity }

type Content = { readonly [field: string]: Json }

const OPTIONAL_TEXTS = ['id', 'occurredAt', 'reportedAt', 'source', 'supersedes'] as const
const FIELDS = ['id', 'type', 'subject', 'occurredAt', 'reportedAt', 'source', 'data', 'supersedes'] as const

/**
 * Checks an input's envelope and copies it; `newId` makes the id where there is none. One that `readJson` made, which
 * nobody else holds, is not copied. Throws `INVALID_EVENT`, `UNSAFE_VALUE`.
 */
export function toGiven(input: unknown, newId: (content: Json) => string, isRead = false): Given {
  if (!isPlainObject(input))
    throw invalidEvent(`Got ${quote(input)}`, 'an event: an object with `type`, `subject` and `occurredAt`', 'Append an object')
  for (const key in input) if (!isField(key) && Object.hasOwn(input, key)) throw unknownField(key)
  const content = isRead ? (input as Content) : copyOf(input)
  checkText('type', content.type)
  checkText('subject', content.subject)
  for (const field of OPTIONAL_TEXTS) if (content[field] !== undefined) checkText(field, content[field])
  checkKind(content)
  return (content.id === undefined ? { id: newId(content), ...content } : content) as Given
}

function isField(key: string): boolean {
  return (FIELDS as readonly string[]).includes(key)
}

function copyOf(input: Record<string, unknown>): Content {
  const fields = FIELDS.filter((field) => input[field] !== undefined)
  const content = Object.fromEntries(fields.map((field) => [field, toJson(input[field], field)]))
  return Object.freeze(content)
}

/**
 * Works out an event's dates, and has the catalog parse its data. Without `strict`, a type that the catalog does not know
 * is kept unchecked. Throws `INVALID_DATE`, `INVALID_EVENT`, `UNKNOWN_TYPE`.
 */
export function toEntry(given: Given, stamp: Stamp, catalog: Catalog | undefined, strict: boolean): Entry {
  const { reportedAt, occurredAt } = given
  if (strict) for (const date of [reportedAt, occurredAt]) if (date !== undefined) checkLength(date)
  const reported = reportedAt === undefined ? stamp.reported.ms : parsePlain(reportedAt).latest
  if (catalog !== undefined) freezeJson(given.data) // a schema could change it
  const data = parseData(catalog, given, strict)
  const { earliest, latest } = occurredAt === undefined ? NEVER : parseWhen(occurredAt)
  return {
    given,
    data: settled(data, given),
    stamp,
    earliest,
    latest: earliest <= reported ? Math.min(latest, endOfDay(reported)) : latest,
    reported,
  }
}

/** What a schema made of an event's data, frozen; the data itself, where that is the same, as most schemas only check. Throws `INVALID_EVENT` where it cannot be gone through. */
function settled(data: unknown, given: Given): unknown {
  try {
    return isSameJson(data, given.data) ? given.data : freezeDeep(data)
  } catch (cause) {
    throw schemaFailed(given, cause)
  }
}

/** Whether the catalog left the data as it was given. */
export function isAsGiven({ given, data }: Entry): boolean {
  return Object.is(data, given.data)
}

/** Reads an event that the catalog left as it was given: the same comes of it. */
export function readAsGiven(given: Given, _position: number, stamp: Stamp): Entry {
  return toEntry(given, stamp, undefined, false)
}

/** The event that an entry becomes at a position. */
export function toDated({ given, data, stamp, earliest, latest, reported }: Entry, position: number): Dated {
  freezeJson(given.data)
  return { event: toEvent(given, position, stamp, data), earliest, latest, reported }
}

/** What is given, at a position and stamped. Field by field: spreading what differs in its fields would take three times as long. */
export function toEvent(given: Given, position: number, stamp: Stamp, data: unknown): TimelineEvent {
  const { id, type, subject, occurredAt, source, supersedes } = given
  const reportedAt = given.reportedAt ?? stamp.reported.text
  const event: Record<string, unknown> =
    occurredAt === undefined ? { position, id, type, subject, reportedAt } : { position, id, type, subject, occurredAt, reportedAt }
  if (source !== undefined) event.source = source
  if (supersedes !== undefined) event.supersedes = supersedes
  event.appendedAt = stamp.appendedAt
  if (data !== undefined) event.data = data
  return Object.freeze(event) as TimelineEvent
}

/** Where an event does not say when it was reported, it is when it was appended. */
export function stampOf(appendedAt: string): Stamp {
  return { appendedAt, reported: { text: appendedAt, ms: Date.parse(appendedAt) } }
}

function checkText(field: string, text: unknown): void {
  if (typeof text === 'string' && text !== '') return
  const isRequired = field === 'type' || field === 'subject' || field === 'occurredAt'
  throw invalidEvent(
    `Got ${text === undefined ? 'no' : quote(text) + ' as'} \`${field}\``,
    'text that is not empty',
    `Give \`${field}\` as text${isRequired ? '' : ', or leave it out'}`,
  )
}

function checkKind(input: Record<string, unknown>): void {
  if (input.type === '__proto__')
    throw new TimelineError('UNSAFE_VALUE', { arrived: 'Got the type "__proto__"', expected: 'another name', remedy: 'Rename the type' })
  if (input.type === RETRACTED) {
    if (input.supersedes === undefined)
      throw invalidEvent('Got a retraction without `supersedes`', 'the id of the event that it withdraws', 'Name that id in `supersedes`')
    if (input.occurredAt !== undefined)
      throw invalidEvent(
        'Got a retraction with `occurredAt`',
        'none, since a retraction only withdraws',
        'Leave `occurredAt` out; `reportedAt` says when it was withdrawn',
      )
  } else if (input.occurredAt === undefined) {
    throw invalidEvent(
      'Got no `occurredAt`',
      'when it happened, as a date',
      'Give `occurredAt`, as imprecisely as it is known: "2025", "[..2025-04]"',
    )
  }
}

function unknownField(field: string): TimelineError {
  if (field === '__proto__') return unsafe({ outer: undefined, name: 'the event' }, 'a key "__proto__"', 'another name', 'Rename the key')
  const isStamp = field === 'position' || field === 'appendedAt'
  const remedy = isStamp ? 'Leave it out: the log stamps it' : `${didYouMean(field, FIELDS)}Put what is your own into \`data\``
  return invalidEvent(`Got the field ${quote(field)}`, `no other fields than ${FIELDS.join(', ')}`, remedy)
}

function invalidEvent(arrived: string, expected: string, remedy: string, details: Record<string, unknown> = {}): TimelineError {
  return new TimelineError('INVALID_EVENT', { arrived, expected, remedy }, details)
}
