import type { Checkpoint, Chunk } from './chunk.js'
import type { TimelineEvent } from './event.js'
import type { Reducer } from './projection.js'
import { initialState } from './recipe.js'
import { Rectangle } from './rectangle.js'
import { Run } from './run.js'

const STRIDE_EVENTS_MIN = 4

/** A fold under way through the chunks of a history, which leaves checkpoints behind. */
export class Folding<S> {
  /** The pairs of (reported, position) at which the same events are visible as those that were folded and passed over. */
  readonly holds: Rectangle
  readonly #run: Run<S>
  #folded: number
  #stride: number
  #since = 0

  constructor(projection: Reducer<S>, key: string, start: Checkpoint<S> | undefined) {
    this.holds = new Rectangle(start?.holds)
    this.#folded = start?.folded ?? 0
    this.#stride = Math.max(STRIDE_EVENTS_MIN, start?.slots ?? 0)
    this.#run = new Run(projection, key, start === undefined ? initialState(projection, key) : start.state)
  }

  /** Folds an event, and keeps the state where it was long enough since one was kept. */
  take(event: TimelineEvent, chunk: Chunk<S>, count: number): void {
    this.#run.fold(event)
    this.#folded += 1
    this.#since += 1
    if (this.#since >= this.#stride) chunk.keep(this.checkpoint(count))
  }

  /** The state so far, after so many events of a chunk. */
  checkpoint(index: number): Checkpoint<S> {
    const { state, slots } = this.#run.take()
    this.#since = 0
    this.#stride = Math.max(STRIDE_EVENTS_MIN, slots)
    return { index, state, folded: this.#folded, slots, holds: new Rectangle(this.holds) }
  }
}
