import type { Answer, Extent, Nearest, Start } from './answer.js'
import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'

const POSITION_BELOW = SIDES - 1
const FROM = SIDES
const BEFORE = SIDES + 1

/** The answer that a history gave last, and the instants and pairs for which it is the answer still. */
export class LastAnswer<S> {
  #answer: Answer<S> | undefined
  #slotsUnkept = 0
  #number = -1 // of its chunk; none where its place is not known any more
  #count = 0 // of the events of the chunk up to it
  readonly #bounds = [0, 0, 0, 0, 0, 0] // in one column, for it is looked at with every question

  /** The answer, where it is the one at an instant and a pair. */
  at(instant: number, known: Known): Answer<S> | undefined {
    return instant >= this.#bounds[FROM]! && instant < this.#bounds[BEFORE]! && hasIn(this.#bounds, 0, known) ? this.#answer : undefined
  }

  /** The answer, to go on from, where it comes no later than an extent ends and holds at a pair. */
  goOn(end: Extent, known: Known): Nearest<S> | undefined {
    const number = this.#number
    const isEarlier = number < end.number || (number === end.number && this.#count <= end.count)
    if (number < 0 || !isEarlier || !hasIn(this.#bounds, 0, known)) return undefined
    const holds = Rectangle.from(this.#bounds, 0)
    return { number, count: this.#count, answer: this.#answer!, holds, slotsUnkept: this.#slotsUnkept }
  }

  /** Remembers an answer, after an extent, from an instant on and before another. */
  remember({ answer, holds, slotsUnkept }: Start<S>, { number, count }: Extent, from: number, before: number): void {
    this.#answer = answer
    this.#slotsUnkept = slotsUnkept
    this.#number = number
    this.#count = count
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
    this.#number = -1
  }
}
