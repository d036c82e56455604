import { Cursor, type Mark } from './cursor.js'
import { Gathering, PIECE_BYTES_MAX, type Piece, isWhiteSpace } from './piece.js'
import { Value } from './value.js'

const NEWLINE = 10
const SPACE = 32
const COMMA = 44
const OPEN_ARRAY = 91
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

/** The value that is being read, its number, and what stood where it began. */
type Current = { readonly value: Value; readonly number: number; readonly mark: Mark }

/**
 * Reads values that span lines, and the elements of arrays, each as it completes. White space and commas part them.
 *
 * A value that is broken ends where a later line begins no deeper than the value did, as no line within a value does in
 * JSON that is written in the usual ways: another value begins there, or the bracket stands there that closes it or the
 * array. In JSON written otherwise a part of a value may begin there. So where that is all that speaks against a value, it
 * is read on, and only when it proves broken by its brackets or its text is it read again from where it began. What is
 * read again is read for the last time: no source is read more than twice.
 */
export class Values {
  readonly #asElements: boolean
  readonly #cursor: Cursor
  readonly #gathering = new Gathering()
  #inArray = false
  #count = 0 // of values so far
  #current: Current | undefined
  #from = 0 // where it begins in this chunk
  #isBroken = false // whether it proved so
  #isMisread = false // whether it has to be read again
  #againUntil: number // where in this chunk what is read again ends
  #found: Piece | undefined
  #atOther = false // whether the first value is broken, and another begins

  constructor({ line, column, again, asElements }: Start) {
    this.#cursor = new Cursor(line, column)
    this.#againUntil = again
    this.#asElements = asElements
  }

