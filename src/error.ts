/** How long each part of a message may be: what arrives may be a megabyte long, and so may its name, its key or what a schema says of it. */
const PART_CHARS_MAX = 1000

/** What can go wrong, by name. The README says when each one is thrown. */
export type ErrorCode =
  | 'INVALID_EVENT'
  | 'INVALID_DATE'
  | 'INVALID_ARGUMENT'
  | 'UNKNOWN_TYPE'
  | 'UNKNOWN_EVENT'
  | 'ALREADY_SUPERSEDED'
  | 'DUPLICATE_ID'
  | 'REPORTED_IN_FUTURE'
  | 'CLOCK_BEHIND'
  | 'UNSAFE_VALUE'
  | 'TOO_LARGE'
  | 'CONFLICT'
  | 'LOG_CORRUPT'
  | 'LOG_UNAVAILABLE'
  | 'REDUCER_FAILED'
  | 'CLOSED'

/** The three parts of a message, each a sentence without its full stop. */
type Parts = { readonly arrived: string; readonly expected: string; readonly remedy: string }

/**
 * The one error this package throws. `code` is for programs; `message` tells a person what arrived,
 * what was expected and what to do; `details` names the things involved; `cause` is the error behind it.
 */
export class TimelineError extends Error {
  override readonly name = 'TimelineError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, parts: Parts, details: Record<string, unknown> = {}, cause?: unknown) {
    const { arrived, expected, remedy } = parts
    super(`${cut(arrived)}. Expected ${cut(expected)}. ${cut(remedy)}.`, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

/** A value as a message shows it: as JSON where it has any, and never longer than 80 characters. */
export function quote(value: unknown): string {
  return cut(asText(value), 80)
}

function cut(text: string, charsMax = PART_CHARS_MAX): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 3)}...` : text
}

function asText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
