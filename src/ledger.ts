import { RETRACTED } from './catalog.js'
import { TimelineError, quote } from './error.js'
import type { Entry, Given } from './event.js'
import { equalJson } from './json.js'

/** The entries of a call, one for each given event; `fresh` are those that were not there before. */
export type Admitted = { readonly entries: readonly Entry[]; readonly fresh: readonly Entry[] }

/** What an event becomes at a position. */
export type Read = (given: Given, position: number) => Entry

/** What makes the content of an event, beside `reportedAt` where it is given. */
const CONTENT = ['type', 'subject', 'source', 'occurredAt', 'supersedes', 'data'] as const

/**
 * What has been appended, by id and by subject, and the rules that the next events must keep.
 * A ledger over a base holds what is about to be appended after it.
 */
export class Ledger {
  readonly #base: Ledger | undefined
  readonly #byId = new Map<string, Entry>()
  readonly #superseders = new Map<string, Entry>()
  #lastPositions: Map<string, number> | undefined // by subject, once one is looked for
  #unindexed: (readonly Entry[])[] = [] // until something is looked for: a log that is only asked needs no index of ids
  #position: number

  constructor(base?: Ledger) {
    this.#base = base
    this.#position = base?.position ?? 0
  }

  /** The position of the last event. */
  get position(): number {
    return this.#position
  }

  find(id: string): Entry | undefined {
    this.#index()
    return this.#byId.get(id) ?? this.#base?.find(id)
  }

  add(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    this.#unindexed.push(entries)
    this.#position = entries.at(-1)!.event.position
  }

  #index(): void {
    if (this.#unindexed.length === 0) return
    for (const entries of this.#unindexed) {
      for (const entry of entries) {
        const { id, subject, position, supersedes } = entry.event
        this.#byId.set(id, entry)
        this.#lastPositions?.set(subject, position)
        if (supersedes !== undefined) this.#superseders.set(supersedes, entry)
      }
    }
    this.#unindexed = []
  }

  /**
   * Checks the events of one call against the rules, in order and each after those before it, and adds none of them.
   * What is there already with the same content is set aside; `read` makes entries of the rest, the fresh ones.
   */
  admit(givens: readonly Given[], read: Read, after = Infinity): Admitted {
    if (givens.length === 1) return this.#admitOne(givens[0]!, read, this, after)
    const call = new Ledger(this)
    const each = givens.map((given) => {
      const one = call.#admitOne(given, read, this, after)
      call.add(one.fresh)
      return one
    })
    return { entries: each.flatMap(({ entries }) => entries), fresh: each.flatMap(({ fresh }) => fresh) }
  }

  /** The same for one event of a call that began after the ledger `before`. */
  #admitOne(given: Given, read: Read, before: Ledger, after: number): Admitted {
    const duplicate = this.duplicateOf(given)
    if (duplicate !== undefined) return { entries: [duplicate], fresh: [] }
    before.#checkAfter(given, after)
    const entries = [read(given, this.position + 1)]
    this.#checkSupersedes(given)
    return { entries, fresh: entries }
  }

  /** What is there already under a given event's id. Throws `DUPLICATE_ID` when its content is another. */
  duplicateOf(given: Given): Entry | undefined {
    const entry = this.find(given.id)
    if (entry === undefined || isSameContent(given, entry)) return entry
    throw new TimelineError(
      'DUPLICATE_ID',
      {
        arrived: `Got the id ${quote(given.id)} again, with other content than at position ${entry.event.position}`,
        expected: 'an id of its own for each event',
        remedy: 'Give a correction its own id, and name this one in `supersedes`',
      },
      { id: given.id, position: entry.event.position },
    )
  }

  /** Refuses an event about a subject that another was appended about after a position. Throws `CONFLICT`. */
  #checkAfter(given: Given, after: number): void {
    const last = after === Infinity ? 0 : this.#lastPositionOf(given.subject)
    if (last <= after) return
    throw new TimelineError(
      'CONFLICT',
      {
        arrived: `Got an event about ${quote(given.subject)} to append after position ${after}, but there is one at position ${last}`,
        expected: 'no newer event about the same subject',
        remedy: `Look at what was appended since, and append again with after: ${this.position}`,
      },
      { subject: given.subject, position: last },
    )
  }

  /**
   * Refuses to supersede what is not there, what only withdraws, and what is superseded. Throws `UNKNOWN_EVENT`,
   * `INVALID_EVENT`, `ALREADY_SUPERSEDED`.
   */
  #checkSupersedes(given: Given): void {
    if (given.supersedes === undefined) return
    const target = this.find(given.supersedes)
    if (target === undefined) {
      throw new TimelineError(
        'UNKNOWN_EVENT',
        {
          arrived: `Got an event (${given.id}) that supersedes ${quote(given.supersedes)}, which is not in the log`,
          expected: 'the id of an event appended earlier',
          remedy: 'Append that event first, or correct the id',
        },
        { id: given.id, supersedes: given.supersedes },
      )
    }
    if (target.event.type === RETRACTED) {
      throw new TimelineError(
        'INVALID_EVENT',
        {
          arrived: `Got an event (${given.id}) that supersedes the retraction ${quote(given.supersedes)}`,
          expected: 'an event other than a retraction: supersession is final',
          remedy: 'Append the withdrawn event again, with a new id',
        },
        { id: given.id, supersedes: given.supersedes },
      )
    }
    const superseder = this.#superseder(given.supersedes)
    if (superseder !== undefined) {
      const withdrawn = superseder.event.type === RETRACTED
      throw new TimelineError(
        'ALREADY_SUPERSEDED',
        {
          arrived: `Got an event (${given.id}) that supersedes ${quote(given.supersedes)}, which ${quote(superseder.event.id)} has superseded`,
          expected: 'an event that nothing supersedes yet',
          remedy: withdrawn
            ? 'It is withdrawn: append the better account as an event of its own'
            : `Supersede ${quote(superseder.event.id)} instead`,
        },
        { id: given.id, supersedes: given.supersedes, by: superseder.event.id },
      )
    }
  }

  #superseder(id: string): Entry | undefined {
    this.#index()
    return this.#superseders.get(id) ?? (this.#base === undefined ? undefined : this.#base.#superseder(id))
  }

  #lastPositionOf(subject: string): number {
    this.#index()
    this.#lastPositions ??= new Map(Array.from(this.#byId.values(), ({ event }) => [event.subject, event.position]))
    return this.#lastPositions.get(subject) ?? (this.#base === undefined ? 0 : this.#base.#lastPositionOf(subject))
  }
}

function isSameContent(given: Given, { given: there, event }: Entry): boolean {
  return (
    CONTENT.every((field) => equalJson(given[field], there[field])) &&
    (given.reportedAt === undefined || given.reportedAt === event.reportedAt)
  )
}
