/** What stood at a byte: its line and column, and how its line began. */
export type Mark = { readonly line: number; readonly column: number; readonly first: number | undefined; readonly begun: boolean }

/** The line that is being read, and how it begins. `at` is where a byte stands in the chunk that is being read. */
export class Cursor {
  line: number
  /** The column of the first byte that is not white space, counted from 0. */
  first: number | undefined
  /** Whether there has been anything but white space, commas and the bracket that opens an array. */
  begun = false
  #lineStart: number // in the chunk, or before it

  constructor(line: number, column: number) {
    this.line = line
    this.#lineStart = -column
  }

  columnOf(at: number): number {
    return at - this.#lineStart
  }

  /** Goes past a byte that is not white space. */
  see(at: number): void {
    this.first ??= this.columnOf(at)
  }

  /** Goes past a line break. */
  endLine(at: number): void {
    this.line += 1
    this.first = undefined
    this.begun = false
    this.#lineStart = at + 1
  }

  /** Goes on to the next chunk. */
  endChunk(bytes: number): void {
    this.#lineStart -= bytes
  }

  markAt(at: number): Mark {
    return { line: this.line, column: this.columnOf(at), first: this.first, begun: this.begun }
  }

  /** Goes to a byte that was marked, and now stands at `at`. */
  goTo({ line, column, first, begun }: Mark, at: number): void {
    this.line = line
    this.first = first
    this.begun = begun
    this.#lineStart = at - column
  }
}
