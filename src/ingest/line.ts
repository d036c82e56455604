import { TimelineError, quote } from '../error.js'
import { unsafe } from '../json.js'
import { readJson } from '../json-text.js'
import { PIECE_BYTES_MAX, type Piece } from './piece.js'
import { decode } from './utf8.js'

/** What belongs to the log that stamps it, whatever a line says. */
const STAMPS: readonly string[] = ['position', 'appendedAt']

/**
 * What a source has on one line (as one value, where values span lines), by its number: JSON that was read, or why it
 * could not be. `raw` is its whole text without the white space around it; bytes, where these are not UTF-8. `size` is
 * how long it is, in bytes or in characters. `json` is as `readJson` gives it.
 */
export type Line = Raw & { readonly size: number } & (
    { readonly input: unknown; readonly json: string } | { readonly error: TimelineError }
  )

/** A line as it came. */
export type Raw = { readonly line: number; readonly raw: string | Uint8Array }

const TEXT_CHARS_MAX = 200

/** Reads a piece; none where it is blank. Its bytes are not kept. */
export function readLine(piece: Piece): Line | undefined {
  const { line, unclosed } = piece
  if ('text' in piece) return readText(line, piece.text.trim(), piece.text.length)
  const { bytes, size } = piece
  if (size > bytes.length) return { line, size, raw: decodeStart(bytes), error: tooLarge(size) }
  const text = decode(bytes)?.trim()
  if (text === undefined) return { line, size, raw: Uint8Array.from(bytes), error: notUtf8(bytes) }
  if (text === '' && unclosed) return { line, size, raw: text, error: notClosed() }
  return readText(line, text, size)
}

function readText(line: number, text: string, size: number): Line | undefined {
  if (text === '') return undefined
  try {
    const { value, json } = readJson(text, undefined, STAMPS)
    return { line, size, raw: text, input: value, json }
  } catch (cause) {
    return { line, size, raw: text, error: cause instanceof TimelineError ? cause : notJson(text, cause) }
  }
}

/** A line's first 200 characters. */
export function startOf(raw: string | Uint8Array): string {
  const text = typeof raw === 'string' ? raw : Buffer.from(raw.subarray(0, 4 * TEXT_CHARS_MAX)).toString()
  return copied(text.slice(0, TEXT_CHARS_MAX))
}

/** A text that is no part of a longer one, all of which it would keep in memory. */
export function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

/** The text of bytes that may end inside a character. */
function decodeStart(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true }).trim()
}

function tooLarge(bytes: number): TimelineError {
  return new TimelineError(
    'TOO_LARGE',
    {
      arrived: `Got ${bytes} bytes for one event`,
      expected: `at most ${PIECE_BYTES_MAX} bytes`,
      remedy: 'Keep large documents elsewhere, named in `data`; events that come together belong into an array or onto lines of their own',
    },
    { bytes, bytesMax: PIECE_BYTES_MAX },
  )
}

/** A lone surrogate comes out of text; bytes that have one are not UTF-8 either. */
function notUtf8(bytes: Buffer): TimelineError {
  if (/\xED[\xA0-\xBF]/.test(bytes.toString('latin1'))) {
    return unsafe(undefined, 'a lone surrogate', 'text that UTF-8 can hold', 'Remove that character')
  }
  return notJson(bytes.toString(), new TypeError('it is not UTF-8'))
}

function notClosed(): TimelineError {
  return invalid('Got the end of the source in an array that is not closed', 'a "]" at its end', 'See whether the source is whole')
}

function notJson(text: string, cause: unknown): TimelineError {
  const arrived = `Got ${quote(text.slice(0, TEXT_CHARS_MAX))}: ${(cause as Error).message}`
  return invalid(arrived, 'one JSON object, in UTF-8', 'Mend this line and ingest it again', cause)
}

function invalid(arrived: string, expected: string, remedy: string, cause?: unknown): TimelineError {
  return new TimelineError('INVALID_EVENT', { arrived, expected, remedy }, {}, cause)
}