  /**
   * The values that end in a chunk; returns what it leaves to be read. That is nothing, unless the first value is broken
   * and another begins: the source may be of another form.
   */
  *read(given: Buffer): Generator<Piece, Buffer> {
    let chunk = given
    for (let at = 0; at < chunk.length || this.#isTooLong(chunk);) {
      if (at < chunk.length) at = this.#step(chunk, at)
      else this.#isMisread = true
      if (this.#isMisread) {
        chunk = this.#goBack(chunk, at)
        at = 0
      }
      if (this.#found !== undefined) yield this.#found
      this.#found = undefined
      if (this.#atOther) return this.#leave(chunk, at)
    }
    this.#endChunk(chunk)
    return NOTHING
  }

  /** What is left when nothing more comes; returns what it leaves to be read, as `read` does. */
  *end(): Generator<Piece, Buffer> {
    if (this.#current?.value.isDoubtful) {
      const left = yield* this.read(this.#goBack(NOTHING, 0))
      return left.length > 0 ? left : yield* this.end()
    }
    if (this.#current !== undefined) yield this.#piece(NOTHING)
    if (this.#inArray) yield { line: this.#asElements ? this.#count + 1 : this.#cursor.line, bytes: NOTHING, size: 0, unclosed: true }
    return NOTHING
  }

  /** Whether the first value has begun, and goes on beyond what was read, unbroken so far. */
  get isInFirst(): boolean {
    return this.#count === 1 && this.#current?.value.isOpen === true
  }

  /** Where in the source it stopped. */
  get place(): Place {
    return { line: this.#cursor.line, column: this.#cursor.first ?? 0, again: Math.max(0, this.#againUntil) }
  }

  /** Reads from `at` on, and returns where it ended. */
  #step(chunk: Buffer, at: number): number {
    if (this.#current === undefined) return this.#readBetween(chunk, at)
    return this.#isBroken ? this.#readBroken(chunk, at) : this.#readValue(chunk, at, this.#current.value)
  }

  #readBetween(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#cursor.endLine(at)
      if (isWhiteSpace(byte)) continue
      this.#cursor.see(at)
      if (byte === COMMA) continue
      if (byte === OPEN_ARRAY && !this.#inArray) this.#inArray = true
      else if (byte === CLOSE_ARRAY && this.#inArray) {
        this.#inArray = false
        this.#cursor.begun = true
      } else return this.#begin(byte, at)
    }
    return chunk.length
  }

  #begin(byte: number, at: number): number {
    const mark = this.#cursor.markAt(at)
    const column = mark.begun ? mark.first! : mark.column
    const value = new Value(byte, { column, inArray: this.#inArray, mayGoBack: at >= this.#againUntil }, this.#cursor)
    this.#count += 1
    this.#current = { value, number: this.#asElements ? this.#count : mark.line, mark }
    this.#from = at
    this.#cursor.begun = true
    return at
  }

  #readValue(chunk: Buffer, start: number, value: Value): number {
    const at = value.read(chunk, start)
    if (value.outcome === 'closed') return this.#close(chunk, at, value)
    if (value.outcome === 'another') return this.#finishBefore(chunk, at)
    if (value.outcome === 'broken') this.#break(at, value)
    return at
  }

  /** Ends a value whose brackets are closed; a doubtful one may have taken another's brackets for its own. */
  #close(chunk: Buffer, end: number, value: Value): number {
    this.#isMisread = value.isDoubtful && !isJson(Buffer.concat([this.#gathering.bytes, chunk.subarray(this.#from, end)]))
    return this.#isMisread ? end : this.#finish(chunk, end)
  }

  /** Where a line begins with what proved a value broken, it may end the value. */
  #break(at: number, value: Value): void {
    this.#isMisread = value.isDoubtful
    this.#isBroken = true
    if (this.#cursor.first === this.#cursor.columnOf(at)) this.#cursor.begun = false
  }

  #readBroken(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#cursor.endLine(at)
      if (byte <= SPACE || this.#cursor.begun) continue
      this.#cursor.see(at)
      if (byte === COMMA) continue
      this.#cursor.begun = true
      if (this.#cursor.first! > this.#current!.value.column) continue
      if (byte === CLOSE_OBJECT) return this.#finish(chunk, at + 1)
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY || (byte === CLOSE_ARRAY && this.#inArray)) return this.#finishBefore(chunk, at)
    }
    return chunk.length
  }

  /** Ends a broken value before a byte that begins its line, as the next thing to look at. */
  #finishBefore(chunk: Buffer, at: number): number {
    this.#cursor.begun = false
    this.#atOther = this.#count === 1 && !this.#asElements && !this.#isBroken
    return this.#finish(chunk, at)
  }

  #finish(chunk: Buffer, end: number): number {
    this.#found = this.#piece(chunk.subarray(this.#from, end))
    this.#forget()
    return end
  }

  #piece(last: Buffer): Piece {
    const { bytes, size } = this.#gathering.take(last)
    return { line: this.#current!.number, bytes, size }
  }

  #forget(): void {
    this.#current = undefined
    this.#isBroken = false
    this.#isMisread = false
  }

  /** Whether a doubtful value is longer than any can be. */
  #isTooLong(chunk: Buffer): boolean {
    return this.#current?.value.isDoubtful === true && this.#gathering.size + chunk.length - this.#from > PIECE_BYTES_MAX
  }

  /** Goes back to where the value began; returns what is to be read from there, of which as far as `at` was read before. */
  #goBack(chunk: Buffer, at: number): Buffer {
    const gathered = this.#gathering.take(NOTHING).bytes
    const again = Buffer.concat([gathered, chunk.subarray(this.#from)])
    this.#againUntil = gathered.length + at - this.#from
    this.#cursor.goTo(this.#current!.mark, 0)
    this.#count -= 1
    this.#forget()
    return again
  }

  #endChunk(chunk: Buffer): void {
    if (this.#current !== undefined) this.#gathering.add(chunk.subarray(this.#from))
    if (this.#gathering.size > PIECE_BYTES_MAX) this.#current?.value.forgoGoingBack()
    this.#from = 0
    this.#cursor.endChunk(chunk.length)
    this.#againUntil -= chunk.length
  }

  #leave(chunk: Buffer, at: number): Buffer {
    this.#againUntil -= at
    return chunk.subarray(at)
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
