/** By when something was reported, in milliseconds, and at which position it was appended. */
export type Known = { readonly reported: number; readonly position: number }

/** How many numbers a rectangle takes in a column. */
export const SIDES = 4

const REPORTED_FROM = 0
const REPORTED_BELOW = 1
const POSITION_FROM = 2
const POSITION_BELOW = 3

/** At all pairs. `NaN` is no limit, since something may be reported at the end of time. */
const EVERYWHERE: readonly number[] = [-Infinity, Number.NaN, 0, Infinity]

/** Whether the rectangle at a place of a column has a pair. */
export function hasIn(column: readonly number[], at: number, { reported, position }: Known): boolean {
  const isReported = reported >= column[at + REPORTED_FROM]! && !(reported >= column[at + REPORTED_BELOW]!)
  return isReported && position >= column[at + POSITION_FROM]! && position < column[at + POSITION_BELOW]!
}

/**
 * For how long reports may go on from one time to another in the rectangle at a place of a column, in milliseconds; 0
 * where only positions that have passed are left, about which few ask.
 */
export function durationIn(column: readonly number[], at: number): number {
  if (column[at + POSITION_BELOW]! < Infinity) return 0
  const reportedBelow = column[at + REPORTED_BELOW]!
  return Number.isNaN(reportedBelow) ? Infinity : reportedBelow - column[at + REPORTED_FROM]!
}

/**
 * Leaves the pairs of the rectangle at a place of a column at which something is not known that has just been appended:
 * earlier reports, or else earlier positions. As it comes after all others, there always are some.
 */
export function cutIn(column: number[], at: number, { reported, position }: Known): void {
  if (reported > column[at + REPORTED_FROM]!) endReported(column, at, reported)
  else endPosition(column, at, position)
}

function endReported(column: number[], at: number, reported: number): void {
  if (!(reported >= column[at + REPORTED_BELOW]!)) column[at + REPORTED_BELOW] = reported
}

function endPosition(column: number[], at: number, position: number): void {
  if (position < column[at + POSITION_BELOW]!) column[at + POSITION_BELOW] = position
}

/**
 * The pairs of (reported, position) at which the same events are visible: from its lower corner on, and before its
 * upper corner. Its sides lie in a column of numbers, where many rectangles take little room and are quick to look at.
 */
export class Rectangle {
  readonly #column: number[]
  readonly #at: number

  /** The one at a place of a column, or else one of its own that has all pairs. */
  constructor(column: number[] = EVERYWHERE.slice(), at = 0) {
    this.#column = column
    this.#at = at
  }

  /** From which position on it has pairs. */
  get positionFrom(): number {
    return this.#column[this.#at + POSITION_FROM]!
  }

  get duration(): number {
    return durationIn(this.#column, this.#at)
  }

  /** One of its own that is the same. */
  copy(): Rectangle {
    return new Rectangle(this.#column.slice(this.#at, this.#at + SIDES))
  }

  /** Writes its sides to a place of a column. */
  copyTo(column: number[], at: number): void {
    for (let side = 0; side < SIDES; side += 1) column[at + side] = this.#column[this.#at + side]!
  }

  /** Leaves the pairs at which something is known. */
  require(reported: number, position: number): void {
    if (reported > this.#column[this.#at + REPORTED_FROM]!) this.#column[this.#at + REPORTED_FROM] = reported
    if (position > this.positionFrom) this.#column[this.#at + POSITION_FROM] = position
  }

  /** Leaves pairs at which something is not known: the earlier reports, or else the earlier positions, on the side of one at which it is not. */
  exclude(reported: number, position: number, at: Known): void {
    if (reported > at.reported) endReported(this.#column, this.#at, reported)
    else endPosition(this.#column, this.#at, position)
  }
}
