import { EventEmitter } from 'eventemitter3'
import { nanoid } from 'nanoid'
import { checkOptions, invalidArgument } from './argument.js'
import type { AnyCatalog, Catalog } from './catalog.js'
import { readClock } from './clock.js'
import { diff } from './diff.js'
import { TimelineError, quote } from './error.js'
import { type Entry, type EventInput, type Given, type Retraction, type TimelineEvent, toGiven } from './event.js'
import { type Step, steps } from './fold.js'
import { type Coordinates, history, instantOf } from './history.js'
import { type Ingested, type Progress, ingest } from './ingest/ingest.js'
import type { Source } from './ingest/lines.js'
import { Ledger } from './ledger.js'
import type { Log } from './log/log.js'
import { memoryLog } from './log/memory.js'
import { type Keyed, type Single, keyFor } from './projection.js'
import { View } from './view.js'
import { type DateLike, endOfDay, parseWhen } from './when.js'
import { Writer } from './writer.js'

type AnyProjection = Keyed<unknown> | Single<unknown>

/** What `openTimeline` takes; all of it has defaults. */
export type TimelineOptions<C extends Catalog = AnyCatalog> = {
  /** Where the commits are kept; `memoryLog()` unless given. */
  readonly log?: Log
  /** The types of events; any type, data unchecked, unless given. */
  readonly events?: C
  /** The projections that `changed` is told for. */
  readonly projections?: readonly AnyProjection[]
  /** The time in milliseconds since 1970; `Date.now` unless given. */
  readonly clock?: () => number
}

/** By when something must have been reported and appended, and how imprecise dates count. */
export type AsOfOptions = { readonly reported?: DateLike; readonly position?: number; readonly imprecise?: 'latest' | 'earliest' }

/** Which steps a replay yields. */
export type ReplayOptions = { readonly key?: string; readonly from?: DateLike; readonly to?: DateLike; readonly reported?: DateLike }

/** A state, as of today, that a commit has changed, with the events of the commit that did. */
export type Change<C extends Catalog = AnyCatalog> = {
  readonly projection: AnyProjection
  readonly key: string
  readonly before: unknown
  readonly after: unknown
  readonly events: readonly Appended<C>[]
}

type Appended<C extends Catalog> = TimelineEvent<C> | Retraction
type Listeners<C extends Catalog> = { appended: (events: readonly Appended<C>[]) => void; changed: (change: Change<C>) => void }

