import { Batch } from './batch.js'
import { isoText } from './calendar.js'
import type { Call, Lone, Outcome } from './call.js'
import type { Catalog } from './catalog.js'
import { Chain } from './chain.js'
import { type Time, checkReported, timeAfter } from './clock.js'
import { readerOf } from './commit.js'
import { type Given, type Read, type ReadFresh, stampOf, toEntry } from './event.js'
import { type Admitted, Ledger } from './ledger.js'
import { type Log, isUnflushed, unavailable } from './log/log.js'
import { verify } from './verify.js'

const UNKNOWN = 'See the cause. Whether this was written is not known, so append it again with its id; what was acknowledged is kept'

type Settings = {
  readonly log: Log
  readonly catalog: Catalog | undefined
  readonly clock: () => number
  /** Told after each commit, from which position to which; must not throw. */
  readonly onCommit: (first: number, last: number) => void
}

/**
 * Reads what a log holds and appends to it, one commit at a time. Calls that overlap share a commit: each is
 * validated on the log plus the calls before it, and a refused one rejects alone.
 */
export class Writer {
  readonly ledger = new Ledger()
  readonly chain = new Chain()
  readonly #settings: Settings
  readonly #readStored: Read
  #calls: Call[] = []
  readonly #reconsidered = new WeakSet<Call>()
  #isDoubted = false // since the log has failed to flush
  #isConfirmed = true // that what was read stands: a log may hand it out before it is durable
  #writing: Promise<void> | undefined
  #refreshing: Promise<number> | undefined
  #turn: Promise<unknown> = Promise.resolve() // one after the other: commits, and what is read

  constructor(settings: Settings) {
    this.#settings = settings
    this.#readStored = readerOf(settings.catalog)
  }

