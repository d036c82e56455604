import type { Answer, Extent, Nearest, Start } from './answer.js'
import { type Known, Rectangle, SIDES, hasIn } from './rectangle.js'

/** Each has so many numbers in one column: where it is the answer, and what there is to go on from it. */
const WIDTH = SIDES + 7
const POSITION_BELOW = SIDES - 1
const FROM = SIDES
const BEFORE = SIDES + 1
const FOLDED = SIDES + 2
const SLOTS = SIDES + 3
const NUMBER = SIDES + 4 // of its chunk; none where its place is not known any more
const COUNT = SIDES + 5 // of the events of the chunk up to it
const SLOTS_UNKEPT = SIDES + 6

/**
 * The answers that histories gave last, a row for each, and the instants and pairs for which they are the answers still.
 * They are looked at with every question, one after the other when all are asked: in columns they lie side by side.
 */
export class LastAnswers<S> {
  readonly #numbers: number[] = []
  readonly #states: (S | undefined)[] = []

  /** Makes a row without an answer; returns its number. */
  addRow(): number {
    this.#numbers.push(Infinity, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0)
    return this.#states.push(undefined) - 1
  }

  /** Whether the answer of a row is the one at an instant and a pair. */
  isAt(row: number, instant: number, known: Known): boolean {
    const at = row * WIDTH
    const numbers = this.#numbers
    return instant >= numbers[at + FROM]! && instant < numbers[at + BEFORE]! && hasIn(numbers, at, known)
  }

  /** The state of a row's answer, into which some event is folded. */
  stateOf(row: number): S {
    return this.#states[row]!
  }

  /** The answer of a row, where it is the one at an instant and a pair. */
  at(row: number, instant: number, known: Known): Answer<S> | undefined {
    return this.isAt(row, instant, known) ? this.#answerOf(row) : undefined
  }

  /** The answer, to go on from, where it comes no later than an extent ends and holds at a pair. */
  goOn(row: number, end: Extent, known: Known): Nearest<S> | undefined {
    const at = row * WIDTH
    const numbers = this.#numbers
    const number = numbers[at + NUMBER]!
    const count = numbers[at + COUNT]!
    const isEarlier = number < end.number || (number === end.number && count <= end.count)
    if (number < 0 || !isEarlier || !hasIn(numbers, at, known)) return undefined
    const holds = Rectangle.from(numbers, at)
    return { number, count, answer: this.#answerOf(row), holds, slotsUnkept: numbers[at + SLOTS_UNKEPT]! }
  }

  /** Remembers an answer, after an extent, from an instant on and before another. */
  remember(row: number, { answer, holds, slotsUnkept }: Start<S>, { number, count }: Extent, from: number, before: number): void {
    const at = row * WIDTH
    const numbers = this.#numbers
    this.#states[row] = answer.state
    holds.writeTo(numbers, at)
    numbers[at + FROM] = from
    numbers[at + BEFORE] = before
    numbers[at + FOLDED] = answer.folded
    numbers[at + SLOTS] = answer.slots
    numbers[at + NUMBER] = number
    numbers[at + COUNT] = count
    numbers[at + SLOTS_UNKEPT] = slotsUnkept
  }

  /** Takes in that an event counts from an instant on that comes after all others. */
  end(row: number, instant: number): void {
    const at = row * WIDTH + BEFORE
    if (instant < this.#numbers[at]!) this.#numbers[at] = instant
  }

  /** Takes in that something before it changed at a position: it is the answer still for positions before. */
  cut(row: number, position: number): void {
    this.losePlace(row)
    const at = row * WIDTH + POSITION_BELOW
    if (position < this.#numbers[at]!) this.#numbers[at] = position
  }

  /** There is no going on from it any more. */
  losePlace(row: number): void {
    this.#numbers[row * WIDTH + NUMBER] = -1
  }

  #answerOf(row: number): Answer<S> {
    const at = row * WIDTH
    return { state: this.#states[row]!, folded: this.#numbers[at + FOLDED]!, slots: this.#numbers[at + SLOTS]! }
  }
}
