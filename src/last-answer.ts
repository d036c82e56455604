import type { Answer } from './checkpoints.js'
import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'

const POSITION_BELOW = SIDES - 1
const FROM = SIDES
const BEFORE = SIDES + 1

/** The answer that a history gave last, and the instants and pairs for which it is the answer still. */
export class LastAnswer<S> {
  /** After how many events of which chunk it is; of none, where that is not known any more. */
  number = -1
  count = 0
  /** How many slots of its own it has at the most beside those of the checkpoints. */
  slotsUnkept = 0
  #answer: Answer<S> | undefined
  readonly #bounds = [0, 0, 0, 0, 0, 0] // in one column, for it is looked at with every question

  /** The answer, where it is the one at an instant and a pair. */
  at(instant: number, known: Known): Answer<S> | undefined {
    return instant >= this.#bounds[FROM]! && instant < this.#bounds[BEFORE]! && hasIn(this.#bounds, 0, known) ? this.#answer : undefined
  }

  /** The answer, to go on from, where it holds at a pair. */
  goOn(known: Known): Answer<S> | undefined {
    return hasIn(this.#bounds, 0, known) ? this.#answer : undefined
  }

  get holds(): Rectangle {
    return Rectangle.from(this.#bounds, 0)
  }

  /** Remembers an answer, after so many events of a chunk, from an instant on and before another. */
  remember(answer: Answer<S>, holds: Rectangle, slotsUnkept: number, number: number, count: number, from: number, before: number): void {
    this.#answer = answer
    this.slotsUnkept = slotsUnkept
    this.number = number
    this.count = count
    holds.writeTo(this.#bounds, 0)
    this.#bounds[FROM] = from
    this.#bounds[BEFORE] = before
  }

  /** Takes in that an event counts from an instant on that comes after all others. */
  end(instant: number): void {
    if (instant < this.#bounds[BEFORE]!) this.#bounds[BEFORE] = instant
  }

  /** Takes in that something before it changed at a position: it is the answer still for positions before. */
  cut(position: number): void {
    this.losePlace()
    this.#bounds[POSITION_BELOW] = Math.min(this.#bounds[POSITION_BELOW]!, position)
  }

  /** There is no going on from it any more. */
  losePlace(): void {
    this.number = -1
  }
}
