import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'
import { countWhile } from './search.js'

/** A state, how many events are folded into it, and how many of its slots were new when it was taken. */
export type Answer<S> = { readonly state: S; readonly folded: number; readonly slots: number }

/** The checkpoints among the events of a chunk, in order: states, and for each the rectangle in which it holds. */
export class Checkpoints<S> {
  readonly #counts: number[] = [] // of the events that come before
  readonly #sides: number[] = [] // of the rectangles
  readonly #answers: Answer<S>[] = []

  get length(): number {
    return this.#answers.length
  }

  /** The last one that holds, after so many events at the most; -1 where there is none. */
  findLast(count: number, known: Known): number {
    let index = this.#lengthBy(count) - 1
    while (index >= 0 && !hasIn(this.#sides, index * SIDES, known)) index -= 1
    return index
  }

  countAt(index: number): number {
    return this.#counts[index]!
  }

  answerAt(index: number): Answer<S> {
    return this.#answers[index]!
  }

  holdsAt(index: number): Rectangle {
    return Rectangle.from(this.#sides, index * SIDES)
  }

  /** Keeps one after so many events; of more than `lengthMax`, the one that holds for the shortest time goes. */
  keep(count: number, holds: Rectangle, answer: Answer<S>, lengthMax: number): void {
    if (this.length >= lengthMax && !this.#makeRoom(holds.duration)) return
    const index = this.#lengthBy(count)
    this.#counts.splice(index, 0, count)
    this.#sides.splice(index * SIDES, 0, 0, 0, 0, 0)
    holds.writeTo(this.#sides, index * SIDES)
    this.#answers.splice(index, 0, answer)
  }

  /** Moves those after more than so many events by one event. */
  moveUp(count: number): void {
    for (let index = this.#lengthBy(count); index < this.length; index += 1) this.#counts[index]! += 1
  }

  /** Cuts those after more than so many events down to where something is not known that has just been appended. */
  cut(known: Known, count: number): void {
    for (let index = this.length - 1; index >= this.#lengthBy(count); index -= 1) {
      const holds = this.holdsAt(index)
      holds.cut(known)
      if (holds.isEmpty) this.#remove(index)
      else holds.writeTo(this.#sides, index * SIDES)
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
    this.#counts.splice(index, 1)
    this.#sides.splice(index * SIDES, SIDES)
    this.#answers.splice(index, 1)
  }

  /** How many stand after so many events at the most. */
  #lengthBy(count: number): number {
    return countWhile(this.length, (index) => this.#counts[index]! <= count)
  }
}
