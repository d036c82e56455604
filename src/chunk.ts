import type { TimelineEvent } from './event.js'
import { type Known, Rectangle } from './rectangle.js'

/** Where an event stands in a history: by the instant from which it counts, then by its report, then by position. */
export type Place = Known & { readonly instant: number }

/** A state after some events of a chunk and all that come before, and the questions for which it holds. */
export type Checkpoint<S> = {
  /** How many events of the chunk come before it. */
  index: number
  readonly state: S
  /** How many events are folded into the state. */
  readonly folded: number
  /** How many slots of the state were new when it was taken. */
  readonly slots: number
  readonly holds: Rectangle
}

/** Who is shown the events that are visible, and learns where they stay so. */
type Visitor<S> = { readonly holds: Rectangle; take(event: TimelineEvent, chunk: Chunk<S>, count: number): void }

/** Events of a history in order, in columns, with the checkpoints that stand among them. */
export class Chunk<S> {
  #events: TimelineEvent[] = []
  #instants: number[] = []
  #reported: number[] = []
  #superseders: (Known | undefined)[] | undefined
  #checkpoints: Checkpoint<S>[] = [] // in order
  #firstReported = Infinity
  #firstPosition = Infinity

  get length(): number {
    return this.#events.length
  }

  /** Whether the first event counts by an instant. */
  beginsBy(instant: number): boolean {
    return this.#instants[0]! <= instant
  }

  /** Whether the first event comes no later than a place. */
  beginsAt(place: Place): boolean {
    return this.length > 0 && !isBefore(place, this.placeAt(0))
  }

