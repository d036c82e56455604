import type { Catalog } from './catalog.js'
import { TimelineError } from './error.js'
import { type Given, type Read, toEntry } from './event.js'
import { freezeJson, isPlainObject } from './json.js'
import { type EventTexts, type Seal, type Sealed, beginsRecord, sealRecord, unsealRecord } from './log/record.js'

/**
 * Where a commit stands in its log: its record's number, its first event's position, when it was appended, the hash of
 * the record before.
 */
export type Place = { readonly seq: number; readonly position: number; readonly appendedAt: string; readonly previous: string }

/** The events of one append, with the hash that the next commit names, and how many bytes its record has. */
export type Commit = Place & Seal & { readonly events: readonly Given[] }

/**
 * A commit's record. Its hash is the SHA-256 of the UTF-8 bytes before `,"hash":`, and includes the hash before it: the
 * records form a chain over their exact bytes.
 */
export function encodeCommit(place: Place, events: EventTexts): Sealed {
  const { seq, position, appendedAt, previous } = place
  const head = JSON.stringify({ seq, position, appendedAt, previous }).slice(0, -1)
  return sealRecord(`${head},"events":[`, events)
}

/**
 * Reads a record and checks that it continues the chain: hash, number, position, time. Throws `LOG_CORRUPT` with the
 * record and its byte offset.
 */
export function decodeCommit(record: string, expected: Place, offset: number): Commit {
  const seal = unsealRecord(record)
  if (!beginsRecord(record)) throw corrupt('is no record')
  if (seal === undefined) throw corrupt('does not match its hash')
  const commit = parseObject(record)
  if (commit === undefined || !Array.isArray(commit.events) || commit.events.length === 0 || !commit.events.every(isEvent))
    throw corrupt('is not a commit')
  if (commit.seq !== expected.seq) throw corrupt(`is numbered ${String(commit.seq)}`)
  if (commit.previous !== expected.previous) throw corrupt('does not continue the record before it')
  if (commit.position !== expected.position) throw corrupt(`begins at position ${String(commit.position)}, not ${expected.position}`)
  if (typeof commit.appendedAt !== 'string' || commit.appendedAt < expected.appendedAt)
    throw corrupt('was appended before the record before it')
  const { seq, position, previous } = expected
  const { appendedAt, events } = commit
  const { hash, bytes } = seal
  return { seq, position, appendedAt, previous, events, hash, bytes } // spreading takes longer than hashing

  function corrupt(what: string): TimelineError {
    return new TimelineError(
      'LOG_CORRUPT',
      {
        arrived: `Record ${expected.seq}, at byte ${offset}, ${what}`,
        expected: 'an unbroken chain of commits',
        remedy: 'Restore the log from a copy; nothing after this record can be trusted',
      },
      { record: expected.seq, offset },
    )
  }
}

/**
 * Reads stored events. Each may throw `INVALID_DATE`, `INVALID_EVENT` where the catalog refuses the data, and
 * `INVALID_ARGUMENT` where a schema is asynchronous, all with its id and position among the details.
 */
export function readerOf(catalog: Catalog | undefined): Read {
  return (given, position, stamp) => {
    try {
      freezeJson(given.data)
      return toEntry(given, stamp, catalog, false)
    } catch (error) {
      throw ofStored(error, given.id, position)
    }
  }
}

function ofStored(error: unknown, id: string, position: number): TimelineError {
  if (error instanceof TimelineError) return Object.assign(error, { details: { ...error.details, id, position } })
  return new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got an event (${id}) at position ${position} that cannot be read: ${String(error)}`,
      expected: 'an event as append writes it',
      remedy: 'See who wrote it, and restore the log from a copy',
    },
    { id, position },
    error,
  )
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is Given {
  return isPlainObject(value) && typeof value.id === 'string' && typeof value.type === 'string' && typeof value.subject === 'string'
}
