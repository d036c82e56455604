import { Gathering, type Piece } from './piece.js'
import { decode } from './utf8.js'

const NEWLINE = 10
const NOTHING = Buffer.alloc(0)

/** So many bytes of whole lines are decoded together: one by one takes as long again as reading them does. */
const TOGETHER_BYTES = 65_536

/** Reads JSON Lines: every line stands alone. */
export class Lines {
  #line: number
  readonly #gathering = new Gathering()

  constructor(line: number) {
    this.#line = line
  }

  /** The lines that end in a chunk; returns what it leaves to be read, which is nothing. */
  *read(chunk: Buffer): Generator<Piece, Buffer> {
    let start = 0
    let apart = 0 // up to here lines cannot be decoded together
    for (let newline = chunk.indexOf(NEWLINE); newline !== -1; newline = chunk.indexOf(NEWLINE, start)) {
      const end = this.#gathering.size > 0 || start < apart ? newline : chunk.lastIndexOf(NEWLINE, start + TOGETHER_BYTES)
      const text = end > newline ? decode(chunk.subarray(start, end)) : undefined
      if (text === undefined) {
        yield this.#piece(chunk.subarray(start, newline))
        start = newline + 1
        apart = Math.max(apart, end)
      } else {
        for (const line of text.split('\n')) yield { line: this.#line++, text: line }
        start = end + 1
      }
    }
    this.#gathering.add(chunk.subarray(start))
    return NOTHING
  }

  *end(): Generator<Piece, Buffer> {
    yield this.#piece(NOTHING)
    return NOTHING
  }

  #piece(last: Buffer): Piece {
    const { bytes, size } = this.#gathering.take(last)
    return { line: this.#line++, bytes, size }
  }
}
