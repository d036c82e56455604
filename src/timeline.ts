import { nanoid } from 'nanoid'
import { checkOptions } from './argument.js'
import type { Lone } from './call.js'
import type { AnyCatalog, Catalog } from './catalog.js'
import { TimelineError } from './error.js'
import { type EventInput, type Optional, toGiven } from './event.js'
import { type Step, steps } from './fold.js'
import { Histories } from './histories.js'
import type { Coordinates } from './history.js'
import { type IngestListeners, type Ingested, ingest } from './ingest/ingest.js'
import type { Source } from './ingest/source.js'
import { Ledger } from './ledger.js'
import { type Appended, type Heard, Listeners } from './listeners.js'
import { type Log, unavailable } from './log/log.js'
import { memoryLog } from './log/memory.js'
import { type AsOfOptions, type ReplayOptions, type TimelineOptions } from './options.js'
import { checkHash, checkPosition, checkReplayOptions, checkTimelineOptions, coordinatesOf } from './options.js'
import { type Projection, everyEvent } from './projection.js'
import { type Verified, verify } from './verify.js'
import { type Origin, View } from './view.js'
import { type DateLike, parseWhen } from './when.js'
import { Writer } from './writer.js'

/**
 * Opens a timeline: reads its log and checks the chain. What each event says, its dates and its data, is read when it is
 * first asked for; to have all of it checked at once there is `verify`. Throws `LOG_CORRUPT`, `LOG_UNAVAILABLE`, `INVALID_ARGUMENT`.
 */
export async function openTimeline<C extends Catalog = AnyCatalog>(options: TimelineOptions<C> = {}): Promise<Timeline<C>> {
  checkTimelineOptions(options)
  return Timeline.open(options)
}

/** Events in the order of their log, to append to and to ask. The whole log is held in memory. */
// oxlint-disable-next-line typescript/no-explicit-any -- the name without a parameter is for every catalog
export class Timeline<C extends Catalog = any> {
  readonly #writer: Writer
  readonly #log: Log
  readonly #catalog: C | undefined
  readonly #listeners: Listeners<C>
  readonly #clock: () => number
  readonly #origin: Origin
  #closing: Promise<void> | undefined