  placeAt(index: number): Place {
    return { instant: this.#instants[index]!, reported: this.#reported[index]!, position: this.#events[index]!.position }
  }

  /** How many events count by an instant. */
  countBy(instant: number): number {
    return countWhile(this.length, (index) => this.#instants[index]! <= instant)
  }

  /** How many events come no later than a place. */
  countTo(place: Place): number {
    return countWhile(this.length, (index) => !isBefore(place, this.placeAt(index)))
  }

  /** Puts an event in its place, and shortens the checkpoints after it. Gives its index. */
  insert(event: TimelineEvent, place: Place): number {
    const index = this.countTo(place)
    insertAt(this.#events, index, event)
    insertAt(this.#instants, index, place.instant)
    insertAt(this.#reported, index, place.reported)
    if (this.#superseders !== undefined) insertAt(this.#superseders, index, undefined)
    this.#firstReported = Math.min(this.#firstReported, place.reported)
    this.#firstPosition = Math.min(this.#firstPosition, place.position)
    this.cut(place, index)
    for (const checkpoint of this.#checkpoints) if (checkpoint.index > index) checkpoint.index += 1
    return index
  }

  /** Marks the event at a place as superseded. */
  supersede(place: Place, by: Known): void {
    const index = this.countTo(place) - 1
    this.#superseders ??= this.#events.map(() => undefined)
    this.#superseders[index] = by
    this.cut(by, index)
  }

  /** Shortens the checkpoints after an index to where something that has just been appended is not known. */
  cut(known: Known, index = -1): void {
    for (const checkpoint of this.#checkpoints) if (checkpoint.index > index) checkpoint.holds.cut(known)
    if (this.#checkpoints.some(({ holds }) => holds.isEmpty)) this.#checkpoints = this.#checkpoints.filter(({ holds }) => !holds.isEmpty)
  }

  /** The events from one index to another that are visible. */
  visible(from: number, to: number, at: Known): TimelineEvent[] {
    return this.#isUnknown(at) ? [] : this.#events.slice(from, to).filter((_, index) => this.#isVisible(from + index, at))
  }

  /** Whether any event from one index to another is visible. */
  hasVisible(from: number, to: number, at: Known): boolean {
    if (this.#isUnknown(at)) return false
    for (let index = from; index < to; index += 1) if (this.#isVisible(index, at)) return true
    return false
  }

  /** Folds the events from one index to another that are visible. */
  fold(from: number, to: number, at: Known, folding: Visitor<S>): void {
    if (this.#isUnknown(at)) folding.holds.exclude(this.#firstReported, this.#firstPosition, at)
    else
      for (let index = from; index < to; index += 1)
        if (this.#narrow(index, at, folding.holds)) folding.take(this.#events[index]!, this, index + 1)
  }

  /** The last checkpoint that holds, among the first events. */
  nearest(count: number, at: Known): Checkpoint<S> | undefined {
    if (this.#isUnknown(at)) return undefined // a checkpoint follows an event that it knows
    return this.#checkpoints.findLast(({ index, holds }) => index <= count && holds.has(at))
  }

  /** Keeps a checkpoint; where there are too many, the one that holds for the shortest time goes. */
  keep(checkpoint: Checkpoint<S>): void {
    const checkpoints = this.#checkpoints
    insertAt(
      checkpoints,
      countWhile(checkpoints.length, (index) => checkpoints[index]!.index <= checkpoint.index),
      checkpoint,
    )
    if (checkpoints.length <= this.length / EVENTS_PER_CHECKPOINT + 1) return
    const shortest = checkpoints.reduce((one, other) => (other.holds.duration < one.holds.duration ? other : one))
    checkpoints.splice(checkpoints.indexOf(shortest), 1)
  }

  /** A part of the chunk, as of a position: the events from one index to another, and the checkpoints after them. */
  slice(from: number, to: number, position = Infinity): Chunk<S> {
    const part = new Chunk<S>()
    const counts = [0]
    for (let index = from; index < to; index += 1) {
      if (this.#events[index]!.position <= position) part.#push(this, index, position)
      counts.push(part.length)
    }
    part.#checkpoints = this.#checkpoints
      .filter(({ index, holds }) => index > from && index <= to && holds.positionFrom <= position)
      .map((checkpoint) => ({ ...checkpoint, index: counts[checkpoint.index - from]!, holds: new Rectangle(checkpoint.holds) }))
    return part
  }

  #isVisible(index: number, at: Known): boolean {
    const superseder = this.#superseders?.[index]
    if (superseder !== undefined && isKnown(superseder.reported, superseder.position, at)) return false
    return this.#reported[index]! <= at.reported && this.#events[index]!.position <= at.position
  }

  /** Whether an event is visible; leaves the pairs at which that stays so. */
  #narrow(index: number, at: Known, holds: Rectangle): boolean {
    const superseder = this.#superseders?.[index]
    if (superseder !== undefined && isKnown(superseder.reported, superseder.position, at)) {
      holds.require(superseder.reported, superseder.position)
      return false
    }
    const reported = this.#reported[index]!
    const { position } = this.#events[index]!
    if (!isKnown(reported, position, at)) {
      holds.exclude(reported, position, at)
      return false
    }
    holds.require(reported, position)
    if (superseder !== undefined) holds.exclude(superseder.reported, superseder.position, at)
    return true
  }

  #push(other: Chunk<S>, index: number, position: number): void {
    const { reported, position: own } = other.placeAt(index)
    const superseder = other.#superseders?.[index]
    this.#instants.push(other.#instants[index]!)
    this.#reported.push(reported)
    this.#events.push(other.#events[index]!)
    if (superseder !== undefined && superseder.position <= position) this.#superseders ??= []
    if (this.#superseders !== undefined) this.#superseders[this.length - 1] = superseder
    this.#firstReported = Math.min(this.#firstReported, reported)
    this.#firstPosition = Math.min(this.#firstPosition, own)
  }

  #isUnknown({ reported, position }: Known): boolean {
    return this.#firstReported > reported || this.#firstPosition > position
  }
}

/** There is one checkpoint for as many events at the most. */
const EVENTS_PER_CHECKPOINT = 2

function isKnown(reported: number, position: number, at: Known): boolean {
  return reported <= at.reported && position <= at.position
}

function isBefore(one: Place, other: Place): boolean {
  if (one.instant !== other.instant) return one.instant < other.instant
  return one.reported === other.reported ? one.position < other.position : one.reported < other.reported
}

/** How many of a sorted list's first items are so; a binary search. */
export function countWhile(length: number, isSo: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSo(middle)) low = middle + 1
    else high = middle
  }
  return low
}

function insertAt<T>(list: T[], index: number, item: T): void {
  if (index === list.length) list.push(item)
  else list.splice(index, 0, item)
}
