import type { TimelineEvent } from './event.js'
import type { Answer, Extent, Nearest, Start } from './history/answer.js'
import { Chunk } from './history/chunk.js'
import {
  chunkBy,
  countBetween,
  cutPostponed,
  extentBy,
  instantAfter,
  lastVisible,
  nearest,
  numberOf,
  postponeCut,
  visible,
  visit,
} from './history/chunks.js'
import { Folding } from './history/folding.js'
import { LastAnswers } from './history/last-answers.js'
import type { Place } from './history/place.js'
import { type Known, Rectangle } from './history/rectangle.js'
import type { Reducer } from './projection.js'
import { begin } from './run.js'

/** The pair of dates, and the log's position, that a question is asked at; dates in milliseconds UTC. */
export type Coordinates = Known & { readonly date: number; readonly imprecise: 'latest' | 'earliest' }

/** How many events a chunk has at the most, and after how many a small state is kept at the latest. */
export type Sizes = { readonly chunkEventsMax: number; readonly strideMax: number }

const SIZES: Sizes = { chunkEventsMax: 512, strideMax: 16 }

/** So many small states a fold keeps on its way, and more where they would lie farther apart than `strideMax`. */
const STATES_MIN = 48

/** So many where one key is asked for about the past: who does so asks about other dates, too, and each that is kept is found at once. */
const STATES_OF_PAST_MIN = 128

/** So many slots of their own wide states may have for each event; with more, all are dropped: to fold again costs no more than they did. */
const SLOTS_PER_EVENT_MAX = 16

const START: Extent = { number: 0, count: 0 }

