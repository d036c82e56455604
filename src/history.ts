import { type Checkpoint, Chunk, type Place, countWhile } from './chunk.js'
import type { TimelineEvent } from './event.js'
import { Run, initialState } from './fold.js'
import type { Reducer } from './projection.js'
import { type Known, Rectangle } from './rectangle.js'

/** The pair of dates, and the log's position, that a question is asked at; dates in milliseconds UTC. */
export type Coordinates = Known & { readonly date: number; readonly imprecise: 'latest' | 'earliest' }

/** A state, and how many events are folded into it. */
export type Answer<S> = { readonly state: S; readonly folded: number }

/** Where a walk begins: the number of a chunk, and of an event in it. */
type Start = { readonly number: number; readonly index: number }

const BEGINNING: Start = { number: 0, index: 0 }
const CHUNK_EVENTS_MAX = 512
const STRIDE_EVENTS_MIN = 4

/**
 * The events that bear on one key of a projection, in order, and the states that were folded from them.
 *
 * A question is answered from the nearest checkpoint that holds for it, and leaves checkpoints behind. A checkpoint is a state and
 * the rectangle of (reported, position) in which just the events that were folded into it are visible among those before it. What is appended before a checkpoint
 * shortens its rectangle, so it stays right for whoever asks what was known until then. Whole chunks are stepped over that were not known yet.
 *
 * Checkpoints stand as far apart as their states have new slots, so that taking them costs no more than folding did, and
 * together they have no more slots than events were folded.
 */
export class History<S> {
  readonly #projection: Reducer<S>
  readonly #key: string
  #chunks: Chunk<S>[] = [new Chunk()]
  #last: { readonly chunk: Chunk<S>; readonly checkpoint: Checkpoint<S> } | undefined // the answer given last, which may be wide

  constructor(projection: Reducer<S>, key: string) {
    this.#projection = projection
    this.#key = key
  }

  /** Takes in an event that was appended after all others. */
  add(event: TimelineEvent, place: Place): void {
    const at = this.#chunkOf(place)
    const chunk = this.#chunks[at]!
    chunk.insert(event, place)
    for (const later of this.#chunks.slice(at + 1)) later.cut(place)
    if (chunk.length <= CHUNK_EVENTS_MAX) return
    this.#forgetLast()
    this.#chunks.splice(at, 1, chunk.slice(0, CHUNK_EVENTS_MAX / 2), chunk.slice(CHUNK_EVENTS_MAX / 2, chunk.length))
  }

  /** Takes in that the event at a place has been superseded. */
  supersede(place: Place, by: Known): void {
    const at = this.#chunkOf(place)
    this.#chunks[at]!.supersede(place, by)
    for (const later of this.#chunks.slice(at + 1)) later.cut(by)
  }

  /** The events that are visible at the coordinates and count, in order. */
  events(at: Coordinates): TimelineEvent[] {
    const events: TimelineEvent[] = []
    this.#walk(at, BEGINNING, new Rectangle(), (chunk, index) => events.push(chunk.eventAt(index)))
    return events
  }

  /** The state at the coordinates, deeply frozen. Throws `REDUCER_FAILED`. */
  answer(at: Coordinates): Answer<S> {
    const start = this.#nearest(at)
    const holds = start?.checkpoint.holds.copy() ?? new Rectangle()
    let { state, folded, slots } = start?.checkpoint ?? { state: initialState(this.#projection, this.#key), folded: 0, slots: 0 }
    const run = new Run(this.#projection, this.#key, state)
    let since = 0
    const take = (chunk: Chunk<S>, count: number): Checkpoint<S> => {
      since = 0
      state = run.state()
      slots = run.slots
      const checkpoint = { index: count, state, folded, slots, holds: holds.copy() }
      chunk.keep(checkpoint)
      return checkpoint
    }
    let last: [Chunk<S>, number] | undefined
    this.#walk(at, start ?? BEGINNING, holds, (chunk, index) => {
      run.fold(chunk.eventAt(index))
      folded += 1
      since += 1
      last = [chunk, index + 1]
      if (since >= Math.max(STRIDE_EVENTS_MIN, slots)) take(chunk, index + 1)
    })
    if (since > 0 && last !== undefined) {
      this.#forgetLast()
      this.#last = { chunk: last[0], checkpoint: take(...last) }
    }
    return { state, folded }
  }

  /** This history, as of a position, to go on with on its own. */
  fork(position: number): History<S> {
    const fork = new History(this.#projection, this.#key)
    const chunks = this.#chunks.map((chunk) => chunk.slice(0, chunk.length, position)).filter((chunk) => chunk.length > 0)
    if (chunks.length > 0) fork.#chunks = chunks
    return fork
  }

  /** Goes through the visible events that count, from a place on. */
  #walk(at: Coordinates, { number, index }: Start, holds: Rectangle, visit: (chunk: Chunk<S>, index: number) => void): void {
    const last = this.#chunkBy(at.date)
    for (let next = number; next <= last; next += 1) {
      const chunk = this.#chunks[next]!
      if (next > number && chunk.isUnknown(at, holds)) continue
      const count = next < last ? chunk.length : chunk.countBy(at.date)
      for (let place = next === number ? index : 0; place < count; place += 1) if (chunk.isVisible(place, at, holds)) visit(chunk, place)
    }
  }

  #nearest(at: Coordinates): (Start & { readonly checkpoint: Checkpoint<S> }) | undefined {
    const last = this.#chunkBy(at.date)
    for (let number = last; number >= 0; number -= 1) {
      const chunk = this.#chunks[number]!
      const checkpoint = chunk.nearest(number < last ? chunk.length : chunk.countBy(at.date), at)
      if (checkpoint !== undefined) return { number, index: checkpoint.index, checkpoint }
    }
    return undefined
  }

  /** The last chunk in which an event may count by an instant. */
  #chunkBy(instant: number): number {
    return Math.max(0, countWhile(this.#chunks.length, (number) => this.#chunks[number]!.countBy(instant) > 0) - 1)
  }

  /** The chunk in which a place is. */
  #chunkOf(place: Place): number {
    return Math.max(0, countWhile(this.#chunks.length, (number) => this.#chunks[number]!.countTo(place) > 0) - 1)
  }

  #forgetLast(): void {
    this.#last?.chunk.drop(this.#last.checkpoint)
    this.#last = undefined
  }
}
