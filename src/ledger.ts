import { RETRACTED } from './catalog.js'
import { TimelineError, quote } from './error.js'
import {
  type Dated,
  type Entry,
  type Given,
  type Read,
  type ReadFresh,
  type Stamp,
  type TimelineEvent,
  isAsGiven,
  readAsGiven,
  toDated,
} from './event.js'
import { type Json, equalJson } from './json.js'
import { Entries, type Named } from './ledger/entries.js'
import { Ids } from './ledger/ids.js'

/** Where the events of a call stand, one position for each given one; `fresh` are those that were not there before. */
export type Admitted = { readonly positions: readonly number[]; readonly fresh: readonly Entry[] }

/** What makes the content of an event, beside its data, and `reportedAt` where it is given. */
const CONTENT = ['type', 'subject', 'source', 'occurredAt', 'supersedes'] as const

/**
 * What has been appended, in log order, and the rules that the next events must keep.
 * A ledger over a base holds what comes after a position of it: what is about to be appended, or a hypothesis.
 */
export class Ledger {
  readonly base: Ledger | undefined
  /** The position after which this ledger's own events come. */
  readonly basePosition: number
  readonly #entries: Entries
  readonly #ids: Ids // filled when one is looked for: a log that is only asked needs none
  readonly #others: Ledger | undefined // the base, unless it shares these ids
  readonly #lastPositions = new Map<string, number>() // by subject
  #lastSubject: number // up to this position they are there, filled when one is looked for

  constructor(base?: Ledger, basePosition = base?.position ?? 0, shared?: Ids) {
    this.base = base
    this.basePosition = basePosition
    this.#entries = new Entries(basePosition)
    this.#ids = shared ?? new Ids(basePosition)
    this.#others = shared === undefined ? base : undefined
    this.#lastSubject = basePosition
  }

  /** The position of the last event. */
  get position(): number {
    return this.#entries.position
  }

  /** The event at a position, with its dates. Throws as its `Read` does, where it is stored and was not read yet. */
  at(position: number): Dated {
    return this.#holderOf(position).at(position)
  }

  /** The data of the event at a position as it was given. */
  givenData(position: number): Json | undefined {
    return this.#holderOf(position).givenData(position)
  }

  /** The event at a position as it was given, stamped. */
  asGiven(position: number): TimelineEvent {
    return this.#holderOf(position).asGiven(position)
  }

  /** The position of the event with an id, if that is not beyond `to`. */
  find(id: string, to = this.position): number | undefined {
    this.#index()
    return this.#ids.find(id, to) ?? this.#others?.find(id, this.basePosition)
  }

  /** Adds events that were read. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#entries.add(toDated(entry, this.position + 1), entry.given.data)
  }

  /** Adds events that were read, and are read again if they are asked for: few are, and they take less room till then. */
  addUnasked(entries: readonly Entry[]): void {
    if (!entries.every(isAsGiven)) return this.add(entries)
    for (const { given, stamp } of entries) this.#entries.store(given, stamp, readAsGiven)
  }

  /** Adds events of one time, to be read when they are first asked for. */
  store(givens: readonly Given[], stamp: Stamp, read: Read): void {
    for (const given of givens) this.#entries.store(given, stamp, read)
  }

  /** A ledger that goes on from a position of this one. It has the base of this one: hypotheses on hypotheses form no chain. */
  fork(position: number): Ledger {
    if (this.base === undefined) return new Ledger(this, position)
    const fork = new Ledger(this.base, Math.min(position, this.basePosition))
    for (let at = this.basePosition + 1; at <= position; at += 1) fork.#entries.add(this.at(at), this.givenData(at))
    return fork
  }

