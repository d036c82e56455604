import { canonical } from '../canonical.js'
import { type ErrorCode, TimelineError } from '../error.js'
import { type Given, toGiven } from '../event.js'
import { type Json, isPlainObject } from '../json.js'
import type { Admitted } from '../ledger.js'
import { sha256 } from '../sha256.js'
import { type Line, type Source, readLines } from './lines.js'
import { Order, type Readable } from './order.js'

/** A line that was not taken in: its number (its element's, in an array), why, and its first 200 characters. */
export type Rejected = { readonly line: number; readonly code: ErrorCode; readonly message: string; readonly text: string }

/** What became of a source's lines. */
export type Ingested = { readonly appended: number; readonly duplicates: number; readonly rejected: readonly Rejected[] }

/** How far ingestion has come, in lines. */
export type Progress = { readonly lines: number; readonly appended: number; readonly duplicates: number; readonly rejected: number }

const BATCH_LINES = 1000
const TEXT_CHARS_MAX = 200

/** The codes that are a line's own fault; any other ends the ingestion. */
const LINE_FAULTS: readonly ErrorCode[] = [
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
type Target = { readonly take: (given: Given) => Promise<Admitted>; readonly isThere: (id: string) => boolean }
type Refused = { readonly line: number; readonly text: string; readonly error: TimelineError }

/**
 * Takes in a source's lines, each on its own. A line that supersedes an event further down is taken after it;
 * a line that is refused is reported and neither stops nor loses its neighbours.
 */
export async function ingest(source: Source, { take, isThere }: Target, onProgress?: (progress: Progress) => void): Promise<Ingested> {
  const count = { lines: 0, appended: 0, duplicates: 0 }
  const refused: Refused[] = []

  const takeLine = async ({ line, text, given }: Readable): Promise<void> => {
    try {
      const { fresh } = await take(given)
      count[fresh.length > 0 ? 'appended' : 'duplicates'] += 1
    } catch (error) {
      refused.push({ line, text, error: lineFault(error, given.id) })
    }
  }

  const order = new Order(isThere)
  for await (const batch of batches(readLines(source))) {
    const readable = batch.flatMap((line) => toReadable(line, refused))
    await Promise.all(readable.flatMap((line) => order.next(line)).map(takeLine))
    count.lines += batch.length
    onProgress?.({ ...count, rejected: refused.length })
  }
  const rest = order.rest()
  await Promise.all(rest.map(takeLine))
  if (rest.length > 0) onProgress?.({ ...count, rejected: refused.length })
  return {
    appended: count.appended,
    duplicates: count.duplicates,
    rejected: refused.map(report).toSorted((one, other) => one.line - other.line),
  }
}

async function* batches(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < BATCH_LINES) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** A line's event, or none where it is refused; `position` and `appendedAt` belong to the log that stamps them. */
function toReadable(line: Line, refused: Refused[]): Readable[] {
  try {
    if ('error' in line) throw line.error
    return [{ line: line.line, text: line.text, given: toGiven(withoutStamps(line.input), contentId) }]
  } catch (error) {
    refused.push({ line: line.line, text: line.text, error: lineFault(error) })
    return []
  }
}

function withoutStamps(input: unknown): unknown {
  if (!isPlainObject(input)) return input
  const { position: _position, appendedAt: _appendedAt, ...rest } = input
  return rest
}

/** The error, where it is the line's own fault and not that of an event in the log. */
function lineFault(error: unknown, id?: string): TimelineError {
  if (error instanceof TimelineError && LINE_FAULTS.includes(error.code) && (error.details.id ?? id) === id) return error
  throw error
}

/** 128 bits of a hash of the canonical JSON: the same line always gets the same id. */
function contentId(content: Json): string {
  return sha256(canonical(content)).slice(0, 32)
}

function report({ line, text, error }: Refused): Rejected {
  return { line, code: error.code, message: error.message, text: text.slice(0, TEXT_CHARS_MAX) }
}
