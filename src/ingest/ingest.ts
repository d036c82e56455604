import { setImmediate } from 'node:timers/promises'
import { canonical } from '../canonical.js'
import { canonicalJson } from '../canonical-json.js'
import type { Outcome, Lone } from '../call.js'
import { type ErrorCode, TimelineError } from '../error.js'
import { type Given, toGiven } from '../event.js'
import type { Json } from '../json.js'
import { memberOf } from '../json-text.js'
import { sha256 } from '../sha256.js'
import { fromCloudEvent, isCloudEvent } from './cloudevents.js'
import { type Line, type Raw, copied, readLine, startOf } from './line.js'
import { Order, type Readable } from './order.js'
import { piecesOf } from './pieces.js'
import type { Source } from './source.js'

/** A line that was not taken in: its number (its element's, in an array), why, and its first 200 characters. */
export type Rejected = { readonly line: number; readonly code: ErrorCode; readonly message: string; readonly text: string }

/** What became of a source's lines. */
export type Ingested = { readonly appended: number; readonly duplicates: number; readonly rejected: readonly Rejected[] }

/** How far ingestion has come, in lines. */
export type Progress = { readonly lines: number; readonly appended: number; readonly duplicates: number; readonly rejected: number }

/** Who is told how far ingestion has come, and of each line as it is refused, with its whole text as it came. */
export type IngestListeners = {
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly onRejected?: ((rejected: Rejected, raw: string | Uint8Array) => void) | undefined
}

/**
 * How many lines are taken together, and how many bytes at most. That much is being written while as much is read: it is
 * all that is held of a source, beside lines that wait for what they supersede.
 */
const BATCH_LINES = 1000
const BATCH_BYTES = 4_000_000

/**
 * How many lines may be refused, and how many characters said of them, before the source is, at the end of what is taken
 * together: they are all held, and a small zipped file may have billions.
 */
const REFUSED_MAX = 100_000
const REFUSED_CHARS_MAX = 20_000_000

/** How many are read at a time, while those before them are being written. */
const TURN_LINES = 100

/** A longer line may be one that was made to be slow. */
const LONG_CHARS = 10_000

/** A line that is no event, and why. */
type Unreadable = Raw & { readonly error: TimelineError }

/** The codes that are a line's own fault; any other ends the ingestion. */
export const LINE_FAULTS: readonly ErrorCode[] = [
  'INVALID_EVENT',
  'INVALID_DATE',
  'UNKNOWN_TYPE',
  'UNKNOWN_EVENT',
  'ALREADY_SUPERSEDED',
  'DUPLICATE_ID',
  'REPORTED_IN_FUTURE',
  'UNSAFE_VALUE',
  'TOO_LARGE',
]

/** Where events are taken to. */
type Target = {
  /** Takes each on its own; resolves with what became of each. */
  readonly take: (lones: readonly Lone[]) => Promise<readonly Outcome[]>
  readonly isThere: (id: string) => boolean
}

/**
 * Takes in a source's lines, each on its own. A line that supersedes an event further down is taken after it;
 * a line that is refused is reported and neither stops nor loses its neighbours.
 */