  /**
   * A ledger of what is about to be appended to this one, which has no base. It fills this one's index of ids, where this
   * one finds none beyond its own position: until a draft is added here or discarded, nothing else may be added.
   */
  draft(): Ledger {
    return new Ledger(this, this.position, this.#ids)
  }

  /** Takes what this draft has put into the index out again: it is not appended. */
  discard(): void {
    while (this.#ids.last > this.basePosition) this.#ids.takeBack(this.#named(this.#ids.last))
  }

  /**
   * Checks the events of one call against the rules, in order and each after those before it, and adds none of them.
   * What is there already with the same content is set aside; `read` reads the rest, the fresh ones.
   */
  admit(givens: readonly Given[], read: ReadFresh, after = Infinity): Admitted {
    if (givens.length === 1) return this.#admitOne(givens[0]!, read, this, after)
    const call = new Ledger(this)
    const each = givens.map((given) => {
      const one = call.#admitOne(given, read, this, after)
      call.add(one.fresh)
      return one
    })
    return { positions: each.flatMap(({ positions }) => positions), fresh: each.flatMap(({ fresh }) => fresh) }
  }

  /** The same for one event of a call that began after the ledger `before`. */
  #admitOne(given: Given, read: ReadFresh, before: Ledger, after: number): Admitted {
    const there = this.#positionOf(given)
    if (there !== undefined) return { positions: [there], fresh: [] }
    before.#checkAfter(given, after)
    const entry = read(given)
    this.#checkSupersedes(given)
    return { positions: [this.position + 1], fresh: [entry] }
  }

  /** Where a given event is already, by its id. Throws `DUPLICATE_ID` when the content there is another. */
  #positionOf(given: Given): number | undefined {
    const position = this.find(given.id)
    if (position === undefined || this.#isAt(position, given)) return position
    throw new TimelineError(
      'DUPLICATE_ID',
      {
        arrived: `Got the id ${quote(given.id)} again, with other content than at position ${position}`,
        expected: 'an id of its own for each event',
        remedy: 'Give a correction its own id, and name this one in `supersedes`',
      },
      { id: given.id, position },
    )
  }

  /** Whether the event at a position has the content of a given one. */
  #isAt(position: number, given: Given): boolean {
    const there = this.#named(position)
    const isSameReport = given.reportedAt === undefined || given.reportedAt === this.#holderOf(position).reportedAt(position)
    return isSameReport && CONTENT.every((field) => given[field] === there[field]) && equalJson(given.data, this.givenData(position))
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
    if (this.#named(target).type === RETRACTED) {
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
    const superseder = this.#superseder(given.supersedes, this.position)
    if (superseder !== undefined) {
      const by = this.#named(superseder)
      throw new TimelineError(
        'ALREADY_SUPERSEDED',
        {
          arrived: `Got an event (${given.id}) that supersedes ${quote(given.supersedes)}, which ${quote(by.id)} has superseded`,
          expected: 'an event that nothing supersedes yet',
          remedy:
            by.type === RETRACTED
              ? 'It is withdrawn: append the better account as an event of its own'
              : `Supersede ${quote(by.id)} instead`,
        },
        { id: given.id, supersedes: given.supersedes, by: by.id },
      )
    }
  }

  #superseder(id: string, to: number): number | undefined {
    this.#index()
    return this.#ids.superseder(id, to) ?? (this.#others === undefined ? undefined : this.#others.#superseder(id, this.basePosition))
  }

  #lastPositionOf(subject: string): number {
    while (this.#lastSubject < this.position) {
      this.#lastSubject += 1
      this.#lastPositions.set(this.#named(this.#lastSubject).subject, this.#lastSubject)
    }
    return this.#lastPositions.get(subject) ?? (this.base === undefined ? 0 : this.base.#lastPositionOf(subject))
  }

  #index(): void {
    while (this.#ids.last < this.position) this.#ids.add(this.#named(this.#ids.last + 1))
  }

  #named(position: number): Named {
    return this.#holderOf(position).named(position)
  }

  #holderOf(position: number): Entries {
    return position > this.basePosition ? this.#entries : this.base!.#holderOf(position)
  }
}
