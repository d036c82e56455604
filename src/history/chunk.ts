import type { TimelineEvent } from '../event.js'
import { countUpTo, countWhile } from '../search.js'
import type { Answer, Nearest } from './answer.js'
import { Checkpoints, NONE } from './checkpoints.js'
import { type Place, isBefore } from './place.js'
import type { Known, Rectangle } from './rectangle.js'

/** Who is shown the events that are visible, and where they stay so. */
export type Visitor<S> = { readonly holds: Rectangle; take(event: TimelineEvent, chunk: Chunk<S>, count: number): void }

/** Events of a history in order, in columns, with the checkpoints that stand among them. */
export class Chunk<S> {
  #events: TimelineEvent[] = []
  #instants: number[] = []
  /** What a question looks at together: reports, and beside each, once there are checkpoints, the list of those that follow the event. */
  #reports: number[] = []
  #width = 1 // or 2, with the lists
  #superseders: (Known | undefined)[] | undefined
  /** Those that stand among the events. */
  checkpoints = new Checkpoints<S>()
  /** What is to be cut off the checkpoints of this chunk and of all after it, before they are used. */
  postponed: Known | undefined
  #firstReported = Infinity
  #firstPosition = Infinity
  #lastPosition = 0

  get length(): number {
    return this.#events.length
  }

  /** Whether the first event counts by an instant. */
  beginsBy(instant: number): boolean {
    return this.instantAt(0) <= instant
  }

