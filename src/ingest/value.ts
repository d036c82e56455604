import type { Cursor } from './cursor.js'

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** How many brackets may be open, each of which is remembered: an endless row of them is broken somewhere. */
const OPEN_MAX = 1_000_000

type Place = {
  /** Of its first byte; of its line's, where another value comes before it on the line. */
  readonly column: number
  readonly inArray: boolean
  /** Whether it can be read on where another value seems to begin, as it can be read again. */
  readonly mayGoBack: boolean
}

/**
 * One value, as it is read. It only knows brackets, strings and lines: whether what is between them is JSON, others see.
 * What is neither object nor array ends with its line; in an array, before a comma and before the end of the array.
 */
export class Value {
  /** How reading ended: it goes on with the next chunk; all brackets are closed; one is wrong, or a string has a line break; another value begins. */
  outcome: 'on' | 'closed' | 'broken' | 'another' = 'on'
  /** Whether a line in it began as another value would. */
  isDoubtful = false
  readonly column: number
  readonly #cursor: Cursor
  readonly #inArray: boolean
  readonly #isNested: boolean
  #mayGoBack: boolean
  readonly #open: number[] = [] // the brackets that will close it
  #inString = false
  #escaped = false
  #flat = false // whether its lines are not indented, so that they say nothing of where it ends

  constructor(byte: number, { column, inArray, mayGoBack }: Place, cursor: Cursor) {
    this.column = column
    this.#cursor = cursor
    this.#inArray = inArray
    this.#isNested = byte === OPEN_OBJECT || byte === OPEN_ARRAY
    this.#mayGoBack = mayGoBack && byte === OPEN_OBJECT // no array is an event
  }

  /** Whether it is an object or an array that goes on, and not within a string. */
  get isOpen(): boolean {
    return this.#isNested && this.outcome === 'on' && !this.#inString
  }

  /** It is too long to be read again. */
  forgoGoingBack(): void {
    this.#mayGoBack = false
  }

  /** Reads from `start` on as far as it goes in the chunk; returns where it ended, or proved broken. */
  read(chunk: Buffer, start: number): number {
    if (!this.#isNested) return this.#readBare(chunk, start)
    let at = start
    while (at < chunk.length && this.outcome === 'on') at = this.#inString ? this.#readString(chunk, at) : this.#readNested(chunk, at)
    return at
  }

  #readBare(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) return this.#end('closed', at)
      if (this.#inArray && !this.#inString && (byte === COMMA || byte === CLOSE_ARRAY)) return this.#end('closed', at)
      if (byte === QUOTE && !this.#escaped) this.#inString = !this.#inString
      this.#escaped = byte === BACKSLASH && !this.#escaped
    }
    return chunk.length
  }

  #readNested(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) this.#cursor.endLine(at)
      if (byte <= SPACE) continue
      if (!this.#cursor.begun && this.#beginsAnother(byte, at)) {
        if (!this.#mayGoBack) return this.#end('another', at)
        this.isDoubtful = true
      }
      if (byte === QUOTE) {
        this.#inString = true
        return at + 1
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (this.#open.length === OPEN_MAX) return this.#end('broken', at)
        this.#open.push(byte + 2) // where the closing bracket is in ASCII
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#open.pop() !== byte) return this.#end('broken', at)
        if (this.#open.length === 0) return this.#end('closed', at + 1)
      }
    }
    return chunk.length
  }

  #readString(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (byte === NEWLINE) return this.#end('broken', at)
      if (byte === QUOTE && !this.#escaped) {
        this.#inString = false
        return at + 1
      }
      this.#escaped = byte === BACKSLASH && !this.#escaped
    }
    return chunk.length
  }

  /** Whether another value begins where a line does; a value whose own lines are not indented does not tell. */
  #beginsAnother(byte: number, at: number): boolean {
    this.#cursor.see(at)
    if (byte === COMMA) return false
    this.#cursor.begun = true
    const isShallow = this.#cursor.first! <= this.column
    if (byte === QUOTE && isShallow) this.#flat = true
    return byte === OPEN_OBJECT && isShallow && !this.#flat
  }

  #end(outcome: Value['outcome'], at: number): number {
    this.outcome = outcome
    return at
  }
}
