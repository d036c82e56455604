import { countWhile } from '../search.js'
import type { Answer } from './answer.js'
import { type Known, Rectangle, SIDES, durationOf, hasIn } from './rectangle.js'

/** Each has so many numbers in one column: the sides of its rectangle, and what the answer has beside the state. */
const WIDTH = SIDES + 1
const SLOTS = SIDES

/** The checkpoints among the events of a chunk, in order: states, and for each the rectangle in which it holds. */
export class Checkpoints<S> {
  readonly #counts: number[] = [] // of the events that come before
  readonly #numbers: number[] = []
  readonly #states: S[] = []

  get length(): number {
    return this.#states.length
  }

  /** The last one that holds, after so many events at the most; -1 where there is none. */
  findLast(count: number, known: Known): number {
    let index = this.#lengthBy(count) - 1
    while (index >= 0 && !hasIn(this.#numbers, index * WIDTH, known)) index -= 1
    return index
  }

  countAt(index: number): number {
    return this.#counts[index]!
  }

  answerAt(index: number): Answer<S> {
    const at = index * WIDTH
    return { state: this.#states[index]!, slots: this.#numbers[at + SLOTS]! }
  }

  holdsAt(index: number): Rectangle {
    return Rectangle.from(this.#numbers, index * WIDTH)
  }

  /** Keeps one after so many events; of more than `lengthMax`, the one that holds for the shortest time goes. */
  keep(count: number, holds: Rectangle, answer: Answer<S>, lengthMax: number): void {
    if (this.length >= lengthMax && !this.#makeRoom(durationOf(holds.reportedFrom, holds.reportedBelow, holds.positionBelow))) return
    const index = this.#lengthBy(count)
    this.#counts.splice(index, 0, count)
    this.#numbers.splice(index * WIDTH, 0, 0, 0, 0, 0, answer.slots)
    holds.writeTo(this.#numbers, index * WIDTH)
    this.#states.splice(index, 0, answer.state)
  }

  /** Moves those after more than so many events by one event. */
  moveUp(count: number): void {
    for (let index = this.#lengthBy(count); index < this.length; index += 1) this.#counts[index]! += 1
  }

  /** Cuts those after more than so many events down to where something is not known that has just been appended. */
  cut(known: Known, count: number): void {
    const first = this.#lengthBy(count)
    for (let index = this.length - 1; index >= first; index -= 1) {
      const holds = this.holdsAt(index)
      holds.cut(known)
      if (holds.isEmpty) this.#remove(index)
      else holds.writeTo(this.#numbers, index * WIDTH)
    }
  }

  /** Removes the one that holds for the shortest time, unless a new one holds no longer. What holds for none gives way to any. */
  #makeRoom(duration: number): boolean {
    let [shortest, index] = [duration, -1]
    for (let at = 0; at < this.#numbers.length; at += WIDTH) {
      const its = durationOf(this.#numbers[at]!, this.#numbers[at + 1]!, this.#numbers[at + 3]!)
      if (its < shortest || its === 0) [shortest, index] = [its, at / WIDTH]
      if (its === 0) break
    }
    if (index >= 0) this.#remove(index)
    return index >= 0
  }

  #remove(index: number): void {
    this.#counts.splice(index, 1)
    this.#numbers.splice(index * WIDTH, WIDTH)
    this.#states.splice(index, 1)
  }

  /** How many stand after so many events at the most. */
  #lengthBy(count: number): number {
    return countWhile(this.length, (index) => this.#counts[index]! <= count)
  }
}