  /**
   * Takes in what the log holds beyond what was read; resolves with how many events. Throws `LOG_CORRUPT`,
   * `LOG_UNAVAILABLE`.
   */
  refresh(): Promise<number> {
    this.#refreshing ??= this.#inTurn(() => {
      this.#refreshing = undefined // what is appended from now on is for the next one
      return this.#catchUp()
    })
    return this.#refreshing
  }

  /** Appends the events of one call, all or nothing; resolves once they are durable. */
  submit(givens: readonly Given[], after?: number): Promise<Admitted> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.admitted))
      this.#enqueue([{ givens, after, isAnswered: true, index: 0, settle }])
    })
  }

  /** Appends events, each by a call of its own; resolves with what became of each, once all are settled. */
  submitEach(lones: readonly Lone[]): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const outcomes: Outcome[] = []
      let unsettled = lones.length
      if (unsettled === 0) resolve(outcomes)
      const settle = (outcome: Outcome, index: number) => {
        outcomes[index] = outcome
        unsettled -= 1
        if (unsettled === 0) resolve(outcomes)
      }
      this.#enqueue(lones.map(({ given, text }, index) => ({ givens: [given], after: undefined, isAnswered: false, text, index, settle })))
    })
  }

  /** Takes events into a ledger as `submitEach` would; the log is untouched. */
  rehearseEach(lones: readonly Lone[], ledger: Ledger): readonly Outcome[] {
    const room = this.#room()
    const read = this.#reader()
    return lones.map(({ given, text }) => {
      const batch = new Batch(ledger, read, room)
      batch.take({ givens: [given], after: undefined, isAnswered: false, text, index: 0, settle: () => {} })
      return batch.outcomes[0]!
    })
  }

  /** Resolves once every call so far is settled. */
  async idle(): Promise<void> {
    await this.#writing
    await this.#turn
  }

  #enqueue(calls: readonly Call[]): void {
    for (const call of calls) this.#calls.push(call)
    this.#writing ??= this.#write()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #catchUp(): Promise<number> {
    const before = this.ledger.position
    try {
      await this.#settleDoubt()
      for await (const record of this.#settings.log.read(this.chain.next.seq)) {
        const { position, appendedAt, events } = this.chain.read(record)
        this.#isConfirmed = false
        this.ledger.store(events, stampOf(appendedAt), this.#readStored)
        this.#settings.onCommit(position, this.ledger.position)
      }
    } catch (error) {
      this.#isDoubted ||= isUnflushed(error)
      throw unavailable(error)
    }
    return this.ledger.position - before
  }

  /** After a disk has failed nothing is taken for granted that was read or written before. */
  async #settleDoubt(): Promise<void> {
    if (this.#isDoubted) await verify(this.#settings.log, undefined, this.chain)
    this.#isDoubted = false
  }

  async #write(): Promise<void> {
    await Promise.resolve() // calls made in the same turn share the first commit
    while (this.#calls.length > 0) await this.#inTurn(() => this.#writeCommit())
    this.#writing = undefined
  }

  async #writeCommit(): Promise<void> {
    const batch = this.#accept()
    try {
      const isNew = batch.entries.length > 0
      if (isNew) await this.#append(batch)
      else await this.#confirm(batch)
      batch.outcomes.forEach((outcome, index) => {
        if ('admitted' in outcome) tell(batch.calls[index]!, outcome)
      })
      if (isNew) this.#settings.onCommit(this.ledger.position - batch.entries.length + 1, this.ledger.position)
      await this.#reconsider(batch, isNew)
    } catch (error) {
      await this.#retryOrReject(batch.calls, error)
    }
  }

  /**
   * Rejects what was refused, but has it wait again, once, where others have appended, which an append of ours rules out:
   * what it is then refused for was in the log after it was called.
   */
  async #reconsider({ calls, outcomes }: Batch, appended: boolean): Promise<void> {
    if (outcomes.every((outcome) => 'admitted' in outcome)) return
    const grown = !appended && (await this.#catchUp()) > 0
    const again: Call[] = []
    outcomes.forEach((outcome, index) => {
      if (!('error' in outcome)) return
      const call = calls[index]!
      if (grown && !this.#reconsidered.has(call)) again.push(call)
      else tell(call, outcome)
      this.#reconsidered.add(call)
    })
    if (again.length > 0) this.#calls = [...again, ...this.#calls]
  }

  /** After a conflict the calls wait again, behind what the other writer appended. */
  async #retryOrReject(calls: readonly Call[], error: unknown): Promise<void> {
    try {
      if (codeOf(error) !== 'CONFLICT' || (await this.#catchUp()) === 0) throw unavailable(error, UNKNOWN)
      this.#calls = [...calls, ...this.#calls]
    } catch (reason) {
      for (const call of calls) tell(call, { error: reason })
    }
  }

  /** Takes calls off the queue as far as they fit one record. What is refused may be due to what was not read yet, or to a call that is not durable yet. */
  #accept(): Batch {
    const batch = new Batch(this.ledger.draft(), this.#reader(), this.#room())
    this.#calls.every((call) => batch.take(call))
    this.#calls.splice(0, batch.calls.length)
    return batch
  }

  /** Writes the commit of the accepted calls, and takes it in. */
  async #append(batch: Batch): Promise<void> {
    const { calls, entries, ledger } = batch
    try {
      await this.#settleDoubt()
      const { record, utf8, written } = this.chain.write(entries[0]!.stamp.appendedAt, batch)
      await this.#settings.log.append(this.chain.next.seq, record, utf8)
      written()
    } catch (error) {
      this.#isDoubted ||= isUnflushed(error)
      ledger.discard()
      throw error
    }
    this.#isConfirmed = true
    if (calls.some(({ isAnswered }) => isAnswered)) this.ledger.add(entries)
    else this.ledger.addUnasked(entries)
  }

  /**
   * Before anybody is told that events are there already: who wrote them may take them out again, while nobody else
   * appends, if they cannot be flushed. To append what is there is refused once all of it is durable.
   */
  async #confirm({ outcomes }: Batch): Promise<void> {
    if (this.#isConfirmed || !outcomes.some((outcome) => 'admitted' in outcome)) return
    try {
      await this.#settings.log.append(this.chain.next.seq - 1, '')
    } catch (error) {
      this.#isDoubted ||= isUnflushed(error)
      if (codeOf(error) !== 'CONFLICT') throw error
    }
    this.#isConfirmed = true
  }

  /** What events become when they are appended here and now, all at one time. What it returns throws `CLOCK_BEHIND`, `REPORTED_IN_FUTURE`. */
  #reader(): ReadFresh {
    let time: Time | undefined
    return (given) => {
      time ??= timeAfter(this.chain.next.appendedAt, this.#settings.clock)
      const entry = toEntry(given, time, this.#settings.catalog, true)
      checkReported(entry, time.now)
      return entry
    }
  }

  /** How many bytes of events the next record takes, with a comma for each, though the last has none. */
  #room(): number {
    const { bytes } = this.chain.write(isoText(0), { texts: [], bytes: 0 })
    return this.#settings.log.maxRecordBytes - bytes + 1
  }
}

function tell(call: Call, outcome: Outcome): void {
  call.settle(outcome, call.index)
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
