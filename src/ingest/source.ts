import { invalidArgument } from '../argument.js'
import { type TimelineError, quote } from '../error.js'

/** Text or UTF-8 bytes, whole or in chunks. */
export type Source = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** How much of a text is turned into bytes at a time, so that a long one is not held twice. */
const TEXT_CHARS_MAX = 65_536

const BYTE_ORDER_MARK = Buffer.from('\uFEFF')
const LONE_SURROGATE = /(\p{Surrogate})/u
const HALF_AT_END = /[\uD800-\uDBFF]$/

/**
 * A source's bytes, without the byte order mark before them. A lone surrogate of a text becomes the three bytes that
 * it would be in UTF-8 if it were allowed there: whoever decodes them refuses it, and nobody replaces it unseen.
 * Throws `INVALID_ARGUMENT`.
 */
export async function* bytesOf(source: Source): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0) // until there are enough bytes to see a byte order mark
  for await (const bytes of encoded(source)) {
    if (start === undefined) {
      yield bytes
      continue
    }
    start = start.length === 0 ? bytes : Buffer.concat([start, bytes])
    if (start.length < BYTE_ORDER_MARK.length) continue
    yield start.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? start.subarray(BYTE_ORDER_MARK.length) : start
    start = undefined
  }
  if (start !== undefined) yield start
}

/** The chunks as bytes; the first half of a surrogate pair, at the end of a text, waits for what comes next. */
async function* encoded(source: Source): AsyncGenerator<Buffer> {
  let half = ''
  for await (const chunk of chunksOf(source)) {
    if (typeof chunk === 'string') {
      for (let start = 0; start < chunk.length; start += TEXT_CHARS_MAX) {
        const text = half + chunk.slice(start, start + TEXT_CHARS_MAX)
        half = HALF_AT_END.exec(text)?.[0] ?? ''
        yield encode(text.slice(0, text.length - half.length))
      }
    } else if (chunk instanceof Uint8Array) {
      if (half !== '') yield encode(half)
      half = ''
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    } else throw unreadable(chunk)
  }
  if (half !== '') yield encode(half)
}

function encode(text: string): Buffer {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text)
  return Buffer.concat(text.split(LONE_SURROGATE).map((part) => (LONE_SURROGATE.test(part) ? surrogateBytes(part) : Buffer.from(part))))
}

function surrogateBytes(surrogate: string): Buffer {
  const code = surrogate.charCodeAt(0)
  return Buffer.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
}

function chunksOf(source: Source): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> {
  if (typeof source === 'string' || source instanceof Uint8Array) return [source]
  if (typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source)) return source
  throw unreadable(source)
}

function unreadable(source: unknown): TimelineError {
  return invalidArgument(
    `Got ${quote(source)} to ingest`,
    'text or bytes, or an iterable of them',
    'Pass for example createReadStream(path)',
  )
}
