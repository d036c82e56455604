import { isoText } from './calendar.js'
import type { Catalog } from './catalog.js'
import { Chain } from './chain.js'
import { type Time, checkReported, timeAfter } from './clock.js'
import { entriesOf, stampAt } from './commit.js'
import { TimelineError } from './error.js'
import { type Entry, type Given, toEntry } from './event.js'
import { type Admitted, Ledger } from './ledger.js'
import type { Log } from './log/log.js'

type Call = {
  readonly givens: readonly Given[]
  readonly after: number | undefined
  readonly resolve: (admitted: Admitted) => void
  readonly reject: (error: unknown) => void
}
type Staged = { readonly admitted: Admitted; readonly texts: readonly string[]; readonly bytes: number }

/** Calls of one commit, in order. What is refused may be due to what was not read yet, or to a call that is not durable yet. */
type Batch = {
  readonly calls: readonly Call[]
  readonly accepted: ReadonlyMap<Call, Staged>
  readonly refused: ReadonlyMap<Call, unknown>
}
type Settings = {
  readonly log: Log
  readonly catalog: Catalog | undefined
  readonly clock: () => number
  /** Told after each commit; must not throw. */
  readonly onCommit: (entries: readonly Entry[]) => void
}

/**
 * Reads what a log holds and appends to it, one commit at a time. Calls that overlap share a commit: each is
 * validated on the log plus the calls before it, and a refused one rejects alone.
 */
export class Writer {
  readonly entries: Entry[] = []
  readonly ledger = new Ledger()
  readonly chain = new Chain()
  readonly #settings: Settings
  #calls: Call[] = []
  readonly #reconsidered = new WeakSet<Call>()
  #writing: Promise<void> | undefined
  #refreshing: Promise<number> | undefined
  #turn: Promise<unknown> = Promise.resolve() // one after the other: commits, and what is read

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /**
   * Takes in what the log holds beyond what was read; resolves with how many events. Throws `LOG_CORRUPT`,
   * `LOG_UNAVAILABLE`, and as `entriesOf` does.
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
      this.#calls.push({ givens, after, resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  /** Takes the events of one call into a ledger as `submit` would; the log is untouched. */
  async rehearse(givens: readonly Given[], ledger: Ledger): Promise<Admitted> {
    const { admitted } = this.#stage(ledger, { givens, after: undefined }, this.#room(), () => this.#time())
    ledger.add(admitted.fresh)
    return admitted
  }

  /** Resolves once every call so far is settled. */
  async idle(): Promise<void> {
    await this.#writing
    await this.#turn
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #catchUp(): Promise<number> {
    const before = this.entries.length
    try {
      for await (const record of this.#settings.log.read(this.chain.next.seq)) {
        const { commit, taken } = this.chain.read(record)
        const entries = entriesOf(commit, this.#settings.catalog)
        taken()
        this.#takeIn(entries)
        this.#settings.onCommit(entries)
      }
    } catch (error) {
      throw unavailable(error)
    }
    return this.entries.length - before
  }

  async #write(): Promise<void> {
    await Promise.resolve() // calls made in the same turn share the first commit
    while (this.#calls.length > 0) await this.#inTurn(() => this.#writeCommit())
    this.#writing = undefined
  }

  async #writeCommit(): Promise<void> {
    const batch = this.#accept()
    try {
      const entries = await this.#append([...batch.accepted.values()])
      for (const [call, { admitted }] of batch.accepted) call.resolve(admitted)
      if (entries.length > 0) this.#settings.onCommit(entries)
      await this.#reconsider(batch.refused, entries.length > 0)
    } catch (error) {
      await this.#retryOrReject(batch.calls, error)
    }
  }

