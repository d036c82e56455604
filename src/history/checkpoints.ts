import type { Answer } from './answer.js'
import { type Known, Rectangle, SIDES, cutIn, durationIn, hasIn } from './rectangle.js'

/** Each checkpoint has so many numbers in a row: the sides of its rectangle, what the answer has beside the state, and the row of the next one in its list. */
const WIDTH = SIDES + 2
const SLOTS = SIDES
const NEXT = SIDES + 1

/** A list has so many checkpoints at the most. */
const LIST_MAX = 4

/** A list of no checkpoints, and the end of each. */
export const NONE = -1

/**
 * The checkpoints of a chunk, in lists: one for each event that they follow. A list is the row of its first checkpoint,
 * or `NONE`; what changes a list gives the list as it is then. Those that hold for the longest time come first, so that a
 * question looks at few.
 */
export class Checkpoints<S> {
  readonly #numbers: number[] = []
  readonly #states: (S | undefined)[] = []
  #free = NONE // a list of the rows that are in no other

  /** The row of one in a list that holds; `NONE` where there is none. */
  find(list: number, known: Known): number {
    let row = list
    while (row !== NONE && !hasIn(this.#numbers, row * WIDTH, known)) row = this.#next(row)
    return row
  }

  answerAt(row: number): Answer<S> {
    return { state: this.#states[row]!, slots: this.#numbers[row * WIDTH + SLOTS]! }
  }

  /** Where it holds, until something is changed. */
  holdsAt(row: number): Rectangle {
    return new Rectangle(this.#numbers, row * WIDTH)
  }

  /** The rows of a list. */
  *rows(list: number): IterableIterator<number> {
    for (let row = list; row !== NONE; row = this.#next(row)) yield row
  }

  /** Keeps one in a list, before those that hold no longer; of too many, the last one goes. */
  keep(list: number, holds: Rectangle, answer: Answer<S>): number {
    const row = this.#take(holds, answer)
    const duration = this.#durationAt(row)
    let [before, after] = [NONE, list]
    while (after !== NONE && this.#durationAt(after) > duration) [before, after] = [after, this.#next(after)]
    this.#setNext(row, after)
    if (before !== NONE) this.#setNext(before, row)
    const first = before === NONE ? row : list
    this.#trim(first)
    return first
  }

  /** Cuts those of a list down to where something is not known that has just been appended. */
  cut(list: number, known: Known): number {
    let first = list
    for (let before = NONE, row = list, next = NONE; row !== NONE; row = next) {
      next = this.#next(row)
      if (cutIn(this.#numbers, row * WIDTH, known)) before = row
      else {
        if (before === NONE) first = next
        else this.#setNext(before, next)
        this.#drop(row)
      }
    }
    return first
  }

  /** Drops what a list has more than it may, by one at the most. */
  #trim(list: number): void {
    let row = list
    for (let length = 1; length < LIST_MAX && row !== NONE; length += 1) row = this.#next(row)
    if (row === NONE || this.#next(row) === NONE) return
    this.#drop(this.#next(row))
    this.#setNext(row, NONE)
  }

  /** Puts one into a row that no list has. */
  #take(holds: Rectangle, { state, slots }: Answer<S>): number {
    const row = this.#free === NONE ? this.#states.length : this.#free
    if (row === this.#free) this.#free = this.#next(row)
    else this.#numbers.push(0, 0, 0, 0, 0, NONE)
    holds.copyTo(this.#numbers, row * WIDTH)
    this.#numbers[row * WIDTH + SLOTS] = slots
    this.#states[row] = state
    return row
  }

  #drop(row: number): void {
    this.#states[row] = undefined
    this.#setNext(row, this.#free)
    this.#free = row
  }

  #next(row: number): number {
    return this.#numbers[row * WIDTH + NEXT]!
  }

  #durationAt(row: number): number {
    return durationIn(this.#numbers, row * WIDTH)
  }

  #setNext(row: number, next: number): void {
    this.#numbers[row * WIDTH + NEXT] = next
  }
}