/**
 * The events that bear on one key of a projection, in order, and states that were folded from them.
 *
 * A question is folded on from the nearest checkpoint that holds for it, and leaves others behind. A checkpoint is a
 * state and a rectangle of (reported, position), within which just the events that were folded into the state are
 * visible of all those before it. What is appended before a checkpoint cuts its rectangle, so that it stays right for
 * questions about what was known until then. A chunk of which nothing was known yet is stepped over.
 *
 * Small states are kept every few events; wide ones farther apart, by the slots that were copied for them, and only so
 * many slots in all. The last answer that was folded is kept besides, however wide it is, for the dates until the next
 * event. What lies between two states is one run of recipes (`run.ts`), in place of immer's drafts.
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
  #version = 0 // counts what was taken in
  #isCutPostponed = false
  readonly #last: LastAnswers<S>
  /** Its row of the last answers. */
  readonly row: number

  constructor(projection: Reducer<S>, key: string, last = new LastAnswers<S>(), sizes = SIZES) {
    this.#projection = projection
    this.#key = key
    this.#sizes = sizes
    this.#last = last
    this.row = last.addRow()
  }

  /** Takes in an event that was appended after all others. */
  add(event: TimelineEvent, place: Place): void {
    const number = numberOf(this.#chunks, place)
    const chunk = this.#chunks[number]!
    const index = chunk.insert(event, place)
    this.#length += 1
    this.#version += 1
    const isLast = number === this.#chunks.length - 1 && index === chunk.length - 1
    if (isLast || this.#last.isBefore(this.row, number, index)) this.#last.end(this.row, place.instant)
    else this.#last.cut(this.row, place.position)
    this.#postponeCut(number + 1, place) // its own chunk has cut its checkpoints
    if (chunk.length > this.#sizes.chunkEventsMax) this.#split(number)
  }

  /** Takes in that the event at a place has been superseded. */
  supersede(place: Place, by: Known): void {
    const number = numberOf(this.#chunks, place)
    const index = this.#chunks[number]!.supersede(place, by)
    this.#version += 1
    if (!this.#last.isBefore(this.row, number, index)) this.#last.cut(this.row, by.position)
    this.#postponeCut(number + 1, by)
  }

  /** The events that are visible at the coordinates and count, in order. */
  events(at: Coordinates): TimelineEvent[] {
    return visible(this.#chunks, extentBy(this.#chunks, at.date), at)
  }

  /** Whether the event at a place is visible at the coordinates and counts. */
  includes(place: Place, at: Coordinates): boolean {
    return place.instant <= at.date && this.#chunks[numberOf(this.#chunks, place)]!.includes(place, at)
  }

  /** The state that a checkpoint has at the coordinates, looked up without making an object; one that is `undefined` is left to `answer`. */
  keptState(at: Coordinates): S | undefined {
    this.#cutPostponed()
    return chunkBy(this.#chunks, at.date).keptState(at.date, at)
  }

  /**
   * The state at the coordinates, deeply frozen; none where no event is visible. It is remembered for the dates until the
   * next event, unless a checkpoint has it and the last event by the date is not visible. `isAlone` where it is asked for
   * without those of other keys. Throws `REDUCER_FAILED`.
   */
  answer(at: Coordinates, isAlone = false): Answer<S> | undefined {
    return this.#last.at(this.row, at.date, at) ?? this.#find(at, isAlone)
  }

  /** This history, as of a position, to go on with on its own. */
  fork(position: number, last: LastAnswers<S>): History<S> {
    this.#cutPostponed()
    const fork = new History(this.#projection, this.#key, last, this.#sizes)
    const chunks = this.#chunks.map((chunk) => chunk.slice(0, chunk.length, position)).filter((chunk) => chunk.length > 0)
    if (chunks.length > 0) fork.#chunks = chunks
    for (const chunk of chunks) fork.#length += chunk.length
    fork.#slotsKept = this.#slotsKept
    return fork
  }

  /** The nearest answer, or what is folded on from it. */
  #find(at: Coordinates, isAlone: boolean): Answer<S> | undefined {
    this.#cutPostponed()
    const version = this.#version
    const end = extentBy(this.#chunks, at.date)
    const seen = lastVisible(this.#chunks, end, at)
    if (seen.count === 0) return undefined
    const start = this.#nearest(seen, at)
    const isThere = isSame(start, seen)
    if (isThere && !isSame(seen, end)) return start.answer
    const outcome = isThere ? start : this.#fold(start, end, at, isAlone, () => this.#version === version)
    if (outcome === undefined) return this.#find(at, isAlone) // among what has been taken in
    const from = this.#chunks[seen.number]!.instantAt(seen.count - 1)
    this.#last.remember(this.row, outcome, end, from, instantAfter(this.#chunks, end))
    return outcome.answer
  }

  /** The nearest answer that holds, after some of the events at the most. */
  #nearest(end: Extent, at: Known): Nearest<S> {
    const last = this.#last.goOn(this.row, end, at)
    return nearest(this.#chunks, end, at, last ?? START) ?? last ?? this.#start()
  }

  #start(): Nearest<S> {
    const answer = { state: begin(this.#projection, this.#key), slots: 0 }
    return { ...START, answer, holds: new Rectangle(), slotsUnkept: 0 }
  }

  /** Folds on to the end of an extent; in vain where the reducer asks the timeline, and has more events taken in. */
  #fold(start: Nearest<S>, end: Extent, at: Known, isAlone: boolean, isCurrent: () => boolean): Start<S> | undefined {
    const events = countBetween(this.#chunks, start, end)
    const states = isAlone && instantAfter(this.#chunks, end) < Infinity ? STATES_OF_PAST_MIN : STATES_MIN
    const stride = Math.min(Math.ceil(events / states), this.#sizes.strideMax)
    const folding = new Folding(this.#projection, this.#key, start, stride, isCurrent)
    try {
      visit(this.#chunks, start, end, at, folding)
      const outcome = folding.end()
      return isCurrent() ? outcome : undefined
    } finally {
      this.#slotsKept += folding.slotsKept // those before a recipe that fails as well
      if (this.#slotsKept > this.#length * SLOTS_PER_EVENT_MAX) this.#forgetCheckpoints()
    }
  }

  /** Chosen ones would leave behind what others share with them. */
  #forgetCheckpoints(): void {
    for (const chunk of this.#chunks) chunk.forgetCheckpoints()
    this.#slotsKept = 0
  }

  /** Has the checkpoints of a chunk and of all after it cut before the next question: who appends much and asks little pays for it once. */
  #postponeCut(number: number, known: Known): void {
    if (number === this.#chunks.length) return
    postponeCut(this.#chunks, number, known)
    this.#isCutPostponed = true
  }

  #cutPostponed(): void {
    if (this.#isCutPostponed) cutPostponed(this.#chunks)
    this.#isCutPostponed = false
  }

  #split(number: number): void {
    const chunk = this.#chunks[number]!
    const half = Math.floor(chunk.length / 2)
    this.#chunks.splice(number, 1, chunk.slice(0, half), chunk.slice(half, chunk.length))
    this.#last.losePlace(this.row)
  }
}

function isSame(one: Extent, other: Extent): boolean {
  return one.number === other.number && one.count === other.count
}
