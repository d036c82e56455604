import { sha256 } from './canonical.js'
import { TimelineError } from './error.js'
import type { Given } from './event.js'
import { isPlainObject } from './json.js'

/**
 * Where a commit stands in its log: its record's number, its first event's position, when it was appended, the hash of
 * the record before.
 */
export type Place = { readonly seq: number; readonly position: number; readonly appendedAt: string; readonly previous: string }

/** The events of one append, with the hash that the next commit names. */
export type Commit = Place & { readonly events: readonly Given[]; readonly hash: string }

const HASH = /,"hash":"([0-9a-f]{64})"\}$/

/**
 * The text of a commit's record, of events given as JSON texts. Its hash is the SHA-256 of the UTF-8 bytes
 * before `,"hash":`, and includes the hash before it: the records form a chain over their exact bytes.
 */
export function encodeCommit(place: Place, events: readonly string[]): { readonly record: string; readonly hash: string } {
  const { seq, position, appendedAt, previous } = place
  const head = JSON.stringify({ seq, position, appendedAt, previous }).slice(0, -1)
  const body = `${head},"events":[${events.join()}]`
  const hash = sha256(body)
  return { record: `${body},"hash":"${hash}"}`, hash }
}

/**
 * Reads a record and checks that it continues the chain: hash, number, position, time. Throws `LOG_CORRUPT` with the
 * record and its byte offset.
 */
export function decodeCommit(record: string, expected: Place, offset: number): Commit {
  const hash = HASH.exec(record)?.[1]
  const body = record.slice(0, -(',"hash":""}'.length + 64))
  if (hash === undefined || sha256(body) !== hash) throw corrupt('does not match its hash')
  const commit = parseObject(`${body}}`)
  if (commit === undefined || !Array.isArray(commit.events) || commit.events.length === 0 || !commit.events.every(isEvent))
    throw corrupt('is not a commit')
  if (commit.seq !== expected.seq) throw corrupt(`is numbered ${String(commit.seq)}`)
  if (commit.previous !== expected.previous) throw corrupt('does not continue the record before it')
  if (commit.position !== expected.position) throw corrupt(`begins at position ${String(commit.position)}, not ${expected.position}`)
  if (typeof commit.appendedAt !== 'string' || commit.appendedAt < expected.appendedAt)
    throw corrupt('was appended before the record before it')
  return { ...expected, appendedAt: commit.appendedAt, events: commit.events, hash }

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

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is Given {
  return isPlainObject(value) && [value.id, value.type, value.subject].every((text) => typeof text === 'string')
}