  private constructor({ log = memoryLog(), events, projections = [], clock = Date.now }: TimelineOptions<C>) {
    this.#log = log
    this.#catalog = events
    this.#listeners = new Listeners(projections, {
      asOf: (position, date) => this.asOf(date, { position }),
      eventAt: (position) => this.#eventAt(position),
      find: (id) => this.#eventAt(this.#writer.ledger.find(id)!),
    })
    this.#clock = clock
    this.#writer = new Writer({ log, catalog: events, clock, onCommit: (first, last) => this.#listeners.announce(first, last) })
    this.#origin = { ledger: this.#writer.ledger, catalog: events, newId }
  }

  /** @internal Use `openTimeline`. */
  static async open<C extends Catalog>(options: TimelineOptions<C>): Promise<Timeline<C>> {
    const timeline = new Timeline(options)
    await timeline.#writer.refresh()
    return timeline
  }

  /** The position of the last event taken in. */
  get position(): number {
    return this.#writer.ledger.position
  }

  /**
   * Appends one event or several, all or nothing; resolves with them once they are durable. What is there already, by
   * `id` and with the same content, is not appended again. `after` refuses to append when there is an event about the
   * same subject after that position. Throws `INVALID_EVENT`, `INVALID_DATE`, `UNKNOWN_TYPE`, `UNKNOWN_EVENT`,
   * `ALREADY_SUPERSEDED`, `DUPLICATE_ID`, `REPORTED_IN_FUTURE`, `CLOCK_BEHIND`, `UNSAFE_VALUE`, `TOO_LARGE`, `CONFLICT`,
   * `LOG_CORRUPT`, `LOG_UNAVAILABLE`, `INVALID_ARGUMENT`, `CLOSED`.
   */
  append(input: EventInput<C>, options?: Optional<{ after: number }>): Promise<Appended<C>>
  append(inputs: readonly EventInput<C>[], options?: Optional<{ after: number }>): Promise<Appended<C>[]>
  append(inputs: EventInput<C> | readonly EventInput<C>[], options?: Optional<{ after: number }>): Promise<Appended<C> | Appended<C>[]>
  async append(
    inputs: EventInput<C> | readonly EventInput<C>[],
    options: Optional<{ after: number }> = {},
  ): Promise<Appended<C> | Appended<C>[]> {
    this.#checkOpen()
    checkOptions('append', options, ['after'])
    if (options.after !== undefined) checkPosition('after', options.after, Infinity)
    const givens = [inputs].flat().map((input) => toGiven(input, newId))
    const { positions } = await this.#writer.submit(givens, options.after)
    const events = positions.map((position) => this.#eventAt(position))
    return Array.isArray(inputs) ? events : events[0]!
  }

  /**
   * Takes in JSON Lines, JSON arrays or JSON objects, of events or of CloudEvents 1.0, and never holds a source whole,
   * but for lines that wait, with the rest of their report, for what they supersede.
   * A bad line is reported and neither stops nor loses its neighbours; one that supersedes an event further down is
   * taken after it; what is there already is not appended again. `dryRun` checks everything and appends nothing.
   * `onRejected` is told of each line as it is refused, with its whole text as it came (of one over 8,000,000 bytes, with
   * its beginning); what a listener throws ends the ingestion. Throws `TOO_LARGE` once more than 100,000 lines are refused, or
   * more than 20,000,000 characters said of them, `INVALID_ARGUMENT`, `CLOCK_BEHIND`, `CLOSED`, and as `refresh` does.
   */
  async ingest(source: Source, options: IngestListeners & Optional<{ dryRun: boolean }> = {}): Promise<Ingested> {
    this.#checkOpen()
    checkOptions('ingest', options, ['onProgress', 'onRejected', 'dryRun'])
    await this.#writer.refresh() // lines may supersede what another writer has appended
    const ledger = options.dryRun ? new Ledger(this.#writer.ledger) : this.#writer.ledger
    const take = async (lones: readonly Lone[]) => {
      this.#checkOpen()
      return options.dryRun ? this.#writer.rehearseEach(lones, ledger) : this.#writer.submitEach(lones)
    }
    const isThere = (id: string) => ledger.find(id) !== undefined
    return ingest(source, { take, isThere }, options)
  }

  /**
   * The timeline as of a date (today, unless given): what had happened by its end, as reported by the end of `reported`
   * (the end of time, unless given). Throws `INVALID_DATE`, and `INVALID_ARGUMENT` for a position that is not there yet.
   */
  asOf(date?: DateLike, options: AsOfOptions = {}): View<C> {
    return new View<C>(this.#origin, this.#coordinates(date, options))
  }

  /**
   * Folds event by event, a step an event and key, in order of occurrence; steps before `from` are not yielded, and mostly
   * not folded either. The first one costs O(events by `to`), and each O(width of the state), since it yields its own.
   * Events after `to` (today, unless given) are left out. Throws `INVALID_DATE`, `INVALID_ARGUMENT`, `REDUCER_FAILED`, and
   * as a view does at the first question.
   */
  replay<S>(projection: Projection<S>, options: ReplayOptions = {}): Generator<Step<S, C>> {
    checkReplayOptions(projection, options)
    const { key, from = -Infinity, to, reported } = options
    const at = this.#coordinates(to, reported === undefined ? {} : { reported })
    const early = { ...at, date: Math.min(at.date, parseWhen(from).earliest - 1) }
    return this.#steps(projection, key, early, at) as Generator<Step<S, C>>
  }

  /** The steps after one date and by another, which begin, or fail, with the first one. */
  *#steps<S>(projection: Projection<S>, key: string | undefined, early: Coordinates, at: Coordinates): Generator<Step<S>> {
    const { ledger } = this.#writer
    const eventsBy = (date: Coordinates) =>
      key === undefined ? Histories.at(ledger, everyEvent, date).events('', date) : Histories.at(ledger, projection, date).events(key, date)
    const before = (name: string) => Histories.at(ledger, projection, early).state(name, early)
    yield* steps(projection, eventsBy(at).slice(eventsBy(early).length), key, before)
  }

  /**
   * Calls the listener after each commit: `appended` with its events, `changed` with each state that it changed as of
   * today, which costs O(width of the state) each. What a listener throws surfaces as an uncaught exception; where an
   * event cannot be read or a reducer fails, that is a process warning, and nothing is told. Throws `INVALID_ARGUMENT`.
   */
  on<N extends keyof Heard<C>>(name: N, listener: (payload: Heard<C>[N]) => void): this {
    this.#listeners.on(name, listener)
    return this
  }

  /** Stops calling the listener. */
  off<N extends keyof Heard<C>>(name: N, listener: (payload: Heard<C>[N]) => void): this {
    this.#listeners.off(name, listener)
    return this
  }

  /**
   * Every event so far as a line of JSON, in log order: data as it was given, `reportedAt` written out. `ingest` takes the
   * lines back. What a schema refuses is exported too.
   */
  export(): AsyncGenerator<string> {
    return linesOf(this.#writer.ledger, this.position)
  }

  /** Takes in what other writers have appended to the log; resolves with how many events. Throws `LOG_CORRUPT`, `LOG_UNAVAILABLE`, `CLOSED`. */
  async refresh(): Promise<number> {
    this.#checkOpen()
    return this.#writer.refresh()
  }

  /**
   * Reads the log again from its beginning: the chain, the positions, each event's dates and data, and that it is still
   * the log that was read before. `expectHead` is the `head` of an earlier `verify`, kept elsewhere: a record must have
   * that hash, so that a log whose last records are missing is noticed. Throws `LOG_CORRUPT`, `LOG_UNAVAILABLE`,
   * `INVALID_EVENT`, `INVALID_ARGUMENT`, `CLOSED`.
   */
  async verify(options: Optional<{ expectHead: string }> = {}): Promise<Verified> {
    this.#checkOpen()
    checkOptions('verify', options, ['expectHead'])
    if (options.expectHead !== undefined) checkHash('expectHead', options.expectHead)
    try {
      return await verify(this.#log, this.#catalog, this.#writer.chain, options.expectHead)
    } catch (error) {
      throw unavailable(error)
    }
  }

  /**
   * Waits for the appends under way and releases the log; an ingestion under way ends with `CLOSED`. Views go on
   * working. Throws `LOG_UNAVAILABLE`.
   */
  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  async #release(): Promise<void> {
    await this.#writer.idle()
    try {
      await this.#log.close()
    } catch (error) {
      throw unavailable(error)
    }
  }

  #eventAt(position: number): Appended<C> {
    return this.#writer.ledger.at(position).event as unknown as Appended<C>
  }

  #coordinates(date: DateLike | undefined, options: AsOfOptions): Coordinates {
    return coordinatesOf(date, options, this.position, this.#clock)
  }

  #checkOpen(): void {
    if (this.#closing !== undefined)
      throw new TimelineError('CLOSED', {
        arrived: 'The timeline is closed',
        expected: 'an open timeline',
        remedy: 'Open it again with openTimeline',
      })
  }
}

/** An id that nobody else has, and that no command line takes for an option. */
function newId(): string {
  const id = nanoid()
  return id.startsWith('-') ? newId() : id
}

async function* linesOf(ledger: Ledger, position: number): AsyncGenerator<string> {
  for (let at = 1; at <= position; at += 1) yield `${JSON.stringify(ledger.asGiven(at))}\n`
}
