import { type Dated, type Given, type Read, type TimelineEvent, toDated } from './event.js'
import type { Json } from './json.js'
import { Numbers } from './numbers.js'
import { countWhile } from './search.js'

/** What an event is, without its dates and its data. */
export type Named = Pick<Given, 'id' | 'type' | 'subject' | 'supersedes'>

/** How many events are unread from an index on, up to where the next ones begin. */
type Unread = { readonly from: number; readonly read: Read; count: number }

/**
 * Events in log order with their dates, in columns: a million of them cost little more than the events themselves. Each
 * is read, its dates worked out and its data parsed, when it is first asked for.
 */
export class Entries {
  readonly #after: number
  readonly #events: (TimelineEvent | Given)[] = [] // as given, until they are read
  readonly #earliest = new Numbers() // NaN until then
  readonly #latest = new Numbers()
  readonly #reported = new Numbers()
  readonly #givenData = new Map<number, Json | undefined>() // by index, where the catalog parsed it into something else
  readonly #unread: Unread[] = []

  /** The first event comes after a position. */
  constructor(after: number) {
    this.#after = after
  }

  /** The position of the last event. */
  get position(): number {
    return this.#after + this.#events.length
  }

  /** Adds an event that was read, and its data as it was given. */
  add(entry: Dated, givenData: Json | undefined): void {
    this.#put(this.#events.length, entry, givenData)
  }

  /** Adds events to be read when they are asked for. */
  store(givens: readonly Given[], read: Read): void {
    if (this.#unread.at(-1)?.read !== read) this.#unread.push({ from: this.#events.length, read, count: 0 })
    this.#unread.at(-1)!.count += givens.length
    for (const given of givens) this.#events.push(given)
  }

  /** The entry at a position that is there. Throws as its `Read` does. */
  at(position: number): Dated {
    const index = this.#indexOf(position)
    const earliest = this.#earliest.at(index)
    if (Number.isNaN(earliest)) return this.#read(index)
    const event = this.#events[index] as TimelineEvent
    return { event, earliest, latest: this.#latest.at(index), reported: this.#reported.at(index) }
  }

  /** What the event at a position is; it need not be read for that. */
  named(position: number): Named {
    return this.#events[this.#indexOf(position)]!
  }

  /** Its data as it was given, before the catalog parsed it. */
  givenData(position: number): Json | undefined {
    const index = this.#indexOf(position)
    return this.#givenData.has(index) ? this.#givenData.get(index) : (this.#events[index]!.data as Json | undefined)
  }

  #indexOf(position: number): number {
    return position - this.#after - 1
  }

  #read(index: number): Dated {
    const unread = this.#unread[countWhile(this.#unread.length, (nth) => this.#unread[nth]!.from <= index) - 1]!
    const position = this.#after + index + 1
    const entry = unread.read(this.#events[index] as Given, position)
    const dated = toDated(entry, position)
    this.#put(index, dated, entry.given.data)
    unread.count -= 1
    while (this.#unread.at(-1)?.count === 0) this.#unread.pop()
    return dated
  }

  #put(index: number, { event, earliest, latest, reported }: Dated, givenData: Json | undefined): void {
    if (givenData !== event.data) this.#givenData.set(index, givenData)
    this.#events[index] = event
    this.#earliest.set(index, earliest)
    this.#latest.set(index, latest)
    this.#reported.set(index, reported)
  }
}
