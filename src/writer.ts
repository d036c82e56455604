import type { Catalog } from './catalog.js'
import { type Time, checkReported, timeAfter } from './clock.js'
import { type Place, decodeCommit, encodeCommit } from './commit.js'
import { TimelineError } from './error.js'
import { type Entry, type Given, type Stamp, toEntry } from './event.js'
import { freezeDeep } from './freeze.js'
import { type Admitted, Ledger } from './ledger.js'
import type { Log } from './log/log.js'
import { isoText } from './when.js'

type Call = {
  readonly givens: readonly Given[]
  readonly after: number | undefined
  readonly resolve: (admitted: Admitted) => void
  readonly reject: (error: unknown) => void
}
type Accepted = { readonly call: Call; readonly admitted: Admitted; readonly texts: readonly string[] }
type Settings = { readonly log: Log; readonly catalog: Catalog | undefined; readonly clock: () => number; readonly onCommit: (entries: readonly Entry[]) => void }

/**
 * Reads what a log holds and appends to it, one commit at a time. Calls that overlap share a commit: each is
 * validated on the log plus the calls before it, and a refused one rejects alone.
 */
export class Writer {
  readonly entries: Entry[] = []
  readonly ledger = new Ledger()
  readonly #settings: Settings
  readonly #calls: Call[] = []
  #tip: Place = { seq: 0, position: 0, appendedAt: '', previous: '' } // of the last commit; `previous` is its own hash
  #bytes = 0
  #writing: Promise<void> | undefined

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Takes in what the log holds beyond what was read; resolves with how many events. Throws `LOG_CORRUPT`, `LOG_UNAVAILABLE`. */
  async catchUp(): Promise<number> {
    const before = this.entries.length
    try {
      for await (const record of this.#settings.log.read(this.#tip.seq + 1)) this.#takeIn(record)
    } catch (error) {
      throw unavailable(error)
    }
    return this.entries.length - before
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
    const time = this.#time()
    const admitted = ledger.admit(givens, (given, position) => this.#read(given, position, time))
    const texts = textsOf(admitted)
    if (bytesOf(texts) > this.#room()) throw this.#tooLarge(texts)
    for (const entry of admitted.fresh) ledger.add(entry)
    return admitted
  }

  /** Resolves once every call so far is settled. */
  async idle(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    await Promise.resolve() // calls made in the same turn share the first commit
    while (this.#calls.length > 0) await this.#writeCommit()
    this.#writing = undefined
  }

  async #writeCommit(): Promise<void> {
    const accepted = this.#accept()
    try {
      await this.#append(accepted)
      for (const { call, admitted } of accepted) call.resolve(admitted)
    } catch (error) {
      const again = codeOf(error) === 'CONFLICT' && (await this.#caughtUp())
      if (again) this.#calls.unshift(...accepted.map(({ call }) => call))
      else for (const { call } of accepted) call.reject(unavailable(error))
    }
  }

  /** Takes calls off the queue as far as they fit one record; rejects those that are refused. */
  #accept(): Accepted[] {
    const ledger = new Ledger(this.ledger)
    const accepted: Accepted[] = []
    let time: Time | undefined
    let room = this.#room()
    for (let call = this.#calls[0]; call !== undefined; call = this.#calls[0]) {
      try {
        const admitted = ledger.admit(call.givens, (given, position) => this.#read(given, position, (time ??= this.#time())), call.after)
        const texts = textsOf(admitted)
        const left = room - bytesOf(texts)
        if (left < 0 && accepted.length > 0) return accepted
        if (left < 0) throw this.#tooLarge(texts)
        for (const entry of admitted.fresh) ledger.add(entry)
        room = left
        accepted.push({ call, admitted, texts })
      } catch (error) {
        call.reject(error)
      }
      this.#calls.shift()
    }
    return accepted
  }

  async #append(accepted: readonly Accepted[]): Promise<void> {
    const entries = accepted.flatMap(({ admitted }) => admitted.fresh)
    if (entries.length === 0) return
    const place = { ...this.#next(), appendedAt: entries[0]!.event.appendedAt }
    const { record, hash } = encodeCommit(place, accepted.flatMap(({ texts }) => texts))
    await this.#settings.log.append(place.seq, record)
    this.#take(entries, { ...place, previous: hash }, record)
  }

  /** After a conflict: whether the other writer's commits could be read, so that the calls can be tried again. */
  async #caughtUp(): Promise<boolean> {
    try {
      return (await this.catchUp()) > 0
    } catch {
      return false
    }
  }

  #takeIn(record: string): void {
    const commit = decodeCommit(record, this.#next(), this.#bytes)
    const { appendedAt } = commit
    const { catalog } = this.#settings
    const entries = commit.events.map((given, index) => toEntry(freezeDeep(given), stampOf(commit.position + index, appendedAt), catalog, false))
    this.#take(entries, { ...commit, previous: commit.hash }, record)
  }

  #take(entries: readonly Entry[], { seq, position, appendedAt, previous }: Place, record: string): void {
    for (const entry of entries) {
      this.entries.push(entry)
      this.ledger.add(entry)
    }
    this.#tip = { seq, position, appendedAt, previous }
    this.#bytes += Buffer.byteLength(record) + 1 // a record a line
    this.#settings.onCommit(entries)
  }

  /** The place of the commit after the last. */
  #next(): Place {
    return { ...this.#tip, seq: this.#tip.seq + 1, position: this.ledger.position + 1 }
  }

  /** What an event becomes here and now. Throws `REPORTED_IN_FUTURE`. */
  #read(given: Given, position: number, { appendedAt, now }: Time): Entry {
    checkReported(given, now)
    return toEntry(given, stampOf(position, appendedAt), this.#settings.catalog, true)
  }

  #time(): Time {
    return timeAfter(this.#tip.appendedAt, this.#settings.clock)
  }

  /** How many bytes of events the next record takes, with a comma for each, though the last has none. */
  #room(): number {
    const { record } = encodeCommit({ ...this.#next(), appendedAt: isoText(0) }, [])
    return this.#settings.log.maxRecordBytes - Buffer.byteLength(record) + 1
  }

  #tooLarge(texts: readonly string[]): TimelineError {
    return new TimelineError(
      'TOO_LARGE',
      { arrived: `Got ${texts.length} ${texts.length === 1 ? 'event' : 'events'} of ${bytesOf(texts) - 1} bytes to append at once`, expected: `at most ${this.#room() - 1} bytes`, remedy: 'Append them in several calls, and keep large documents elsewhere, named in `data`' },
      { bytes: bytesOf(texts) },
    )
  }
}

/** Where the event does not say when it was reported, it is when it was appended. */
function stampOf(position: number, appendedAt: string): Stamp {
  return { position, appendedAt, reported: { text: appendedAt, ms: Date.parse(appendedAt) } }
}

function textsOf({ fresh }: Admitted): string[] {
  return fresh.map((entry) => JSON.stringify(entry.given))
}

/** The UTF-8 bytes of events in a record, a comma each included. */
function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** What a log throws that is not ours tells that it is not to be had. */
function unavailable(error: unknown): TimelineError {
  if (error instanceof TimelineError && error.code !== 'CONFLICT') return error
  return new TimelineError('LOG_UNAVAILABLE', { arrived: `The log failed: ${String(error)}`, expected: 'a log that can be read and appended to', remedy: 'See the cause; what was acknowledged is kept' }, {}, error)
}
