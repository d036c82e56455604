import type { Answer } from './checkpoints.js'
import type { Checkpoint, Chunk } from './chunk.js'
import type { TimelineEvent } from './event.js'
import type { Reducer } from './projection.js'
import { initialState } from './recipe.js'
import { Rectangle } from './rectangle.js'
import { Run } from './run.js'

/** A fold under way through the chunks of a history, which leaves checkpoints behind. */
export class Folding<S> {
  /** The pairs of (reported, position) at which the same events are visible as those that were folded, and none that were passed over. */
  readonly holds: Rectangle
  readonly #run: Run<S>
  readonly #strideMin: number
  #folded: number
  #stride: number
  #since = 0

  constructor(projection: Reducer<S>, key: string, strideMin: number, start: Checkpoint<S> | undefined) {
    this.#strideMin = strideMin
    this.holds = start?.holds ?? new Rectangle()
    this.#folded = start?.answer.folded ?? 0
    this.#stride = Math.max(strideMin, start?.answer.slots ?? 0)
    this.#run = new Run(projection, key, start === undefined ? initialState(projection, key) : start.answer.state)
  }

  /** Folds an event, and keeps the state where it was long enough since one was kept. */
  take(event: TimelineEvent, chunk: Chunk<S>, count: number): void {
    this.#run.fold(event)
    this.#folded += 1
    this.#since += 1
    if (this.#since >= this.#stride) chunk.keep(count, this.holds, this.answer())
  }

  /** The state so far. */
  answer(): Answer<S> {
    const { state, slots } = this.#run.take()
    this.#since = 0
    this.#stride = Math.max(this.#strideMin, slots)
    return { state, folded: this.#folded, slots }
  }
}