  /**
   * Rejects what was refused, but has it wait again, once, where others have appended, which an append of ours rules out:
   * what it is then refused for was in the log after it was called.
   */
  async #reconsider(refused: ReadonlyMap<Call, unknown>, appended: boolean): Promise<void> {
    const grown = refused.size > 0 && !appended && (await this.#catchUp()) > 0
    const again: Call[] = []
    for (const [call, error] of refused) {
      if (grown && !this.#reconsidered.has(call)) again.push(call)
      else call.reject(error)
      this.#reconsidered.add(call)
    }
    this.#calls = [...again, ...this.#calls]
  }

  /** After a conflict the calls wait again, behind what the other writer appended. */
  async #retryOrReject(calls: readonly Call[], error: unknown): Promise<void> {
    try {
      if (codeOf(error) !== 'CONFLICT' || (await this.#catchUp()) === 0) throw unavailable(error)
      this.#calls = [...calls, ...this.#calls]
    } catch (reason) {
      for (const call of calls) call.reject(reason)
    }
  }

  /** Takes calls off the queue as far as they fit one record. */
  #accept(): Batch {
    const ledger = new Ledger(this.ledger)
    const accepted = new Map<Call, Staged>()
    const refused = new Map<Call, unknown>()
    const room = this.#room()
    let time: Time | undefined
    let bytes = 0
    for (const call of this.#calls) {
      try {
        const staged = this.#stage(ledger, call, room, () => (time ??= this.#time()))
        bytes += staged.bytes
        if (bytes > room) break
        ledger.add(staged.admitted.fresh)
        accepted.set(call, staged)
      } catch (error) {
        refused.set(call, error)
      }
    }
    return { calls: this.#calls.splice(0, accepted.size + refused.size), accepted, refused }
  }

  /** What one call appends after a ledger. Throws as `append` does, `TOO_LARGE` when no record holds it. */
  #stage(ledger: Ledger, { givens, after }: Pick<Call, 'givens' | 'after'>, bytesMax: number, time: () => Time): Staged {
    const admitted = ledger.admit(givens, (given, position) => this.#read(given, position, time()), after)
    const texts = admitted.fresh.map((entry) => JSON.stringify(entry.given))
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0) // a comma each
    if (bytes <= bytesMax) return { admitted, texts, bytes }
    throw new TimelineError(
      'TOO_LARGE',
      {
        arrived: `Got ${texts.length} ${texts.length === 1 ? 'event' : 'events'} of ${bytes - 1} bytes to append at once`,
        expected: `at most ${bytesMax - 1} bytes`,
        remedy: 'Append them in several calls, and keep large documents elsewhere, named in `data`',
      },
      { bytes, bytesMax },
    )
  }

  /** Writes the commit of the accepted calls, where they have anything new, and takes it in. */
  async #append(accepted: readonly Staged[]): Promise<readonly Entry[]> {
    const entries = accepted.flatMap(({ admitted }) => admitted.fresh)
    if (entries.length === 0) return entries
    const texts = accepted.flatMap((staged) => staged.texts)
    const { record, written } = this.chain.write(entries[0]!.event.appendedAt, texts)
    await this.#settings.log.append(this.chain.next.seq, record)
    written()
    this.#takeIn(entries)
    return entries
  }

  #takeIn(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.push(entry)
    this.ledger.add(entries)
  }

  /** What an event becomes here and now. Throws `REPORTED_IN_FUTURE`. */
  #read(given: Given, position: number, { appendedAt, now }: Time): Entry {
    checkReported(given, now)
    return toEntry(given, stampAt(appendedAt)(position), this.#settings.catalog, true)
  }

  #time(): Time {
    return timeAfter(this.chain.next.appendedAt, this.#settings.clock)
  }

  /** How many bytes of events the next record takes, with a comma for each, though the last has none. */
  #room(): number {
    const { record } = this.chain.write(isoText(0), [])
    return this.#settings.log.maxRecordBytes - Buffer.byteLength(record) + 1
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** What a log throws that is not ours tells that it is not to be had. */
export function unavailable(error: unknown): TimelineError {
  if (error instanceof TimelineError && error.code !== 'CONFLICT') return error
  return new TimelineError(
    'LOG_UNAVAILABLE',
    {
      arrived: `The log failed: ${String(error)}`,
      expected: 'a log that can be read and appended to',
      remedy: 'See the cause. What was acknowledged is kept; whether this was written is not known, so append it again with its id',
    },
    {},
    error,
  )
}
