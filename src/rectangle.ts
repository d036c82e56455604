/** By when something was reported, in milliseconds, and at which position it was appended. */
export type Known = { readonly reported: number; readonly position: number }

/**
 * The pairs of (reported, position) at which the same events are visible: from its lower corner on, and before its
 * upper corner. `NaN` is no limit, since something may be reported at the end of time.
 */
export class Rectangle {
  reportedFrom = -Infinity
  reportedBelow = Number.NaN
  positionFrom = 0
  positionBelow = Infinity

  has({ reported, position }: Known): boolean {
    return (
      reported >= this.reportedFrom && !(reported >= this.reportedBelow) && position >= this.positionFrom && position < this.positionBelow
    )
  }

  copy(): Rectangle {
    const copy = new Rectangle()
    copy.reportedFrom = this.reportedFrom
    copy.reportedBelow = this.reportedBelow
    copy.positionFrom = this.positionFrom
    copy.positionBelow = this.positionBelow
    return copy
  }

  get isEmpty(): boolean {
    return this.reportedFrom >= this.reportedBelow || this.positionFrom >= this.positionBelow
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
