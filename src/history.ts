import type { Answer } from './checkpoints.js'
import { Chunk, type Place } from './chunk.js'
import type { TimelineEvent } from './event.js'
import { Folding, type Start } from './folding.js'
import { LastAnswer } from './last-answer.js'
import type { Reducer } from './projection.js'
import { type Known, Rectangle } from './rectangle.js'
import { begin } from './run.js'
import { countWhile } from './search.js'

/** The pair of dates, and the log's position, that a question is asked at; dates in milliseconds UTC. */
export type Coordinates = Known & { readonly date: number; readonly imprecise: 'latest' | 'earliest' }

/** Some chunks, and some events of the next one. */
type Extent = { readonly number: number; readonly count: number }

/** How many events a chunk has at the most, and after how many a small state is kept at the latest. */
export type Sizes = { readonly chunkEventsMax: number; readonly strideEventsMax: number }

/** How many small states a fold keeps on its way, so that a short one keeps each, and asking again fills the gaps of a long one. */
const CHECKPOINTS_PER_FOLD = 24

/** So many slots of their own the wide states have for each event at the most, or all go: to fold again costs no more than they did. */
const SLOTS_PER_EVENT_MAX = 16

const SIZES: Sizes = { chunkEventsMax: 512, strideEventsMax: 16 }

/**
 * The events that bear on one key of a projection, in order, and states that were folded from them.
 *
 * A question is folded on from the nearest checkpoint that holds for it, and leaves others behind. A checkpoint is a
 * state and a rectangle of (reported, position), within which just the events that were folded into the state are
 * visible of all those before it. What is appended before a checkpoint cuts its rectangle, so that it stays right for
 * questions about what was known until then. A chunk of which nothing was known yet is stepped over.
 *
 * For arbitrary reducers a retroactive change costs a replay from there (Chung, Demaine, Hendrickson, Lynch: Lower
 * bounds on retroactive data structures, ISAAC 2022); this only makes replays short and rare.
 */
export class History<S> {
  readonly #projection: Reducer<S>
  readonly #key: string
  readonly #sizes: Sizes
  #chunks: Chunk<S>[] = [new Chunk()]
  #length = 0
  #slotsKept = 0
  #isCutPostponed = false
  readonly #last = new LastAnswer<S>() // which may be wider than what is kept

  constructor(projection: Reducer<S>, key: string, sizes = SIZES) {
    this.#projection = projection
    this.#key = key
    this.#sizes = sizes
  }

