import { TimelineError } from '../error.js'

/**
 * An append-only sequence of text records with compare-and-append: all that a store must do to hold a timeline.
 * Records are numbered 1, 2, 3 … without gaps, and have no line breaks.
 */
export interface Log {
  /**
   * Appends the record with the number `seq`, durably once it resolves. Rejects with the code `CONFLICT` when there is
   * one with that number already, and those up to it are durable. `utf8` is the same record as bytes, where these are at hand, for a log that writes
   * bytes; it may be a part of a larger buffer, and nobody changes it. A log around another that changes the record must not
   * pass it on.
   */
  append(seq: number, record: string, utf8?: Uint8Array): Promise<void>
  /** The records from `seq` on, in order, up to the present end. */
  read(from: number): AsyncIterable<string>
  /** Calls back when another writer may have appended, until the returned function is called or the log is closed. */
  watch?(onGrowth: () => void): () => void
  /** The longest record it takes, in UTF-8 bytes. */
  readonly maxRecordBytes: number
  /** Releases what the log holds. */
  close(): Promise<void>
}

/** The longest record that every log here takes, so that any can be copied to any. */
export const RECORD_BYTES_MAX = 1_000_000

/** What `append` rejects with when the next record of a log is another than `seq`. */
export function conflict(seq: number, count: number): TimelineError {
  return new TimelineError(
    'CONFLICT',
    {
      arrived: `Got record ${seq} for a log of ${count} records`,
      expected: `record ${count + 1}`,
      remedy: 'Read what was appended since, and append after it',
    },
    { record: seq },
  )
}

/** What a log rejects with where its disk has failed, and what was said to be written may not be there. */
export function unflushed(path: string, cause: unknown): TimelineError {
  return new TimelineError(
    'LOG_UNAVAILABLE',
    {
      arrived: `${path} could not be flushed to the disk: ${String(cause)}`,
      expected: 'a disk that keeps what is written to it',
      remedy: 'See to the disk. What was acknowledged is kept; append the rest again, with its id',
    },
    { path, unflushed: true },
    cause,
  )
}

/** Whether a log is to be verified from its beginning before it is gone on with. */
export function isUnflushed(error: unknown): boolean {
  return error instanceof TimelineError && error.details.unflushed === true
}

/** What a log throws that is not ours tells that it is not to be had. */
export function unavailable(error: unknown, remedy = 'See the cause'): TimelineError {
  if (error instanceof TimelineError && error.code !== 'CONFLICT') return error
  return new TimelineError(
    'LOG_UNAVAILABLE',
    {
      arrived: `The log failed: ${String(error)}`,
      expected: 'a log that can be read and appended to',
      remedy,
    },
    {},
    error,
  )
}
