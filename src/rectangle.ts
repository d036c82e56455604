/** By when something was reported, in milliseconds, and at which position it was appended. */
export type Known = { readonly reported: number; readonly position: number }

/**
 * The pairs of (reported, position) at which the same events are visible: from its lower corner on, and before its
 * upper corner. `NaN` is no limit, since something may be reported at the end of time.
 */
export class Rectangle {
  reportedFrom: number
  reportedBelow: number
  positionFrom: number
  positionBelow: number

  /** A copy of another; of none, all pairs. */
  constructor(other?: Rectangle) {
    this.reportedFrom = other === undefined ? -Infinity : other.reportedFrom
    this.reportedBelow = other === undefined ? Number.NaN : other.reportedBelow
    this.positionFrom = other === undefined ? 0 : other.positionFrom
    this.positionBelow = other === undefined ? Infinity : other.positionBelow
  }

  has({ reported, position }: Known): boolean {
    return (
      reported >= this.reportedFrom && !(reported >= this.reportedBelow) && position >= this.positionFrom && position < this.positionBelow
    )
  }

  get isEmpty(): boolean {
    return this.reportedFrom >= this.reportedBelow || this.positionFrom >= this.positionBelow
  }

  /** How long reports may go on without an end to this, in milliseconds. */
  get duration(): number {
    return Number.isNaN(this.reportedBelow) ? Infinity : this.reportedBelow - this.reportedFrom
  }

  /** Leaves the pairs at which something is known. */
  require(reported: number, position: number): void {
    if (reported > this.reportedFrom) this.reportedFrom = reported
    if (position > this.positionFrom) this.positionFrom = position
  }

  /** Leaves pairs at which something is not known, as it is not at one of them. */
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