  /** Takes in an event that was appended after all others. */
  add(event: TimelineEvent, place: Place): void {
    const number = this.#numberOf(place)
    const chunk = this.#chunks[number]!
    const index = chunk.insert(event, place)
    this.#length += 1
    if (index < chunk.length - 1 || number < this.#chunks.length - 1) this.#cutFrom(number + 1, place)
    else this.#last.end(place.instant)
    if (chunk.length > this.#sizes.chunkEventsMax) this.#split(number)
  }

  /** Takes in that the event at a place has been superseded. */
  supersede(place: Place, by: Known): void {
    const number = this.#numberOf(place)
    this.#chunks[number]!.supersede(place, by)
    this.#cutFrom(number + 1, by)
  }

  /** The events that are visible at the coordinates and count, in order. */
  events(at: Coordinates): TimelineEvent[] {
    const end = this.#extentBy(at.date)
    return this.#chunks.slice(0, end.number + 1).flatMap((chunk, number) => chunk.visible(0, this.#countIn(number, end), at))
  }

  /** Whether the event at a place is visible at the coordinates and counts. */
  includes(place: Place, at: Coordinates): boolean {
    return place.instant <= at.date && this.#chunks[this.#numberOf(place)]!.includes(place, at)
  }

  /** The state at the coordinates, deeply frozen. Throws `REDUCER_FAILED`. */
  answer(at: Coordinates): Answer<S> {
    return this.#last.at(at.date, at) ?? this.#find(at)
  }

  /** This history, as of a position, to go on with on its own. */
  fork(position: number): History<S> {
    this.#cutPostponed()
    const fork = new History(this.#projection, this.#key, this.#sizes)
    const chunks = this.#chunks.map((chunk) => chunk.slice(0, chunk.length, position)).filter((chunk) => chunk.length > 0)
    if (chunks.length > 0) fork.#chunks = chunks
    for (const chunk of chunks) fork.#length += chunk.length
    fork.#slotsKept = this.#slotsKept
    return fork
  }

  /** The answer that is kept, or else what is folded on from the nearest one. */
  #find(at: Coordinates): Answer<S> {
    this.#cutPostponed()
    const end = this.#extentBy(at.date)
    const visible = this.#lastVisible(end, at)
    if (visible.count === 0) return this.#beginning()
    const start = this.#nearest(visible, at)
    const isThere = isSame(start, visible)
    if (isThere && !isSame(visible, end)) return start.answer
    const { answer, holds, slotsUnkept } = isThere ? start : this.#fold(start, end, at)
    const from = this.#chunks[visible.number]!.instantAt(visible.count - 1)
    this.#last.remember(answer, holds, slotsUnkept, end.number, end.count, from, this.#instantAfter(end))
    return answer
  }

  /** The nearest answer that holds, after some of the events at the most. */
  #nearest(end: Extent, at: Coordinates): Extent & Start<S> {
    for (let { number, count } = end; ; count = this.#chunks[(number -= 1)]!.length) {
      const chunk = this.#chunks[number]!
      const index = chunk.nearest(count, at)
      const kept = index < 0 ? 0 : chunk.checkpoints.countAt(index)
      const last = this.#last.number === number && this.#last.count > kept && this.#last.count <= count ? this.#last.goOn(at) : undefined
      if (last !== undefined)
        return { number, count: this.#last.count, answer: last, holds: this.#last.holds, slotsUnkept: this.#last.slotsUnkept }
      if (index >= 0)
        return { number, count: kept, answer: chunk.checkpoints.answerAt(index), holds: chunk.checkpoints.holdsAt(index), slotsUnkept: 0 }
      if (number === 0) return { number, count: 0, answer: this.#beginning(), holds: new Rectangle(), slotsUnkept: 0 }
    }
  }

  #beginning(): Answer<S> {
    return { state: begin(this.#projection, this.#key), folded: 0, slots: 0 }
  }

  /** Folds on to the end of an extent, and narrows the rectangle of the start to that of the outcome. */
  #fold(start: Extent & Start<S>, end: Extent, at: Coordinates): Start<S> {
    const count = this.#countBetween(start, end)
    const stride = Math.min(Math.ceil(count / CHECKPOINTS_PER_FOLD), this.#sizes.strideEventsMax)
    const folding = new Folding(this.#projection, this.#key, start, stride)
    try {
      for (let number = start.number; number <= end.number; number += 1)
        this.#chunks[number]!.fold(number === start.number ? start.count : 0, this.#countIn(number, end), at, folding)
    } finally {
      this.#slotsKept += folding.slotsKept // those before a recipe that fails as well
      if (this.#slotsKept > this.#length * SLOTS_PER_EVENT_MAX) this.#forgetCheckpoints()
    }
    return folding
  }

  /** Chosen ones would leave behind what others share with them. */
  #forgetCheckpoints(): void {
    for (const chunk of this.#chunks) chunk.forget()
    this.#slotsKept = 0
  }

  /** The events up to the last one that is visible. */
  #lastVisible(end: Extent, at: Coordinates): Extent {
    let { number, count } = end
    while ((count = this.#chunks[number]!.countVisible(count, at)) === 0 && number > 0) count = this.#chunks[(number -= 1)]!.length
    return { number, count }
  }

  /** The events that count by an instant. */
  #extentBy(instant: number): Extent {
    const number = Math.max(0, countWhile(this.#chunks.length, (which) => this.#chunks[which]!.beginsBy(instant)) - 1)
    return { number, count: this.#chunks[number]!.countBy(instant) }
  }

  #countBetween(start: Extent, end: Extent): number {
    let count = end.count - start.count
    for (let number = start.number; number < end.number; number += 1) count += this.#chunks[number]!.length
    return count
  }

  /** The instant of the first event after an extent. */
  #instantAfter({ number, count }: Extent): number {
    const chunk = this.#chunks[number]!
    return count < chunk.length ? chunk.instantAt(count) : (this.#chunks[number + 1]?.instantAt(0) ?? Infinity)
  }

  #countIn(number: number, end: Extent): number {
    return number < end.number ? this.#chunks[number]!.length : end.count
  }

  /** The number of the chunk in which a place is. */
  #numberOf(place: Place): number {
    return Math.max(0, countWhile(this.#chunks.length, (which) => this.#chunks[which]!.beginsAt(place)) - 1)
  }

  /** Has the checkpoints of a chunk and of all after it cut before the next question, however much more comes until then. */
  #cutFrom(number: number, known: Known): void {
    this.#last.cut(known.position)
    const chunk = this.#chunks[number]
    if (chunk === undefined) return
    chunk.postponed = earliestOf(known, chunk.postponed)
    this.#isCutPostponed = true
  }

  #cutPostponed(): void {
    if (!this.#isCutPostponed) return
    let known: Known | undefined
    for (const chunk of this.#chunks) {
      if (chunk.postponed !== undefined) known = earliestOf(chunk.postponed, known)
      chunk.postponed = undefined
      if (known !== undefined) chunk.cut(known)
    }
    this.#isCutPostponed = false
  }

  #split(number: number): void {
    const chunk = this.#chunks[number]!
    const half = Math.floor(chunk.length / 2)
    this.#chunks.splice(number, 1, chunk.slice(0, half), chunk.slice(half, chunk.length))
    this.#last.losePlace()
  }
}

function isSame(one: Extent, other: Extent): boolean {
  return one.number === other.number && one.count === other.count
}

/** What comes first of two: where neither of them is known yet. */
function earliestOf(one: Known, other: Known | undefined): Known {
  if (other === undefined) return one
  return { reported: Math.min(one.reported, other.reported), position: Math.min(one.position, other.position) }
}
