import { canonical, sha256 } from '../canonical.js'
import { type ErrorCode, TimelineError } from '../error.js'
import { type Given, toGiven } from '../event.js'
import { type Json, isPlainObject } from '../json.js'
import type { Admitted } from '../ledger.js'
import { type Line, type Source, readLines } from './lines.js'

/** A line that was not taken in: its number (its element's, in an array), why, and its first 200 characters. */
export type Rejected = { readonly line: number; readonly code: ErrorCode; readonly message: string; readonly text: string }

/** What became of a source's lines. */
export type Ingested = { readonly appended: number; readonly duplicates: number; readonly rejected: readonly Rejected[] }

/** How far ingestion has come, in lines. */
export type Progress = { readonly lines: number; readonly appended: number; readonly duplicates: number; readonly rejected: number }

const BATCH_LINES = 1000
const TEXT_CHARS_MAX = 200

/** The codes that are a line's own fault; any other ends the ingestion. */
const LINE_FAULTS: readonly ErrorCode[] = ['INVALID_EVENT', 'INVALID_DATE', 'UNKNOWN_TYPE', 'UNKNOWN_EVENT', 'ALREADY_SUPERSEDED', 'DUPLICATE_ID', 'REPORTED_IN_FUTURE', 'UNSAFE_VALUE', 'TOO_LARGE']

type Refused = { readonly line: Line; readonly error: TimelineError }

/**
 * Takes in a source's lines, each on its own, through `take`. A line that supersedes an event further down waits for it;
 * a line that is refused is reported and neither stops nor loses its neighbours.
 */
export async function ingest(source: Source, take: (given: Given) => Promise<Admitted>, onProgress?: (progress: Progress) => void): Promise<Ingested> {
  const count = { lines: 0, appended: 0, duplicates: 0 }
  const refused: Refused[] = []
  const waiting = new Map<string, Refused[]>() // by the id of the event that they supersede

  /** Takes a line; returns those that waited for its event. */
  const takeLine = async (line: Line): Promise<Line[]> => {
    try {
      const { entries, fresh } = await take(toInput(line))
      count[fresh.length > 0 ? 'appended' : 'duplicates'] += 1
      const { id } = entries[0]!.event
      const released = waiting.get(id) ?? []
      waiting.delete(id)
      return released.map((one) => one.line)
    } catch (error) {
      if (!(error instanceof TimelineError) || !LINE_FAULTS.includes(error.code)) throw error
      if (error.code === 'UNKNOWN_EVENT') append(waiting, String(error.details.supersedes), { line, error })
      else refused.push({ line, error })
      return []
    }
  }

  for await (const batch of batches(readLines(source))) {
    for (let lines = batch; lines.length > 0; ) lines = (await Promise.all(lines.map(takeLine))).flat()
    count.lines += batch.length
    onProgress?.({ ...count, rejected: refused.length })
  }
  refused.push(...[...waiting.values()].flat())
  return { appended: count.appended, duplicates: count.duplicates, rejected: refused.map(report).sort((one, other) => one.line - other.line) }
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

/** A line's event; `position` and `appendedAt` belong to the log that stamps them. Without an id it gets one from its content. */
function toInput(line: Line): Given {
  if ('error' in line) throw line.error
  if (!isPlainObject(line.input)) return toGiven(line.input, contentId)
  const { position: _position, appendedAt: _appendedAt, ...input } = line.input
  return toGiven(input, contentId)
}

/** 128 bits of a hash of the canonical JSON: the same line always gets the same id. */
function contentId(content: Json): string {
  return sha256(canonical(content)).slice(0, 32)
}

function report({ line, error }: Refused): Rejected {
  return { line: line.line, code: error.code, message: error.message, text: line.text.slice(0, TEXT_CHARS_MAX) }
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}
