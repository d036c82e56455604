/** A stretch of a source that should be one event: a line, or a value of its own. */
export type Piece = (Extent | { readonly text: string }) & {
  /** The number of the line that it begins on; of the element, in an array. */
  readonly line: number
  /** Set where there is no event but only the end of a source whose array is not closed. */
  readonly unclosed?: true
}

/** Bytes, and how many there were; fewer are kept of what is too long. They may change once more is read. */
export type Extent = { readonly bytes: Buffer; readonly size: number }

/**
 * How long a piece may be. A record holds 1,000,000 bytes of an event, and its text in a source may be longer: by white
 * space, and by escapes, which take up to six bytes for one.
 */
export const PIECE_BYTES_MAX = 8_000_000

/** How much is kept of a piece that is longer: its first 200 characters, of up to three bytes for each of a string's units. */
const KEPT_BYTES = 800

/** Whether a byte is white space in JSON: a space, a tab, a line feed or a carriage return. */
export function isWhiteSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13
}

/** Gathers a piece that comes in several chunks. Its room doubles, so that tiny chunks cost no more than large ones. */
export class Gathering {
  #bytes = Buffer.alloc(0)
  #length = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** What was gathered so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > PIECE_BYTES_MAX) this.#cut()
    const room = this.#size > PIECE_BYTES_MAX ? KEPT_BYTES : PIECE_BYTES_MAX
    const part = chunk.subarray(0, Math.max(0, room - this.#length))
    this.#reserve(this.#length + part.length)
    part.copy(this.#bytes, this.#length)
    this.#length += part.length
  }

  /** What was gathered, and the last of it. The next piece begins. */
  take(last: Buffer): Extent {
    if (this.#size === 0) return { bytes: last.length > PIECE_BYTES_MAX ? last.subarray(0, KEPT_BYTES) : last, size: last.length }
    this.add(last)
    const extent = { bytes: this.#bytes.subarray(0, this.#length), size: this.#size }
    this.#length = 0
    this.#size = 0
    return extent
  }

  #cut(): void {
    if (this.#length <= KEPT_BYTES) return
    this.#bytes = Buffer.from(this.#bytes.subarray(0, KEPT_BYTES))
    this.#length = KEPT_BYTES
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const bytes = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length))
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }
}
