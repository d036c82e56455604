import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'
import { countWhile } from './search.js'

/** A state, how many events are folded into it, and how many of its slots were new when it was taken. */
export type Answer<S> = { readonly state: S; readonly folded: number; readonly slots: number }

/** What each checkpoint has in one column: after how many events it stands, and the sides of its rectangle. */
const WIDTH = 1 + SIDES

/** The checkpoints among the events of a chunk, in order: states, and for each the rectangle in which it holds. */
export class Checkpoints<S> {
  readonly #bounds: number[] = []
  readonly #answers: Answer<S>[] = []

  get length(): number {
    return this.#answers.length
  }

  /** The last one that holds, after so many events at the most; -1 where there is none. */
  findLast(count: number, known: Known): number {
    let index = this.#lengthBy(count) - 1
    while (index >= 0 && !hasIn(this.#bounds, index * WIDTH + 1, known)) index -= 1
    return index
  }

  countAt(index: number): number {
    return this.#bounds[index * WIDTH]!
  }

  answerAt(index: number): Answer<S> {
    return this.#answers[index]!
  }

  holdsAt(index: number): Rectangle {
    return Rectangle.from(this.#bounds, index * WIDTH + 1)
  }

  /** Keeps one after so many events; of more than `lengthMax`, the one that holds for the shortest time goes. */
  keep(count: number, holds: Rectangle, answer: Answer<S>, lengthMax: number): void {
    if (this.length >= lengthMax && !this.#makeRoom(holds.duration)) return
    const index = this.#lengthBy(count)
    this.#bounds.splice(index * WIDTH, 0, count, 0, 0, 0, 0)
    holds.writeTo(this.#bounds, index * WIDTH + 1)
    this.#answers.splice(index, 0, answer)
  }

  /** Moves those after more than so many events by one event. */
  moveUp(count: number): void {
    for (let index = this.#lengthBy(count); index < this.length; index += 1) this.#bounds[index * WIDTH]! += 1
  }

  /** Cuts those after more than so many events down to where something is not known that has just been appended. */
  cut(known: Known, count: number): void {
    for (let index = this.length - 1; index >= this.#lengthBy(count); index -= 1) {
      const holds = this.holdsAt(index)
      holds.cut(known)
      if (holds.isEmpty) this.#remove(index)
      else holds.writeTo(this.#bounds, index * WIDTH + 1)
    }
  }

  /** Removes the one that holds for the shortest time, unless a new one holds no longer. */
  #makeRoom(duration: number): boolean {
    let [shortest, index] = [duration, -1]
    for (let next = 0; next < this.length; next += 1) {
      const its = this.holdsAt(next).duration
      if (its < shortest) [shortest, index] = [its, next]
    }
    if (index >= 0) this.#remove(index)
    return index >= 0
  }

  #remove(index: number): void {
    this.#bounds.splice(index * WIDTH, WIDTH)
    this.#answers.splice(index, 1)
  }

  /** How many stand after so many events at the most. */
  #lengthBy(count: number): number {
    return countWhile(this.length, (index) => this.#bounds[index * WIDTH]! <= count)
  }
}
