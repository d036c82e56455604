import { Gathering, type Piece } from './piece.js'

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

type Start = {
  readonly line: number
  readonly column: number
  /** Whether values are numbered like an array's elements, rather than by the line that they begin on. */
  readonly asElements: boolean
}

/**
 * Reads values that span lines, and the elements of arrays, each as it completes. White space and commas part them.
 *
 * It only knows brackets, strings and lines, and never goes back. A value that is broken ends where a later line
 * begins no deeper than the value did, as no line within a value does in JSON that is written in the usual ways:
 * another value begins there, or the bracket stands there that closes it or the array.
 */
export class Values {
  readonly #asElements: boolean
  readonly #gathering = new Gathering()
  #state: 'between' | 'bare' | 'nested' | 'string' | 'broken' = 'between'
  #inArray = false
  #count = 0 // of values so far
  // The value that is being read:
  #number = 0
  #column = 0 // of its first byte; of its line's, where another value comes before it on the line
  #from = 0 // where it begins in this chunk
  #open: number[] = [] // the brackets that will close it
  #escaped = false
  #quoted = false
  #flat = false // whether its lines are not indented, so that they say nothing of where it ends
  // The line that is being read:
  #line: number
  #lineStart: number // where it begins, in this chunk or before it
  #first: number | undefined // the column of its first byte that is not white space
  #begun = false // whether there has been anything but white space, commas and the bracket that opens the array
  // What was found:
  #found: Piece | undefined
  #atOther = false

  constructor({ line, column, asElements }: Start) {
    this.#line = line
    this.#lineStart = -column
    this.#asElements = asElements
  }

  /**
   * The values that end in a chunk; returns how much of it was read. That is less than all where the first value is
   * broken and another begins: the source may be of another form.
   */
  *read(chunk: Buffer): Generator<Piece, number> {
    this.#from = 0
    for (let at = 0; at < chunk.length;) {
      at = this.#step(chunk, at)
      if (this.#found !== undefined) yield this.#found
      this.#found = undefined
      if (this.#atOther) return at
    }
    if (this.#state !== 'between') this.#gathering.add(chunk.subarray(this.#from))
    this.#lineStart -= chunk.length
    return chunk.length
  }

  *end(): Generator<Piece> {
    if (this.#state !== 'between') yield this.#piece(Buffer.alloc(0))
    if (this.#inArray) yield { line: this.#asElements ? this.#count + 1 : this.#line, bytes: Buffer.alloc(0), size: 0, unclosed: true }
  }

  /** Whether the first value has begun, and goes on beyond what was read, unbroken so far. */
  get isInFirst(): boolean {
    return this.#count === 1 && this.#state === 'nested'
  }

  /** Where in the source it stopped. */
  get place(): { readonly line: number; readonly column: number } {
    return { line: this.#line, column: this.#first ?? 0 }
  }

  /** Each state reads from `at` on, and returns where it ended. */
  #step(chunk: Buffer, at: number): number {
    if (this.#state === 'between') return this.#between(chunk, at)
    if (this.#state === 'bare') return this.#bare(chunk, at)
    if (this.#state === 'nested') return this.#nested(chunk, at)
    return this.#state === 'string' ? this.#string(chunk, at) : this.#broken(chunk, at)
  }

  #between(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#endLine(at)
      if (byte <= SPACE) continue
      this.#first ??= at - this.#lineStart
      if (byte === COMMA) continue
      if (byte === OPEN_ARRAY && !this.#inArray) this.#inArray = true
      else if (byte === CLOSE_ARRAY && this.#inArray) {
        this.#inArray = false
        this.#begun = true
      } else return this.#begin(byte, at)
    }
    return chunk.length
  }

  #begin(byte: number, at: number): number {
    this.#count += 1
    this.#number = this.#asElements ? this.#count : this.#line
    this.#column = this.#begun ? this.#first! : at - this.#lineStart
    this.#begun = true
    this.#from = at
    this.#open = []
    this.#flat = false
    this.#quoted = false
    this.#escaped = false
    this.#state = byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 'nested' : 'bare'
    return at
  }

  /** What is no object and no array ends with its line; in an array, before a comma and before the end of the array. */
  #bare(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) return this.#finish(chunk, at)
      if (this.#inArray && !this.#quoted && (byte === COMMA || byte === CLOSE_ARRAY)) return this.#finish(chunk, at)
      if (byte === QUOTE && !this.#escaped) this.#quoted = !this.#quoted
      this.#escaped = byte === BACKSLASH && !this.#escaped
    }
    return chunk.length
  }

  #nested(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#endLine(at)
      if (byte <= SPACE) continue
      if (!this.#begun && this.#beginsAnother(byte, at)) return this.#finishBefore(chunk, at)
      if (byte === QUOTE) {
        this.#state = 'string'
        return at + 1
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY)
        this.#open.push(byte + 2) // where the closing bracket is in ASCII
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#open.pop() !== byte) return this.#break(at)
        if (this.#open.length === 0) return this.#finish(chunk, at + 1)
      }
    }
    return chunk.length
  }

  #string(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) return this.#break(at)
      if (byte === QUOTE && !this.#escaped) {
        this.#state = 'nested'
        return at + 1
      }
      this.#escaped = byte === BACKSLASH && !this.#escaped
    }
    return chunk.length
  }

  #broken(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#endLine(at)
      if (byte <= SPACE || this.#begun) continue
      this.#first ??= at - this.#lineStart
      if (byte === COMMA) continue
      this.#begun = true
      if (this.#first > this.#column) continue
      if (byte === CLOSE_OBJECT) return this.#finish(chunk, at + 1)
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY || (byte === CLOSE_ARRAY && this.#inArray)) return this.#finishBefore(chunk, at)
    }
    return chunk.length
  }

  /** Whether another value begins where a line does; a value whose own lines are not indented does not tell. */
  #beginsAnother(byte: number, at: number): boolean {
    this.#first ??= at - this.#lineStart
    if (byte === COMMA) return false
    this.#begun = true
    if (byte === QUOTE && this.#first <= this.#column) this.#flat = true
    return byte === OPEN_OBJECT && this.#first <= this.#column && !this.#flat
  }

  /** Goes on from a byte at which a value proved broken; where a line begins there, it may end the value. */
  #break(at: number): number {
    this.#state = 'broken'
    if (this.#first === at - this.#lineStart) this.#begun = false
    return at
  }

  #endLine(at: number): void {
    this.#line += 1
    this.#lineStart = at + 1
    this.#first = undefined
    this.#begun = false
  }

  #finish(chunk: Buffer, end: number): number {
    this.#found = this.#piece(chunk.subarray(this.#from, end))
    this.#state = 'between'
    return end
  }

  /** Ends a broken value before a byte that begins its line, as the next thing to look at. */
  #finishBefore(chunk: Buffer, at: number): number {
    this.#begun = false
    this.#atOther = this.#count === 1 && !this.#asElements && this.#state === 'nested'
    return this.#finish(chunk, at)
  }

  #piece(last: Buffer): Piece {
    const { bytes, size } = this.#gathering.take(last)
    return { line: this.#number, bytes, size }
  }
}
