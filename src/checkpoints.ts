import { type Known, Rectangle } from './rectangle.js'
import { countWhile } from './search.js'

/** A state, how many events are folded into it, and how many of its slots were new when it was taken. */
export type Answer<S> = { readonly state: S; readonly folded: number; readonly slots: number }

/** An answer after so many events of a chunk and all that come before, and the pairs at which it holds. */
export type Checkpoint<S> = { readonly count: number; readonly answer: Answer<S>; readonly holds: Rectangle }

/** What each checkpoint has in one column: after how many events it stands, and the sides of its rectangle. */
const WIDTH = 5
const REPORTED_FROM = 1
const REPORTED_BELOW = 2
const POSITION_FROM = 3
const POSITION_BELOW = 4

/** The checkpoints among the events of a chunk, in order: states, and for each the rectangle in which it holds. */
export class Checkpoints<S> {
  readonly #bounds: number[] = []
  readonly #answers: Answer<S>[] = []

  get length(): number {
    return this.#answers.length
  }

  /** The last one that holds, after so many events at the most. */
  findLast(count: number, { reported, position }: Known): Checkpoint<S> | undefined {
    const bounds = this.#bounds
    for (let index = this.#lengthBy(count) - 1; index >= 0; index -= 1) {
      const at = index * WIDTH
      const isReported = reported >= bounds[at + REPORTED_FROM]! && !(reported >= bounds[at + REPORTED_BELOW]!)
      if (isReported && position >= bounds[at + POSITION_FROM]! && position < bounds[at + POSITION_BELOW]!) return this.#at(index)
    }
    return undefined
  }

  all(): Checkpoint<S>[] {
    return this.#answers.map((_, index) => this.#at(index))
  }

  /** Keeps one after so many events; of more than `lengthMax`, the one that holds for the shortest time goes. */
  keep(count: number, holds: Rectangle, answer: Answer<S>, lengthMax: number): void {
    if (this.length >= lengthMax && !this.#makeRoom(durationOf(holds.reportedFrom, holds.reportedBelow))) return
    const index = this.#lengthBy(count)
    const { reportedFrom, reportedBelow, positionFrom, positionBelow } = holds
    this.#bounds.splice(index * WIDTH, 0, count, reportedFrom, reportedBelow, positionFrom, positionBelow)
    this.#answers.splice(index, 0, answer)
  }

  /** Moves those after more than so many events by one event. */
  moveUp(count: number): void {
    for (let index = this.#lengthBy(count); index < this.length; index += 1) this.#bounds[index * WIDTH]! += 1
  }

  /** Cuts those after more than so many events down to where something is not known that has just been appended. */
  cut(known: Known, count: number): void {
    for (let index = this.length - 1; index >= this.#lengthBy(count); index -= 1) {
      const { holds } = this.#at(index)
      holds.cut(known)
      if (holds.isEmpty) this.#remove(index)
      else
        this.#bounds.splice(
          index * WIDTH + REPORTED_BELOW,
          WIDTH - REPORTED_BELOW,
          holds.reportedBelow,
          holds.positionFrom,
          holds.positionBelow,
        )
    }
  }

  #at(index: number): Checkpoint<S> {
    const at = index * WIDTH
    const holds = new Rectangle()
    holds.reportedFrom = this.#bounds[at + REPORTED_FROM]!
    holds.reportedBelow = this.#bounds[at + REPORTED_BELOW]!
    holds.positionFrom = this.#bounds[at + POSITION_FROM]!
    holds.positionBelow = this.#bounds[at + POSITION_BELOW]!
    return { count: this.#bounds[at]!, answer: this.#answers[index]!, holds }
  }

  /** Removes the one that holds for the shortest time, unless a new one holds no longer. */
  #makeRoom(duration: number): boolean {
    let [shortest, index] = [duration, -1]
    for (let next = 0; next < this.length; next += 1) {
      const at = next * WIDTH
      const its = durationOf(this.#bounds[at + REPORTED_FROM]!, this.#bounds[at + REPORTED_BELOW]!)
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

/** How long reports may go on, in milliseconds. */
function durationOf(from: number, below: number): number {
  return Number.isNaN(below) ? Infinity : below - from
}
