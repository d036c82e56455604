import { type Timeline, openTimeline } from 'asof'
import { arraysBySubject } from './contenders/loop.js'
import { type PlainEvent, inputOf, sampleEvents } from './sample.js'
import type { Shape } from './shape.js'
import { shipmentEvents } from './shipment.js'

/** One log as each contender holds it. */
export type Dataset = {
  readonly timeline: Timeline<typeof shipmentEvents>
  /** In the order of the log. */
  readonly events: readonly PlainEvent[]
  /** The hand-written loop's array for each subject. */
  readonly arrays: ReadonlyMap<string, readonly PlainEvent[]>
  readonly subjects: readonly string[]
}

const BATCH = 2000

/** Data sets by shape: each is built once, and kept until it is dropped. */
export class Datasets {
  readonly #built = new Map<string, Promise<Dataset>>()

  get(shape: Shape): Promise<Dataset> {
    const name = JSON.stringify(shape)
    const there = this.#built.get(name) ?? build(shape)
    this.#built.set(name, there)
    return there
  }

  drop(): void {
    this.#built.clear()
  }
}

/** Appends events, some thousands at a time. */
export async function appendAll(timeline: Timeline<typeof shipmentEvents>, events: readonly PlainEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += BATCH) await timeline.append(events.slice(start, start + BATCH).map(inputOf))
}

async function build(shape: Shape): Promise<Dataset> {
  const events = sampleEvents(shape)
  const timeline = await openTimeline({ events: shipmentEvents })
  await appendAll(timeline, events)
  const arrays = arraysBySubject(events)
  return { timeline, events, arrays, subjects: [...arrays.keys()] }
}
