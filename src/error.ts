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
    super(`${parts.arrived}. Expected ${parts.expected}. ${parts.remedy}.`, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

/** A value as a message shows it: as JSON where it has any, and never longer than 80 characters. */
export function quote(value: unknown): string {
  const text = asText(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function asText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
