import type { Dated, TimelineEvent } from './event.js'
import { type Coordinates, History } from './history.js'
import type { Answer } from './history/answer.js'
import { LastAnswers } from './history/last-answers.js'
import type { Place } from './history/place.js'
import type { Ledger } from './ledger.js'
import type { Reducer } from './projection.js'
import { initialState } from './recipe.js'

/** A state's key; none for the events to which the projection fails to give keys. */
type Key = string | undefined

/** The keys in code-unit order with the rows of their last answers, where these are not in the base; and how many were not. */
type Sorted = { readonly size: number; readonly keys: readonly string[]; readonly rows: readonly (number | undefined)[] }

/** The histories of one projection by key, of the events of a ledger, which they follow. */
export class Histories<S> {
  readonly #ledger: Ledger
  readonly #projection: Reducer<S>
  readonly #imprecise: Coordinates['imprecise']
  readonly #base: Histories<S> | undefined // which has none itself
  readonly #own = new Map<Key, History<S>>()
  readonly #last = new LastAnswers<S>()
  #position: number
  #sorted: Sorted | undefined

  private constructor(ledger: Ledger, projection: Reducer<S>, imprecise: Coordinates['imprecise']) {
    this.#ledger = ledger
    this.#projection = projection
    this.#imprecise = imprecise
    this.#position = ledger.basePosition
    if (ledger.base !== undefined) this.#base = Histories.#of(ledger.base, projection, imprecise, ledger.basePosition)
  }

  /**
   * The histories to ask at some coordinates. They belong to the projection, and are gone with it. Throws
   * `REDUCER_FAILED` where it fails to give keys to an event that counts.
   */
  static at<S>(ledger: Ledger, projection: Reducer<S>, at: Coordinates): Histories<S> {
    const histories = Histories.#of(ledger, projection, at.imprecise, at.position)
    if (histories.#has(undefined)) for (const event of histories.events(undefined, at)) projection.keysOf(event)
    return histories
  }

  static readonly #made = new WeakMap<Ledger, WeakMap<Reducer<unknown>, Partial<Record<Coordinates['imprecise'], unknown>>>>()

  /** They have the events up to a position at the least: what comes later may be such as cannot be read. */
  static #of<S>(ledger: Ledger, projection: Reducer<S>, imprecise: Coordinates['imprecise'], position: number): Histories<S> {
    let byProjection = Histories.#made.get(ledger)
    if (byProjection === undefined) Histories.#made.set(ledger, (byProjection = new WeakMap()))
    let made = byProjection.get(projection)
    if (made === undefined) byProjection.set(projection, (made = {}))
    const histories = (made[imprecise] ??= new Histories(ledger, projection, imprecise)) as Histories<S>
    histories.#catchUp(position)
    return histories
  }

  /** The keys that events bear on, visible or not, in code-unit order. */
  keys(): readonly string[] {
    return this.#inOrder().keys
  }

  /** The states by key, in code-unit order, for the keys with at least one folded event. Throws `REDUCER_FAILED`. */
  states(at: Coordinates): [key: string, state: S][] {
    const states: [string, S][] = []
    const { keys, rows } = this.#inOrder()
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index]!
      const row = rows[index]
      if (row !== undefined && this.#last.isAt(row, at.date, at)) states.push([key, this.#last.stateOf(row)])
      else {
        const answer = this.#answer(key, at)
        if (answer !== undefined) states.push([key, answer.state])
      }
    }
    return states
  }

  /** The state of a key, `initial(key)` where no event is folded. Throws `REDUCER_FAILED`. */
  state(key: string, at: Coordinates): S {
    const own = this.#own.get(key)
    if (own === undefined && this.#base !== undefined) return this.#base.state(key, this.#inBase(at))
    const kept = own?.keptState(at)
    if (kept !== undefined) return kept
    const answer = own?.answer(at, true)
    return answer === undefined ? initialState(this.#projection, key) : answer.state
  }

  /** The events of a key that are visible and count, in order. */
  events(key: Key, at: Coordinates): TimelineEvent[] {
    const own = this.#own.get(key)
    return own === undefined ? (this.#base?.events(key, this.#inBase(at)) ?? []) : own.events(at)
  }

  /** Whether an event is visible and counts for a key. */
  includes(key: Key, position: number, at: Coordinates): boolean {
    const own = this.#own.get(key)
    if (own === undefined) return this.#base?.includes(key, position, this.#inBase(at)) ?? false
    return own.includes(this.#placeOf(this.#ledger.at(position)), at)
  }

  /** The base may get more keys, of which nothing is visible here. */
  #inOrder(): Sorted {
    const { size } = this.#own
    if (this.#sorted?.size === size) return this.#sorted
    const all = new Set([...(this.#base?.keys() ?? []), ...this.#own.keys()])
    const keys = [...all].filter((key) => key !== undefined).toSorted()
    return (this.#sorted = { size, keys, rows: keys.map((key) => this.#own.get(key)?.row) })
  }

  /** Whether there are events with a key, or without any, visible or not. */
  #has(key: Key): boolean {
    return this.#own.has(key) || (this.#base !== undefined && this.#base.#has(key))
  }

  /** None where no event is folded. */
  #answer(key: string, at: Coordinates): Answer<S> | undefined {
    const own = this.#own.get(key)
    if (own !== undefined) return own.answer(at)
    return this.#base === undefined ? undefined : this.#base.#answer(key, this.#inBase(at))
  }

  #catchUp(position: number): void {
    while (this.#position < position) {
      const next = this.#position + 1
      const dated = this.#ledger.at(next)
      const superseded = this.#supersededBy(dated.event)
      if (this.#position >= next) continue // a schema asked for a state
      this.#position = next
      this.#takeIn(dated, superseded)
    }
  }

  #takeIn(dated: Dated, superseded: Dated | undefined): void {
    const place = this.#placeOf(dated)
    for (const key of this.#keysOf(dated.event)) this.#historyOf(key).add(dated.event, place)
    if (superseded === undefined) return
    for (const key of this.#keysOf(superseded.event)) this.#historyOf(key).supersede(this.#placeOf(superseded), place)
  }

  #supersededBy({ supersedes }: TimelineEvent): Dated | undefined {
    const position = supersedes === undefined ? undefined : this.#ledger.find(supersedes)
    return position === undefined ? undefined : this.#ledger.at(position)
  }

  #keysOf(event: TimelineEvent): readonly Key[] {
    try {
      return this.#projection.keysOf(event)
    } catch {
      return [undefined]
    }
  }

  /** A key's own history; what the base has of it goes on here, apart. */
  #historyOf(key: Key): History<S> {
    let history = this.#own.get(key)
    if (history === undefined) {
      const inBase = this.#base === undefined ? undefined : this.#base.#own.get(key)
      history = inBase?.fork(this.#ledger.basePosition, this.#last) ?? new History(this.#projection, key ?? '', this.#last)
      this.#own.set(key, history)
    }
    return history
  }

  #placeOf({ event, earliest, latest, reported }: Dated): Place {
    return { instant: this.#imprecise === 'latest' ? latest : earliest, reported, position: event.position }
  }

  /** In the base, what came after this ledger's beginning is not there. */
  #inBase(at: Coordinates): Coordinates {
    return at.position > this.#ledger.basePosition ? { ...at, position: this.#ledger.basePosition } : at
  }
}
