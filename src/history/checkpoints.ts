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
 * or `NONE`; whoever has a list keeps it. Those that held for the longest time when they were kept come first, so that a
 * question looks at few.
 */
export class Checkpoints<S> {
  readonly #numbers: number[] = []
  readonly #states: S[] = []

  /** The row of one in a list that holds; `NONE` where there is none. */
  find(list: number, known: Known): number {
    let row = list
    while (row !== NONE && !hasIn(this.#numbers, row * WIDTH, known)) row = this.#next(row)
    return row
  }

  stateAt(row: number): S {
    return this.#states[row]!
  }

  answerAt(row: number): Answer<S> {
    return { state: this.stateAt(row), slots: this.#numbers[row * WIDTH + SLOTS]! }
  }

  /** Where it holds, until something is changed. */
  holdsAt(row: number): Rectangle {
    return new Rectangle(this.#numbers, row * WIDTH)
  }

  /** The rows of a list. */
  *rows(list: number): IterableIterator<number> {
    for (let row = list; row !== NONE; row = this.#next(row)) yield row
  }

  /** Whether a list has room for one that holds in a rectangle, or has one that holds no longer. */
  hasRoomFor(list: number, holds: Rectangle): boolean {
    return !this.#isFull(list) || this.#durationAt(this.#shortest(list)) <= holds.duration
  }

  /** Keeps one in a list, before those that hold no longer; of a full list the one goes that holds for the shortest time. Gives the list as it is then. */
  keep(list: number, holds: Rectangle, answer: Answer<S>): number {
    const isFull = this.#isFull(list)
    const row = isFull ? this.#shortest(list) : this.#states.length
    const others = isFull ? this.#without(list, row) : list
    holds.copyTo(this.#numbers, row * WIDTH)
    this.#numbers[row * WIDTH + SLOTS] = answer.slots
    this.#states[row] = answer.state
    const { duration } = holds
    let [before, after] = [NONE, others]
    while (after !== NONE && this.#durationAt(after) > duration) [before, after] = [after, this.#next(after)]
    this.#numbers[row * WIDTH + NEXT] = after
    if (before === NONE) return row
    this.#numbers[before * WIDTH + NEXT] = row
    return others
  }

  /** Cuts those of a list down to where something is not known that has just been appended. */
  cut(list: number, known: Known): void {
    for (let row = list; row !== NONE; row = this.#next(row)) cutIn(this.#numbers, row * WIDTH, known)
  }

  #isFull(list: number): boolean {
    let length = 0
    for (let row = list; row !== NONE; row = this.#next(row)) length += 1
    return length === LIST_MAX
  }

  /** The row of a list that holds for the shortest time. */
  #shortest(list: number): number {
    let shortest = list
    for (let row = list; row !== NONE; row = this.#next(row)) if (this.#durationAt(row) <= this.#durationAt(shortest)) shortest = row
    return shortest
  }

  /** A list without one of its rows. */
  #without(list: number, row: number): number {
    if (list === row) return this.#next(row)
    let before = list
    while (this.#next(before) !== row) before = this.#next(before)
    this.#numbers[before * WIDTH + NEXT] = this.#next(row)
    return list
  }

  #next(row: number): number {
    return this.#numbers[row * WIDTH + NEXT]!
  }

  #durationAt(row: number): number {
    return durationIn(this.#numbers, row * WIDTH)
  }
}
