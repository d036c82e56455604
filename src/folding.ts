import type { Answer } from './checkpoints.js'
import type { Chunk } from './chunk.js'
import type { TimelineEvent } from './event.js'
import type { Reducer } from './projection.js'
import type { Rectangle } from './rectangle.js'
import { run } from './run.js'

/** A wide state is kept once so many of its slots were copied for each event that was folded since: together they stay small. */
const SLOTS_PER_EVENT = 8

/** What a fold begins with: an answer, at which pairs it holds, and how many slots of its own it has at the most beside those of the checkpoints. */
export type Start<S> = { readonly answer: Answer<S>; readonly holds: Rectangle; readonly slotsUnkept: number }

/** A fold under way through the chunks of a history, which leaves checkpoints behind. */
export class Folding<S> {
  /** The pairs of (reported, position) at which the same events are visible as were folded, and none that were passed over. */
  readonly holds: Rectangle
  /** How many slots of its own the state so far has at the most beside those of the checkpoints. */
  slotsUnkept: number
  /** The same of the checkpoints that this fold has left behind. */
  slotsKept = 0
  readonly #projection: Reducer<S>
  readonly #key: string
  readonly #strideMin: number
  #answer: Answer<S>
  #events: TimelineEvent[] = [] // which come after it

  constructor(projection: Reducer<S>, key: string, start: Start<S>, strideMin: number) {
    this.holds = start.holds
    this.slotsUnkept = start.slotsUnkept
    this.#projection = projection
    this.#key = key
    this.#strideMin = strideMin
    this.#answer = start.answer
  }

  /** Takes an event, and keeps the state where there are enough of them since one was kept. */
  take(event: TimelineEvent, chunk: Chunk<S>, count: number): void {
    this.#events.push(event)
    if (this.#events.length < Math.max(this.#strideMin, this.#answer.slots / SLOTS_PER_EVENT)) return
    chunk.keep(count, this.holds, this.answer)
    this.slotsKept += this.slotsUnkept
    this.slotsUnkept = 0
  }

  /** The state so far. Throws `REDUCER_FAILED`. */
  get answer(): Answer<S> {
    if (this.#events.length === 0) return this.#answer
    const { state, slots } = run(this.#projection, this.#key, this.#answer.state, this.#events)
    this.#answer = { state, slots, folded: this.#answer.folded + this.#events.length }
    this.#events = []
    this.slotsUnkept += slots
    return this.#answer
  }
}
