import { Lines } from './lines.js'
import { Gathering, PIECE_BYTES_MAX, type Piece, isWhiteSpace } from './piece.js'
import { type Source, bytesOf } from './source.js'
import { type Place, Values } from './values.js'

const NEWLINE = 10
const OPEN_ARRAY = 91
const OPEN_OBJECT = 123

const NOTHING = Buffer.alloc(0)

/** The pieces of a source, chunk by chunk: those of each must be looked at before those of the next are asked for. */
export async function* piecesOf(source: Source): AsyncGenerator<Iterable<Piece>> {
  const pieces = new Pieces()
  for await (const chunk of bytesOf(source)) yield pieces.read(chunk)
  yield pieces.end()
}

/**
 * Recognises a source's form by its first line that is not blank, and reads it. With `[` begins an array; an object that
 * does not end on its line is one of several that span lines; all else is JSON Lines.
 */
class Pieces {
  #form: Lines | Values | undefined
  #place: Place = { line: 1, column: 0, again: 0 } // of what is to be read next
  /** From its `{` on, until it is whole. */
  readonly #firstLine = new Gathering();

  *read(chunk: Buffer): Generator<Piece> {
    for (let rest = chunk; rest.length > 0;) {
      if (this.#form === undefined) rest = yield* this.#recognise(rest)
      else {
        rest = yield* this.#form.read(rest)
        if (rest.length > 0) this.#forget()
      }
    }
  }

  *end(): Generator<Piece> {
    for (let left = yield* this.#endForm(); left.length > 0; left = yield* this.#endForm()) {
      this.#forget()
      yield* this.read(left)
    }
  }

  *#endForm(): Generator<Piece, Buffer> {
    if (this.#form === undefined) yield* this.#readLines(this.#firstLine.take(NOTHING).bytes)
    return yield* this.#form!.end()
  }

  /** Reads as far as it takes to recognise the form; returns the rest of the chunk. */
  *#recognise(chunk: Buffer): Generator<Piece, Buffer> {
    const at = this.#firstLine.size > 0 ? 0 : this.#passBlank(chunk)
    const rest = chunk.subarray(at)
    if (rest.length === 0) return rest
    if (this.#firstLine.size === 0 && rest[0] !== OPEN_OBJECT) {
      this.#form = rest[0] === OPEN_ARRAY ? new Values({ ...this.#place, asElements: true }) : new Lines(this.#place.line)
      return rest
    }
    const newline = rest.indexOf(NEWLINE)
    const end = newline === -1 ? rest.length : newline
    if (this.#firstLine.size + end > PIECE_BYTES_MAX) {
      yield* this.#readLines(this.#firstLine.take(NOTHING).bytes)
      return rest
    }
    if (newline === -1) this.#firstLine.add(rest)
    else yield* this.#readFirstLine(this.#firstLine.take(rest.subarray(0, end)).bytes)
    return rest.subarray(end)
  }

  *#readFirstLine(line: Buffer): Generator<Piece> {
    const values = new Values({ ...this.#place, asElements: false })
    Array.from(values.read(line)) // none, where it is in the first of them
    if (values.isInFirst) this.#form = values
    else yield* this.#readLines(line)
  }

  *#readLines(start: Buffer): Generator<Piece> {
    this.#form = new Lines(this.#place.line)
    yield* this.#form.read(start)
  }

  /** Begins anew where the first object proved broken: it may have been the broken first line of JSON Lines. */
  #forget(): void {
    if (this.#form instanceof Values) this.#place = this.#form.place
    this.#form = undefined
  }

  #passBlank(chunk: Buffer): number {
    let at = 0
    for (; at < chunk.length && isWhiteSpace(chunk[at]!); at += 1) {
      const { line, column, again } = this.#place
      this.#place = {
        ...(chunk[at] === NEWLINE ? { line: line + 1, column: 0 } : { line, column: column + 1 }),
        again: Math.max(0, again - 1),
      }
    }
    return at
  }
}
