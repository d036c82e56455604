import { Gathering, PIECE_BYTES_MAX, type Piece, isWhiteSpace } from './piece.js'

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const NOTHING = Buffer.alloc(0)

/** Where in a source to begin. */
export type Place = {
  readonly line: number
  readonly column: number
  /** How many bytes from here on were read before. */
  readonly again: number
}
type Start = Place & {
  /** Whether values are numbered like an array's elements, rather than by the line that they begin on. */
  readonly asElements: boolean
}

/**
 * Reads values that span lines, and the elements of arrays, each as it completes. White space and commas part them.
 *
 * It only knows brackets, strings and lines. A value that is broken ends where a later line begins no deeper than the
 * value did, as no line within a value does in JSON that is written in the usual ways: another value begins there, or the
 * bracket stands there that closes it or the array. In JSON written otherwise a part of a value may begin there. So where
 * that is all that speaks against a value, it is read on, and only when it proves broken by its brackets or its text is it
 * read again from where it began. What is read again is read for the last time: no source is read more than twice.
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
  #began = { line: 0, column: 0, first: 0, begun: false } // what stood there, to read it again
  #doubtful = false // whether a line in it began as another value would
  #misread = false // whether it is doubtful and proved broken
  #againUntil = 0 // where in this chunk what is read again ends
  #mayGoBack = false // whether the value can be read again
  // The line that is being read:
  #line: number
  #lineStart: number // where it begins, in this chunk or before it
  #first: number | undefined // the column of its first byte that is not white space
  #begun = false // whether there has been anything but white space, commas and the bracket that opens the array
  // What was found:
  #found: Piece | undefined
  #atOther = false

  constructor({ line, column, again, asElements }: Start) {
    this.#line = line
    this.#lineStart = -column
    this.#againUntil = again
    this.#asElements = asElements
  }

  /**
   * The values that end in a chunk; returns what it leaves to be read. That is nothing, unless the first value is broken
   * and another begins: the source may be of another form.
   */
  *read(given: Buffer): Generator<Piece, Buffer> {
    let chunk = given
    this.#from = 0
    for (let at = 0; at < chunk.length || this.#isTooLong(chunk);) {
      if (at < chunk.length) at = this.#step(chunk, at)
      else this.#misread = true
      if (this.#misread) {
        chunk = this.#goBack(chunk, at)
        at = 0
      }
      if (this.#found !== undefined) yield this.#found
      this.#found = undefined
      if (this.#atOther) return this.#leave(chunk, at)
    }
    if (this.#state !== 'between') this.#gathering.add(chunk.subarray(this.#from))
    this.#from = 0
    this.#lineStart -= chunk.length
    this.#againUntil -= chunk.length
    return NOTHING
  }

  /** What is left when nothing more comes; returns what it leaves to be read, as `read` does. */
  *end(): Generator<Piece, Buffer> {
    if (this.#state !== 'between' && this.#doubtful) {
      const left = yield* this.read(this.#goBack(NOTHING, 0))
      return left.length > 0 ? left : yield* this.end()
    }
    if (this.#state !== 'between') yield this.#piece(NOTHING)
    if (this.#inArray) yield { line: this.#asElements ? this.#count + 1 : this.#line, bytes: NOTHING, size: 0, unclosed: true }
    return NOTHING
  }

  /** Whether the first value has begun, and goes on beyond what was read, unbroken so far. */
  get isInFirst(): boolean {
    return this.#count === 1 && this.#state === 'nested'
  }

  /** Where in the source it stopped. */
  get place(): Place {
    return { line: this.#line, column: this.#first ?? 0, again: Math.max(0, this.#againUntil) }
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
      if (isWhiteSpace(byte)) continue
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
    this.#began = { line: this.#line, column: at - this.#lineStart, first: this.#first!, begun: this.#begun }
    this.#doubtful = false
    this.#mayGoBack = byte === OPEN_OBJECT && at >= this.#againUntil // no array is an event
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
      if (!this.#begun && this.#beginsAnother(byte, at)) {
        if (!this.#mayGoBack || this.#gathering.size > PIECE_BYTES_MAX) return this.#finishBefore(chunk, at)
        this.#doubtful = true
      }
      if (byte === QUOTE) {
        this.#state = 'string'
        return at + 1
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY)
        this.#open.push(byte + 2) // where the closing bracket is in ASCII
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#open.pop() !== byte) return this.#break(at)
        if (this.#open.length === 0) return this.#close(chunk, at + 1)
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
    this.#misread = this.#doubtful
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

  /** Ends a value whose brackets are closed; a doubtful one may have taken another's brackets for its own. */
  #close(chunk: Buffer, end: number): number {
    this.#misread = this.#doubtful && !isJson(Buffer.concat([this.#gathering.bytes, chunk.subarray(this.#from, end)]))
    return this.#misread ? end : this.#finish(chunk, end)
  }

  /** Whether a doubtful value is longer than any can be. */
  #isTooLong(chunk: Buffer): boolean {
    return this.#doubtful && this.#state !== 'between' && this.#gathering.size + chunk.length - this.#from > PIECE_BYTES_MAX
  }

  #leave(chunk: Buffer, at: number): Buffer {
    this.#againUntil -= at
    return chunk.subarray(at)
  }

  /** Goes back to where the value began; returns what is to be read from there, of which as far as `at` was read before. */
  #goBack(chunk: Buffer, at: number): Buffer {
    const gathered = this.#gathering.take(NOTHING).bytes
    const again = Buffer.concat([gathered, chunk.subarray(this.#from)])
    this.#againUntil = gathered.length + at - this.#from
    this.#from = 0
    this.#line = this.#began.line
    this.#lineStart = -this.#began.column
    this.#first = this.#began.first
    this.#begun = this.#began.begun
    this.#count -= 1
    this.#doubtful = false
    this.#misread = false
    this.#state = 'between'
    return again
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

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}
