import type { Entry, TimelineEvent } from './event.js'
import type { Json } from './json.js'
import { Numbers } from './numbers.js'

/** An event with its dates worked out, in milliseconds UTC. */
export type Dated = Pick<Entry, 'event' | 'earliest' | 'latest' | 'reported'>

/** Events in log order with their dates, in columns: a million of them cost little more than the events themselves. */
export class Entries {
  readonly events: TimelineEvent[] = []
  readonly #earliest = new Numbers()
  readonly #latest = new Numbers()
  readonly #reported = new Numbers()
  readonly #given = new Map<number, Json | undefined>()

  get length(): number {
    return this.events.length
  }

  /** Adds an event, and its data as it was given, before the catalog parsed it. */
  push({ event, earliest, latest, reported }: Dated, givenData: Json | undefined): void {
    if (givenData !== event.data) this.#given.set(this.length, givenData)
    this.events.push(event)
    this.#earliest.push(earliest)
    this.#latest.push(latest)
    this.#reported.push(reported)
  }

  /** The entry at a place, the first of which is 0. */
  at(index: number): Dated {
    return {
      event: this.events[index]!,
      earliest: this.#earliest.at(index),
      latest: this.#latest.at(index),
      reported: this.#reported.at(index),
    }
  }

  /** The data as it was given, before the catalog parsed it. */
  givenData(index: number): Json | undefined {
    return this.#given.has(index) ? this.#given.get(index) : (this.events[index]!.data as Json | undefined)
  }
}
