/** By when something was reported, in milliseconds, and at which position it was appended. */
export type Known = { readonly reported: number; readonly position: number }

/** How many numbers a rectangle takes in a column. */
export const SIDES = 4

/** Whether the rectangle at a place of a column has a pair. */
export function hasIn(column: readonly number[], at: number, { reported, position }: Known): boolean {
  const isReported = reported >= column[at]! && !(reported >= column[at + 1]!)
  return isReported && position >= column[at + 2]! && position < column[at + 3]!
}

/**
 * The pairs of (reported, position) at which the same events are visible: from its lower corner on, and before its
 * upper corner. `NaN` is no limit, since something may be reported at the end of time.
 */
export class Rectangle {
  reportedFrom = -Infinity
  reportedBelow = Number.NaN
  positionFrom = 0
  positionBelow = Infinity

  /** One that was written into a column. */
  static from(column: readonly number[], at: number): Rectangle {
    const rectangle = new Rectangle()
    rectangle.reportedFrom = column[at]!
    rectangle.reportedBelow = column[at + 1]!
    rectangle.positionFrom = column[at + 2]!
    rectangle.positionBelow = column[at + 3]!
    return rectangle
  }

  /** Writes its sides into a column of numbers, where many of them take little room and are quick to look at. */
  writeTo(column: number[], at: number): void {
    column[at] = this.reportedFrom
    column[at + 1] = this.reportedBelow
    column[at + 2] = this.positionFrom
    column[at + 3] = this.positionBelow
  }

  get isEmpty(): boolean {
    return this.reportedFrom >= this.reportedBelow || this.positionFrom >= this.positionBelow
  }

  /** Leaves the pairs at which something is known. */
  require(reported: number, position: number): void {
    if (reported > this.reportedFrom) this.reportedFrom = reported
    if (position > this.positionFrom) this.positionFrom = position
  }

  /** Leaves pairs at which something is not known: the earlier reports, or else the earlier positions, on the side of one at which it is not. */
  exclude(reported: number, position: number, at: Known): void {
    if (reported > at.reported) this.#endReported(reported)
    else this.#endPosition(position)
  }

  /** Leaves pairs at which something is not known that has just been appended: earlier reports, or else earlier positions. */
  cut({ reported, position }: Known): void {
    if (reported > this.reportedFrom) this.#endReported(reported)
    else this.#endPosition(position)
  }

  #endReported(reported: number): void {
    if (!(reported >= this.reportedBelow)) this.reportedBelow = reported
  }

  #endPosition(position: number): void {
    if (position < this.positionBelow) this.positionBelow = position
  }
}

/**
 * For how long reports may go on from one time to another, in milliseconds; 0 where only positions that have passed are
 * left, about which few ask.
 */
export function durationOf(reportedFrom: number, reportedBelow: number, positionBelow: number): number {
  if (positionBelow < Infinity) return 0
  return Number.isNaN(reportedBelow) ? Infinity : reportedBelow - reportedFrom
}
