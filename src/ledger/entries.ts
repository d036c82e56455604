import { type Dated, type Given, type Read, type Stamp, type TimelineEvent, toDated, toEvent } from '../event.js'
import type { Json } from '../json.js'
import { countWhile } from '../search.js'
import { Numbers } from './numbers.js'

/** What an event says as it was given, but for its data and its report. */
export type Named = Omit<Given, 'data' | 'reportedAt'>

/** How many events are unread from an index on, up to where the next ones begin. */
type Unread = { readonly from: number; readonly stamp: Stamp; readonly read: Read; count: number }

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

  /** Adds an event to be read when it is asked for. */
  store(given: Given, stamp: Stamp, read: Read): void {
    const last = this.#unread.at(-1)
    if (last?.stamp === stamp && last.read === read) last.count += 1
    else this.#unread.push({ from: this.#events.length, stamp, read, count: 1 })
    this.#events.push(given)
  }

  /** The entry at a position that is there. Throws as its `Read` does. */
  at(position: number): Dated {
    const index = this.#indexOf(position)
    const earliest = this.#earliest.at(index)
    if (Number.isNaN(earliest)) return this.#read(index)
    const event = this.#events[index] as TimelineEvent
    return { event, earliest, latest: this.#latest.at(index), reported: this.#reported.at(index) }
  }

  /** What the event at a position says; it need not be read for that, nor for what follows. */
  named(position: number): Named {
    return this.#events[this.#indexOf(position)]!
  }

  /** When it was reported, which is when it was appended, where it did not say. */
  reportedAt(position: number): string {
    const index = this.#indexOf(position)
    return this.#events[index]!.reportedAt ?? this.#unreadAt(index).stamp.reported.text
  }

  /** The event as it was given, stamped. */
  asGiven(position: number): TimelineEvent {
    const index = this.#indexOf(position)
    const event = this.#events[index]!
    const isRead = !Number.isNaN(this.#earliest.at(index))
    if (isRead) return { ...(event as TimelineEvent), data: this.givenData(position) }
    return toEvent(event as Given, position, this.#unreadAt(index).stamp, event.data)
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
    const unread = this.#unreadAt(index)
    const position = this.#after + index + 1
    const entry = unread.read(this.#events[index] as Given, position, unread.stamp)
    if (!Number.isNaN(this.#earliest.at(index))) return this.at(position) // its schema asked for it
    const dated = toDated(entry, position)
    this.#put(index, dated, entry.given.data)
    unread.count -= 1
    while (this.#unread.at(-1)?.count === 0) this.#unread.pop()
    return dated
  }

  #unreadAt(index: number): Unread {
    return this.#unread[countWhile(this.#unread.length, (nth) => this.#unread[nth]!.from <= index) - 1]!
  }

  #put(index: number, { event, earliest, latest, reported }: Dated, givenData: Json | undefined): void {
    if (!Object.is(givenData, event.data)) this.#givenData.set(index, givenData)
    this.#events[index] = event
    this.#earliest.set(index, earliest)
    this.#latest.set(index, latest)
    this.#reported.set(index, reported)
  }
}