/** Opens a timeline: reads its log and checks the chain. Throws `LOG_CORRUPT`, `LOG_UNAVAILABLE`, `INVALID_ARGUMENT`, and `INVALID_EVENT` for a stored event that its schema refuses. */
export async function openTimeline<C extends Catalog = AnyCatalog>(options: TimelineOptions<C> = {}): Promise<Timeline<C>> {
  checkOptions('openTimeline', options, ['log', 'events', 'projections', 'clock'])
  const names = (options.projections ?? []).map((projection) => projection.name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw invalidArgument(`Got two projections called ${quote(twice)}`, 'a name of its own for each', 'Rename one')
  return Timeline.open(options)
}

/** Events in the order of their log, to append to and to ask. The whole log is held in memory. */
export class Timeline<C extends Catalog = AnyCatalog> {
  readonly #writer: Writer
  readonly #log: Log
  readonly #catalog: C | undefined
  readonly #projections: readonly AnyProjection[]
  readonly #clock: () => number
  readonly #emitter = new EventEmitter<Listeners<C>>()
  #closed = false

  private constructor({ log = memoryLog(), events, projections = [], clock = Date.now }: TimelineOptions<C>) {
    this.#log = log
    this.#catalog = events
    this.#projections = projections
    this.#clock = clock
    this.#writer = new Writer({ log, catalog: events, clock, onCommit: (entries) => this.#announce(entries) })
  }

  /** @internal Use `openTimeline`. */
  static async open<C extends Catalog>(options: TimelineOptions<C>): Promise<Timeline<C>> {
    const timeline = new Timeline(options)
    await timeline.#writer.catchUp()
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
   * `LOG_UNAVAILABLE`, `CLOSED`.
   */
  append(input: EventInput<C>, options?: { readonly after?: number }): Promise<Appended<C>>
  append(inputs: readonly EventInput<C>[], options?: { readonly after?: number }): Promise<Appended<C>[]>
  async append(inputs: EventInput<C> | readonly EventInput<C>[], options: { readonly after?: number } = {}): Promise<Appended<C> | Appended<C>[]> {
    this.#checkOpen()
    checkOptions('append', options, ['after'])
    if (options.after !== undefined) checkPosition(options.after, Infinity)
    const givens = [inputs].flat().map((input) => toGiven(input, newId))
    const { entries } = await this.#writer.submit(givens, options.after)
    const events = entries.map((entry) => entry.event as unknown as Appended<C>)
    return Array.isArray(inputs) ? events : events[0]!
  }

  /**
   * Takes in JSON Lines, a JSON array or a single JSON object. A bad line is reported and neither stops nor loses its
   * neighbours; one that supersedes an event further down is taken after it; what is there already is not appended
   * again. `dryRun` checks everything and appends nothing. Throws `INVALID_ARGUMENT`, `CLOCK_BEHIND`, `LOG_UNAVAILABLE`, `CLOSED`.
   */
  async ingest(source: Source, options: { readonly onProgress?: (progress: Progress) => void; readonly dryRun?: boolean } = {}): Promise<Ingested> {
    this.#checkOpen()
    checkOptions('ingest', options, ['onProgress', 'dryRun'])
    const ledger = options.dryRun ? new Ledger(this.#writer.ledger) : this.#writer.ledger
    const take = (given: Given) => (options.dryRun ? this.#writer.rehearse([given], ledger) : this.#writer.submit([given]))
    return ingest(source, { take, isThere: (id) => ledger.find(id) !== undefined }, options.onProgress)
  }

  /**
   * The timeline as of a date (today, unless given): what had happened by its end, as reported by the end of `reported`
   * (the end of time, unless given). Throws `INVALID_DATE`, and `INVALID_ARGUMENT` for a position that is not there yet.
   */
  asOf(date?: DateLike, options: AsOfOptions = {}): View<C> {
    const origin = { entries: this.#writer.entries, catalog: this.#catalog, newId }
    return new View<C>(origin, this.#coordinates(date, options))
  }

  /**
   * Folds event by event, a step an event and key, in order of occurrence; steps before `from` are not yielded.
   * Events after `to` (today, unless given) are left out. Throws `INVALID_DATE`, `INVALID_ARGUMENT`, `REDUCER_FAILED`.
   */
  replay<S>(projection: Keyed<S> | Single<S>, options: ReplayOptions = {}): Generator<Step<S, C>> {
    checkOptions('replay', options, ['key', 'from', 'to', 'reported'])
    const { key, from = -Infinity, to, reported } = options
    const at = this.#coordinates(to, reported === undefined ? {} : { reported })
    const { earliest } = parseWhen(from)
    const only = key === undefined ? undefined : keyFor(projection, key)
    const entries = history(this.#writer.entries, at)
    const before = new Set(entries.filter((entry) => instantOf(entry, at) < earliest).map((entry) => entry.event))
    return since(steps(projection, entries.map((entry) => entry.event), only), before) as Generator<Step<S, C>>
  }

  /** Calls the listener after each commit: `appended` with its events, `changed` with each state that it changed as of today. Throws `INVALID_ARGUMENT`. */
  on<N extends keyof Listeners<C>>(name: N, listener: Listeners<C>[N]): this {
    if (name !== 'appended' && name !== 'changed') throw invalidArgument(`Got the event name ${quote(name)}`, '"appended" or "changed"', 'Listen to one of these')
    this.#emitter.on(name, listener as never)
    return this
  }

  /** Stops calling the listener. */
  off<N extends keyof Listeners<C>>(name: N, listener: Listeners<C>[N]): this {
    this.#emitter.off(name, listener as never)
    return this
  }

  /** Every event as a line of JSON, in log order: data as it was given, `reportedAt` written out. `ingest` takes the lines back. */
  async *export(): AsyncGenerator<string> {
    for (const { event, given } of this.#writer.entries.slice()) {
      const { position, reportedAt, appendedAt } = event
      yield `${JSON.stringify({ position, ...given, reportedAt, appendedAt })}\n`
    }
  }

  /** Waits for the appends under way and releases the log. Views go on working. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#writer.idle()
    await this.#log.close()
  }

  #coordinates(date: DateLike | undefined, options: AsOfOptions): Coordinates {
    checkOptions('asOf', options, ['reported', 'position', 'imprecise'])
    const { reported, position = this.position, imprecise = 'latest' } = options
    checkPosition(position, this.position)
    if (imprecise !== 'latest' && imprecise !== 'earliest') throw invalidArgument(`Got ${quote(imprecise)} as \`imprecise\``, '"latest" or "earliest"', 'Say from which instant imprecise dates count')
    return {
      date: date === undefined ? endOfDay(readClock(this.#clock)) : parseWhen(date).latest,
      reported: reported === undefined ? Infinity : parseWhen(reported).latest,
      position,
      imprecise,
    }
  }

  #announce(entries: readonly Entry[]): void {
    const events = entries.map((entry) => entry.event as unknown as Appended<C>)
    this.#emit('appended', events)
    if (this.#emitter.listenerCount('changed') === 0) return
    const after = this.asOf()
    const before = this.asOf(after.date, { position: this.position - events.length })
    for (const projection of this.#projections) this.#announceChanges(projection, before, after, events)
  }

  #announceChanges(projection: AnyProjection, before: View<C>, after: View<C>, events: readonly Appended<C>[]): void {
    try {
      for (const change of diff(before, after, projection)) {
        const ids = new Set([...change.added, ...change.gone].map((event) => event.id))
        const its = events.filter(({ id, supersedes = id }) => ids.has(id) || ids.has(supersedes))
        this.#emit('changed', { projection, key: change.key, before: change.before, after: change.after, events: its })
      }
    } catch (error) {
      process.emitWarning(error as Error) // a projection that fails stops neither the commit nor the other projections
    }
  }

  /** Tells listeners; one that throws must not undo what is durable, so its error surfaces on its own. */
  #emit<N extends keyof Listeners<C>>(name: N, payload: Parameters<Listeners<C>[N]>[0]): void {
    try {
      this.#emitter.emit(name, ...([payload] as never))
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new TimelineError('CLOSED', { arrived: 'The timeline is closed', expected: 'an open timeline', remedy: 'Open it again with openTimeline' })
  }
}

/** An id that nobody else has; nanoid would take an argument for a length. */
function newId(): string {
  return nanoid()
}

function* since<S>(all: Generator<Step<S>>, before: ReadonlySet<TimelineEvent>): Generator<Step<S>> {
  for (const step of all) if (!before.has(step.event)) yield step
}

function checkPosition(position: number, max: number): void {
  if (Number.isInteger(position) && position >= 0 && position <= max) return
  throw invalidArgument(`Got ${quote(position)} as a position`, `a whole number from 0 to ${max}`, 'Give a position that the timeline has reached')
}
