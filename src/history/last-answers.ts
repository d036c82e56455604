import type { Answer, Extent, Nearest, Start } from './answer.js'
import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'

/** Each has so many numbers in a row: where it is the answer, and what there is to go on from it. */
const WIDTH = SIDES + 6
const POSITION_BELOW = SIDES - 1
const FROM = SIDES
const BEFORE = SIDES + 1
const SLOTS = SIDES + 2
const NUMBER = SIDES + 3 // of its chunk; none where its place is not known any more
const COUNT = SIDES + 4 // of the events of the chunk up to it
const SLOTS_UNKEPT = SIDES + 5

/** Of nothing, at no instant. */
const NONE = Array.from({ length: WIDTH }, (_, index) => (index === NUMBER ? -1 : 0))

/** So many rows fill a block: to grow, one list of all would be copied again and again. */
const BLOCK = 4096

/**
 * The answers that histories gave last, a row for each, and the instants and pairs for which they are the answers still.
 * They are looked at one after the other when all are asked: so they lie side by side.
 */
export class LastAnswers<S> {
  readonly #blocks: number[][] = []
  readonly #states: (S | undefined)[] = []

  /** Makes a row without an answer; returns its number. */
  addRow(): number {
    if (this.#states.length % BLOCK === 0) this.#blocks.push([])
    this.#blocks.at(-1)!.push(...NONE)
    return this.#states.push(undefined) - 1
  }

  /** Whether the answer of a row is the one at an instant and a pair. */
  isAt(row: number, instant: number, known: Known): boolean {
    const numbers = this.#blockOf(row)
    const at = placeOf(row)
    return instant >= numbers[at + FROM]! && instant < numbers[at + BEFORE]! && hasIn(numbers, at, known)
  }

  /** The state of a row that has an answer, as `isAt` tells. */
  stateOf(row: number): S {
    return this.#states[row]!
  }

  /** The answer of a row, where it is the one at an instant and a pair. */
  at(row: number, instant: number, known: Known): Answer<S> | undefined {
    return this.isAt(row, instant, known) ? this.#answerOf(row) : undefined
  }

  /** The answer, to go on from, where it comes no later than an extent ends and holds at a pair. */
  goOn(row: number, end: Extent, known: Known): Nearest<S> | undefined {
    const numbers = this.#blockOf(row)
    const at = placeOf(row)
    const number = numbers[at + NUMBER]!
    const count = numbers[at + COUNT]!
    const isEarlier = number < end.number || (number === end.number && count <= end.count)
    if (number < 0 || !isEarlier || !hasIn(numbers, at, known)) return undefined
    const holds = new Rectangle(numbers, at)
    return { number, count, answer: this.#answerOf(row), holds, slotsUnkept: numbers[at + SLOTS_UNKEPT]! }
  }

  /** Remembers an answer, after an extent, from an instant on and before another. */
  remember(row: number, { answer, holds, slotsUnkept }: Start<S>, { number, count }: Extent, from: number, before: number): void {
    const numbers = this.#blockOf(row)
    const at = placeOf(row)
    this.#states[row] = answer.state
    holds.copyTo(numbers, at)
    numbers[at + FROM] = from
    numbers[at + BEFORE] = before
    numbers[at + SLOTS] = answer.slots
    numbers[at + NUMBER] = number
    numbers[at + COUNT] = count
    numbers[at + SLOTS_UNKEPT] = slotsUnkept
  }

  /** Whether the answer is known to stand before an event, by its chunk's number and its index there. */
  isBefore(row: number, number: number, index: number): boolean {
    const numbers = this.#blockOf(row)
    const at = placeOf(row)
    const its = numbers[at + NUMBER]!
    return its >= 0 && (its < number || (its === number && numbers[at + COUNT]! <= index))
  }

  /** Takes in that an event counts from an instant on that comes after it. */
  end(row: number, instant: number): void {
    const numbers = this.#blockOf(row)
    const at = placeOf(row) + BEFORE
    if (instant < numbers[at]!) numbers[at] = instant
  }

  /** Takes in that something before it changed at a position: it is the answer still for positions before. */
  cut(row: number, position: number): void {
    this.losePlace(row)
    const numbers = this.#blockOf(row)
    const at = placeOf(row) + POSITION_BELOW
    if (position < numbers[at]!) numbers[at] = position
  }

  /** There is no going on from it any more. */
  losePlace(row: number): void {
    this.#blockOf(row)[placeOf(row) + NUMBER] = -1
  }

  #answerOf(row: number): Answer<S> {
    return { state: this.#states[row]!, slots: this.#blockOf(row)[placeOf(row) + SLOTS]! }
  }

  #blockOf(row: number): number[] {
    return this.#blocks[Math.floor(row / BLOCK)]!
  }
}

/** Where a row begins in its block. */
function placeOf(row: number): number {
  return (row % BLOCK) * WIDTH
}
