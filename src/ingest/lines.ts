import { Gathering, type Piece } from './piece.js'

const NEWLINE = 10
const NOTHING = Buffer.alloc(0)

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
    for (let newline = chunk.indexOf(NEWLINE); newline !== -1; newline = chunk.indexOf(NEWLINE, start)) {
      yield this.#piece(chunk.subarray(start, newline))
      start = newline + 1
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