  /** Whether the first event comes no later than a place. */
  beginsAt(place: Place): boolean {
    return !isBefore(place, this.#placeAt(0))
  }

  instantAt(index: number): number {
    return this.#instants[index]!
  }

  /** How many events count by an instant. */
  countBy(instant: number): number {
    return countUpTo(this.#instants, instant)
  }

  /** Puts an event in its place, and cuts the checkpoints after it. Gives its index. */
  insert(event: TimelineEvent, place: Place): number {
    const index = this.#countTo(place)
    insertAt(this.#events, index, event)
    insertAt(this.#instants, index, place.instant)
    this.#insertReport(index, place.reported)
    if (this.#superseders !== undefined) insertAt(this.#superseders, index, undefined)
    this.#widen(place)
    this.#cut(place, index)
    return index
  }

  /** Marks the event at a place as superseded. Gives its index. */
  supersede(place: Place, by: Known): number {
    const index = this.#countTo(place) - 1
    this.#superseders ??= this.#events.map(() => undefined)
    this.#superseders[index] = by
    this.#cut(by, index)
    return index
  }

  /** Cuts all checkpoints down to where something is not known that has just been appended. */
  cut(known: Known): void {
    this.#cut(known, 0)
  }

  /** Whether the event at a place is visible. */
  includes(place: Place, at: Known): boolean {
    const index = this.#countTo(place) - 1
    return this.#events[index]?.position === place.position && this.#isVisible(index, at)
  }

  /** The first so many events, as far as they are visible. */
  visible(count: number, at: Known): TimelineEvent[] {
    return this.#isUnknown(at) ? [] : this.#events.slice(0, count).filter((_, index) => this.#isVisible(index, at))
  }

  /** How many events there are up to the last one that is visible. */
  countVisible(to: number, at: Known): number {
    if (this.#isUnknown(at)) return 0
    let count = to
    while (count > 0 && !this.#isVisible(count - 1, at)) count -= 1
    return count
  }

  /** Shows the events from one index to another that are visible. */
  visit(from: number, to: number, at: Known, visitor: Visitor<S>): void {
    if (this.#isUnknown(at)) visitor.holds.exclude(this.#firstReported, this.#firstPosition, at)
    else
      for (let index = from; index < to; index += 1)
        if (this.#narrow(index, at, visitor.holds)) visitor.take(this.#events[index]!, this, index + 1)
  }

  /** The list of the checkpoints that follow so many events, and no fewer. */
  listAfter(count: number): number {
    return this.#width === 1 ? NONE : this.#reports[(count - 1) * this.#width + 1]!
  }

  /** The state at an instant and a pair, where a checkpoint has it that follows the last event of this chunk that is visible. */
  keptState(instant: number, at: Known): S | undefined {
    const count = this.countVisible(this.countBy(instant), at)
    const row = count === 0 ? NONE : this.checkpoints.find(this.listAfter(count), at)
    return row === NONE ? undefined : this.checkpoints.stateAt(row)
  }

  /** The last checkpoint that holds, after so many events at the most; `number` is that of this chunk. */
  nearest(count: number, at: Known, number: number): Nearest<S> | undefined {
    if (this.#isUnknown(at)) return undefined // a checkpoint follows an event that it knows
    const { checkpoints } = this
    for (let before = count; before > 0; before -= 1) {
      const row = checkpoints.find(this.listAfter(before), at)
      if (row !== NONE) return { number, count: before, answer: checkpoints.answerAt(row), holds: checkpoints.holdsAt(row), slotsUnkept: 0 }
    }
    return undefined
  }

  /** Whether there is room for a checkpoint after so many events, or for one that holds for as long. */
  hasRoomFor(count: number, holds: Rectangle): boolean {
    return this.checkpoints.hasRoomFor(this.listAfter(count), holds)
  }

  /** Keeps a checkpoint after so many events. */
  keep(count: number, holds: Rectangle, answer: Answer<S>): void {
    this.#setListAfter(count, this.checkpoints.keep(this.listAfter(count), holds, answer))
  }

  forgetCheckpoints(): void {
    this.checkpoints = new Checkpoints()
    for (let count = 1; count <= this.length; count += 1) this.#setListAfter(count, NONE)
  }

  /** A part of the chunk, as of a position: the events from one index to another, and the checkpoints after them. */
  slice(from: number, to: number, position = Infinity): Chunk<S> {
    const part = new Chunk<S>()
    if (from === 0) part.postponed = this.postponed
    for (let index = from; index < to; index += 1) {
      if (this.#events[index]!.position <= position) part.#push(this, index, position)
      this.#copyCheckpoints(index, part, position)
    }
    return part
  }

  /** Cuts the checkpoints behind so many events. */
  #cut(known: Known, count: number): void {
    for (let behind = count + 1; behind <= this.length; behind += 1) this.checkpoints.cut(this.listAfter(behind), known)
  }

  /** Gives those that follow an event to the last one of a part. */
  #copyCheckpoints(index: number, part: Chunk<S>, positionMax: number): void {
    for (const row of this.checkpoints.rows(this.listAfter(index + 1))) {
      const holds = this.checkpoints.holdsAt(row)
      if (holds.positionFrom <= positionMax) part.keep(part.length, holds, this.checkpoints.answerAt(row))
    }
  }

  #isVisible(index: number, at: Known): boolean {
    const superseder = this.#superseders?.[index]
    if (superseder !== undefined && isKnown(superseder, at)) return false
    return this.#reportedAt(index) <= at.reported && this.#isAppended(index, at)
  }

  /** Whether an event is visible; leaves the pairs at which that stays so. */
  #narrow(index: number, at: Known, holds: Rectangle): boolean {
    const superseder = this.#superseders?.[index]
    if (superseder !== undefined && isKnown(superseder, at)) {
      holds.require(superseder.reported, superseder.position)
      return false
    }
    const reported = this.#reportedAt(index)
    if (reported > at.reported || !this.#isAppended(index, at)) {
      holds.exclude(reported, reported > at.reported ? Infinity : this.#events[index]!.position, at)
      return false
    }
    holds.require(reported, this.#events[index]!.position)
    if (superseder !== undefined) holds.exclude(superseder.reported, superseder.position, at)
    return true
  }

  /** To look at an event takes far longer than to look at columns, and is seldom needed. */
  #isAppended(index: number, { position }: Known): boolean {
    return this.#lastPosition <= position || this.#events[index]!.position <= position
  }

  #push(other: Chunk<S>, index: number, positionMax: number): void {
    const place = other.#placeAt(index)
    const superseder = other.#superseders?.[index]
    this.#events.push(other.#events[index]!)
    this.#instants.push(place.instant)
    this.#insertReport(this.length - 1, place.reported)
    if (other.#superseders !== undefined)
      (this.#superseders ??= []).push(superseder !== undefined && superseder.position <= positionMax ? superseder : undefined)
    this.#widen(place)
  }

  /** Takes in the report and the position of an event. */
  #widen({ reported, position }: Known): void {
    this.#firstReported = Math.min(this.#firstReported, reported)
    this.#firstPosition = Math.min(this.#firstPosition, position)
    this.#lastPosition = Math.max(this.#lastPosition, position)
  }

  #placeAt(index: number): Place {
    return { instant: this.instantAt(index), reported: this.#reportedAt(index), position: this.#events[index]!.position }
  }

  /** How many events come no later than a place. */
  #countTo(place: Place): number {
    return countWhile(this.length, (index) => !isBefore(place, this.#placeAt(index)))
  }

  #reportedAt(index: number): number {
    return this.#reports[index * this.#width]!
  }

  #insertReport(index: number, reported: number): void {
    if (this.#width === 1) insertAt(this.#reports, index, reported)
    else this.#reports.splice(index * this.#width, 0, reported, NONE)
  }

  #setListAfter(count: number, list: number): void {
    if (this.#width === 1) {
      if (list === NONE) return
      this.#reports = this.#reports.flatMap((reported) => [reported, NONE])
      this.#width = 2
    }
    this.#reports[(count - 1) * this.#width + 1] = list
  }

  #isUnknown({ reported, position }: Known): boolean {
    return this.#firstReported > reported || this.#firstPosition > position
  }
}

function isKnown({ reported, position }: Known, at: Known): boolean {
  return reported <= at.reported && position <= at.position
}

function insertAt<T>(list: T[], index: number, item: T): void {
  if (index === list.length) list.push(item)
  else list.splice(index, 0, item)
}
