import { type Commit, type Place, decodeCommit, encodeCommit } from './commit.js'
import type { EventTexts, Sealed } from './log/record.js'

/** Follows a log record by record, and knows where its next commit goes. */
export class Chain {
  #next: Place = { seq: 1, position: 1, appendedAt: '', previous: '' }
  #offset = 0

  /** The place of the next commit, but for when: not before `appendedAt`. */
  get next(): Place {
    return this.#next
  }

  /** The hash of the last commit; the empty text where there is none. */
  get head(): string {
    return this.#next.previous
  }

  /** Reads the next record's commit, and goes past it. Throws `LOG_CORRUPT` where it does not continue the chain. */
  read(record: string): Commit {
    const commit = decodeCommit(record, this.#next, this.#offset)
    this.#pass(commit)
    return commit
  }

  /** The record of the next commit, and what goes past it once it is written. */
  write(appendedAt: string, events: EventTexts): Sealed & { readonly written: () => void } {
    const place = { ...this.#next, appendedAt }
    const sealed = encodeCommit(place, events)
    return { ...sealed, written: () => this.#pass({ ...place, ...sealed, events: events.texts }) }
  }

  #pass({ seq, position, appendedAt, events, hash, bytes }: Omit<Commit, 'events'> & { readonly events: readonly unknown[] }): void {
    this.#next = { seq: seq + 1, position: position + events.length, appendedAt, previous: hash }
    this.#offset += bytes + 1 // a record a line
  }
}
