import type { Given } from '../event.js'

/** What is indexed of an event. */
type Identified = Pick<Given, 'id' | 'supersedes'>

/** The positions of events by their ids, and of those that supersede them. */
export class Ids {
  readonly #positions = new Map<string, number>()
  readonly #superseders = new Map<string, number>() // by the id of what they supersede
  #last: number

  /** The first event comes after a position. */
  constructor(after: number) {
    this.#last = after
  }

  /** The position of the last event that is indexed. */
  get last(): number {
    return this.#last
  }

  /** The position of the event with an id, if that is not beyond `to`. */
  find(id: string, to: number): number | undefined {
    return upTo(to, this.#positions.get(id))
  }

  /** The position of the event that supersedes the one with an id, if that is not beyond `to`. */
  superseder(id: string, to: number): number | undefined {
    return upTo(to, this.#superseders.get(id))
  }

  /** Indexes the next event. */
  add({ id, supersedes }: Identified): void {
    this.#last += 1
    this.#positions.set(id, this.#last)
    if (supersedes !== undefined) this.#superseders.set(supersedes, this.#last)
  }

  /** Takes back the last event. */
  takeBack({ id, supersedes }: Identified): void {
    this.#last -= 1
    this.#positions.delete(id)
    if (supersedes !== undefined) this.#superseders.delete(supersedes)
  }
}

function upTo(to: number, position: number | undefined): number | undefined {
  return position !== undefined && position <= to ? position : undefined
}