export async function ingest(source: Source, { take, isThere }: Target, listeners: IngestListeners = {}): Promise<Ingested> {
  const count = { lines: 0, appended: 0, duplicates: 0 }
  const rejected: Rejected[] = []
  const order = new Order(isThere)

  let chars = 0
  const refuse = ({ line, raw }: Raw, { code, message }: TimelineError): void => {
    const refused = { line, code, message: copied(message), text: startOf(raw) }
    rejected.push(refused)
    chars += refused.message.length + refused.text.length
    listeners.onRejected?.(refused, typeof raw === 'string' ? copied(raw) : raw) // which it may keep
  }
  const takeAll = async (lines: readonly Readable[]): Promise<void> => {
    const outcomes = await take(lines)
    outcomes.forEach((outcome, index) => {
      const { given } = lines[index]!
      if ('error' in outcome) {
        refuse(lines[index]!, lineFault(outcome.error, given.id))
        order.refuse(given.id)
      } else count[outcome.admitted.fresh.length > 0 ? 'appended' : 'duplicates'] += 1
    })
    const progress = { ...count, rejected: rejected.length }
    listeners.onProgress?.(progress)
    if (rejected.length > REFUSED_MAX || chars > REFUSED_CHARS_MAX) throw tooManyRefused(progress)
  }
  const takeBatch = async (batch: readonly (Readable | Unreadable)[]): Promise<void> => {
    count.lines += batch.length
    const ready: Readable[] = []
    for (const line of batch) {
      if ('error' in line) refuse(line, line.error)
      else for (const next of order.next(line)) ready.push(next)
    }
    await takeAll(ready)
    order.settle()
  }

  const reading = batches(source)
  let taking = Promise.resolve()
  try {
    for (;;) {
      const [next] = await Promise.all([reading.next(), taking]) // fails with the first that does, however long the other takes
      if (next.done === true) break
      taking = takeBatch(next.value)
    }
  } catch (error) {
    reading.return(undefined).catch(() => {}) // once it gives way
    await taking.catch(() => {})
    throw error
  }
  const rest = order.rest()
  if (rest.length > 0) await takeAll(rest)
  return {
    appended: count.appended,
    duplicates: count.duplicates,
    rejected: rejected.toSorted((one, other) => one.line - other.line),
  }
}

async function* batches(source: Source): AsyncGenerator<(Readable | Unreadable)[], undefined> {
  let batch: (Readable | Unreadable)[] = []
  let bytes = 0
  for await (const pieces of piecesOf(source)) {
    for (const piece of pieces) {
      const line = readLine(piece)
      if (line === undefined) continue
      batch.push(read(line))
      bytes += line.size
      if (batch.length % TURN_LINES === 0) await setImmediate()
      if (batch.length < BATCH_LINES && bytes < BATCH_BYTES) continue
      yield batch
      batch = []
      bytes = 0
    }
  }
  if (batch.length > 0) yield batch
  return undefined
}

function read(line: Line): Readable | Unreadable {
  try {
    return toReadable(line)
  } catch (error) {
    return { line: line.line, raw: line.raw, error: lineFault(error) }
  }
}

/** A line's event. Throws why the line is refused. */
function toReadable(one: Line): Readable {
  if ('error' in one) throw one.error
  const { line, raw, json } = one
  const input = isCloudEvent(one.input) ? fromCloudEvent(one.input) : one.input
  const given = toGiven(input, (content) => contentId(content, json), true)
  if (input !== one.input) return { line, raw, given, text: withData(given, json) }
  return { line, raw, given, text: given === input ? json : `{"id":"${given.id}",${json.slice(1)}` } // with the id of its content
}

/** An event's JSON, with its data as they are written in the JSON of its CloudEvent. */
function withData({ data, ...rest }: Given, cloudEvent: string): string {
  const json = JSON.stringify(rest)
  return data === undefined ? json : `${json.slice(0, -1)},"data":${memberOf(cloudEvent, 'data')}}`
}

/** The error, where it is the line's own fault and not that of an event in the log. */
function lineFault(error: unknown, id?: string): TimelineError {
  if (error instanceof TimelineError && LINE_FAULTS.includes(error.code) && (error.details.id ?? id) === id) return error
  throw error
}

function tooManyRefused(progress: Progress): TimelineError {
  const { lines, rejected } = progress
  return new TimelineError(
    'TOO_LARGE',
    {
      arrived: `Got ${lines.toLocaleString('en')} lines of which ${rejected.toLocaleString('en')} are refused`,
      expected: `at most ${REFUSED_MAX.toLocaleString('en')} refused ones, of which at most ${REFUSED_CHARS_MAX.toLocaleString('en')} characters are to be said`,
      remedy: 'See whether it is the right file, and else mend it or part it',
    },
    { ...progress },
  )
}

/** 128 bits of a hash of the canonical JSON: the same line always gets the same id. A long line could be made to be slow as a value. */
function contentId(content: Json, json: string): string {
  return sha256(json.length > LONG_CHARS ? canonicalJson(json) : canonical(content)).slice(0, 32)
}
