import type { TimelineEvent } from '../event.js'
import type { Reducer } from '../projection.js'
import { run } from '../run.js'
import type { Answer, Start } from './answer.js'
import type { Chunk } from './chunk.js'
import type { Rectangle } from './rectangle.js'

/** A wide state is kept once so many of its slots were copied for each event that was folded since: together they stay small. */
const SLOTS_PER_EVENT = 8

/** A fold under way through the chunks of a history, which leaves checkpoints behind. */
export class Folding<S> {
  /** The pairs of (reported, position) at which the same events are visible as were folded, and none that were passed over. */
  readonly holds: Rectangle
  /** How many slots of their own the checkpoints have at the most that it has left behind. */
  slotsKept = 0
  readonly #projection: Reducer<S>
  readonly #key: string
  readonly #stride: number
  #answer: Answer<S>
  #slotsUnkept: number
  #events: TimelineEvent[] = [] // which come after the answer

  /** Small states are kept every `stride` events, wide ones seldomer. */
  constructor(projection: Reducer<S>, key: string, start: Start<S>, stride: number) {
    this.holds = start.holds
    this.#slotsUnkept = start.slotsUnkept
    this.#projection = projection
    this.#key = key
    this.#stride = stride
    this.#answer = start.answer
  }

  /** Takes an event, and keeps the state where there are enough of them since one was kept. */
  take(event: TimelineEvent, chunk: Chunk<S>, count: number): void {
    this.#events.push(event)
    if (this.#events.length < Math.max(this.#stride, this.#answer.slots / SLOTS_PER_EVENT)) return
    this.#fold()
    chunk.keep(count, this.holds, this.#answer)
    this.slotsKept += this.#slotsUnkept
    this.#slotsUnkept = 0
  }

  /** The outcome, with which another fold may begin. Throws `REDUCER_FAILED`. */
  end(): Start<S> {
    if (this.#events.length > 0) this.#fold()
    return { answer: this.#answer, holds: this.holds, slotsUnkept: this.#slotsUnkept }
  }

  #fold(): void {
    const { state, slots } = run(this.#projection, this.#key, this.#answer.state, this.#events)
    this.#answer = { state, slots }
    this.#slotsUnkept += slots
    this.#events = []
  }
}
