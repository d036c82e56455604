import type { TimelineEvent } from '../event.js'
import type { Reducer } from '../projection.js'
import { run, runPlain } from '../run.js'
import type { Answer, Start } from './answer.js'
import type { Chunk } from './chunk.js'
import type { Rectangle } from './rectangle.js'

/** A wide state is kept once so many of its slots were copied for each event that was folded since: together they stay small. */
const SLOTS_PER_EVENT = 8

/** So many small states at the most come of one run. */
const STATES_PER_RUN_MAX = 32

/** Where a state is to be kept: after so many events of a chunk, and of the run; and where it will hold. */
type Mark<S> = { readonly chunk: Chunk<S>; readonly count: number; readonly end: number; readonly holds: Rectangle }

/** A fold under way through the chunks of a history, which leaves checkpoints behind. */
export class Folding<S> {
  /** The pairs of (reported, position) at which the same events are visible as were folded, and none that were passed over. */
  readonly holds: Rectangle
  /** How many slots of their own the checkpoints have at the most that it has left behind. */
  slotsKept = 0
  readonly #projection: Reducer<S>
  readonly #key: string
  readonly #stride: number
  readonly #isCurrent: () => boolean
  #answer: Answer<S>
  #slotsUnkept: number
  #events: TimelineEvent[] = [] // which come after the answer
  #marks: Mark<S>[] = [] // among them

  /** Small states are kept every `stride` events, wide ones seldomer, and none once the marks no longer lie where they did. */
  constructor(projection: Reducer<S>, key: string, start: Start<S>, stride: number, isCurrent: () => boolean) {
    this.holds = start.holds.copy()
    this.#slotsUnkept = start.slotsUnkept
    this.#projection = projection
    this.#key = key
    this.#stride = stride
    this.#isCurrent = isCurrent
    this.#answer = start.answer
  }

  /** Takes an event, and marks where it stands if there are enough of them since the last mark, and room for its state. */
  take(event: TimelineEvent, chunk: Chunk<S>, count: number): void {
    const end = this.#events.push(event)
    const since = end - (this.#marks.at(-1)?.end ?? 0)
    if (since < Math.max(this.#stride, this.#answer.slots / SLOTS_PER_EVENT)) return
    if (!chunk.hasRoomFor(count, this.holds)) return
    const marks = this.#marks.push({ chunk, count, end, holds: this.holds.copy() })
    // after a wide state the next mark is known only once it is folded
    if (this.#answer.slots > 0 || marks === STATES_PER_RUN_MAX) this.#fold()
  }

  /** The outcome, with which another fold may begin. Throws `REDUCER_FAILED`. */
  end(): Start<S> {
    this.#fold()
    return { answer: this.#answer, holds: this.holds, slotsUnkept: this.#slotsUnkept }
  }

  /** Folds the events, and keeps the states at the marks, wide ones not at all of them. */
  #fold(): void {
    const [events, marks] = [this.#events, this.#marks]
    if (events.length === 0) return
    const ends = marks.map(({ end }) => end)
    if (ends.at(-1) !== events.length) ends.push(events.length)
    const answers = runPlain(this.#projection, this.#key, this.#answer.state, events, ends)
    let begin = 0
    for (let index = 0; index < ends.length; index += 1) {
      const end = ends[index]!
      const mark = end - begin >= this.#answer.slots / SLOTS_PER_EVENT ? marks[index] : undefined
      if (mark === undefined && end < events.length) continue
      this.#answer = answers?.[index] ?? run(this.#projection, this.#key, this.#answer.state, events.slice(begin, end))
      this.#slotsUnkept += this.#answer.slots
      if (mark !== undefined) this.#keep(mark)
      begin = end
    }
    this.#events = []
    this.#marks = []
  }

  #keep({ chunk, count, holds }: Mark<S>): void {
    if (!this.#isCurrent()) return
    chunk.keep(count, holds, this.#answer)
    this.slotsKept += this.#slotsUnkept
    this.#slotsUnkept = 0
  }
}
