import { EventEmitter } from 'eventemitter3'
import { invalidArgument } from './argument.js'
import type { Catalog } from './catalog.js'
import { changes } from './diff.js'
import { quote } from './error.js'
import type { Retraction, TimelineEvent } from './event.js'
import type { Projection } from './projection.js'
import { View } from './view.js'

export type Appended<C extends Catalog> = TimelineEvent<C> | Retraction

/** A state, as of today, that a commit has changed, with the events of the commit that did. */
// oxlint-disable-next-line typescript/no-explicit-any -- the name without a parameter is for every catalog
export type Change<C extends Catalog = any> = {
  readonly projection: Projection
  readonly key: string
  readonly before: unknown
  readonly after: unknown
  readonly events: readonly Appended<C>[]
}

/** What listeners are told, by name. */
export type Heard<C extends Catalog> = { appended: readonly Appended<C>[]; changed: Change<C> }

/** The timeline that is listened to. */
type Asked<C extends Catalog> = {
  readonly asOf: (position: number, date?: number) => View<C>
  readonly eventAt: (position: number) => Appended<C>
  readonly find: (id: string) => Appended<C>
}

/** An event, and the one that it supersedes. */
type Pair<C extends Catalog> = { readonly event: Appended<C>; readonly superseded: Appended<C> | undefined }

/** Who wants to hear of commits, and what they are told. */
export class Listeners<C extends Catalog> {
  readonly #emitter = new EventEmitter()
  readonly #projections: readonly Projection[]
  readonly #timeline: Asked<C>

  constructor(projections: readonly Projection[], timeline: Asked<C>) {
    this.#projections = projections
    this.#timeline = timeline
  }

  /** Throws `INVALID_ARGUMENT`. */
  on<N extends keyof Heard<C>>(name: N, listener: (payload: Heard<C>[N]) => void): void {
    checkListener(name, listener)
    this.#emitter.on(name, listener)
  }

  off<N extends keyof Heard<C>>(name: N, listener: (payload: Heard<C>[N]) => void): void {
    checkListener(name, listener)
    this.#emitter.off(name, listener)
  }

  /** Tells of a commit, from its first position to its last. Nothing that fails here undoes it: it is durable. */
  announce(first: number, last: number): void {
    if (this.#emitter.eventNames().length === 0) return
    const events = orWarn(() => Array.from({ length: last - first + 1 }, (_, index) => this.#timeline.eventAt(first + index)))
    if (events === undefined) return
    this.#tell('appended', Object.freeze(events))
    if (this.#emitter.listenerCount('changed') === 0) return
    for (const projection of this.#projections) orWarn(() => this.#announceChanges(projection, events))
  }

  #announceChanges(projection: Projection, events: readonly Appended<C>[]): void {
    const after = this.#timeline.asOf(events.at(-1)!.position)
    const before = this.#timeline.asOf(events[0]!.position - 1, after.date)
    const byKey = this.#byKey(projection, events)
    for (const change of changes(before, after, projection, byKey.keys())) {
      const isIn = (view: View, event: Appended<C>) => View.includes(view, projection, change.key, event.position)
      const pairs = byKey.get(change.key)!
      const did = pairs.filter(({ event, superseded }) => isIn(after, event) || (superseded !== undefined && isIn(before, superseded)))
      const its = Object.freeze(did.map(({ event }) => event))
      this.#tell('changed', Object.freeze({ projection, key: change.key, before: change.before, after: change.after, events: its }))
    }
  }

  /** The events of a commit by the keys that they, or what they supersede, bear on. */
  #byKey(projection: Projection, events: readonly Appended<C>[]): Map<string, Pair<C>[]> {
    const byKey = new Map<string, Pair<C>[]>()
    for (const event of events) {
      const superseded = event.supersedes === undefined ? undefined : this.#timeline.find(event.supersedes)
      const both = superseded === undefined ? [event] : [event, superseded]
      for (const key of new Set(both.flatMap((one) => keysOf(projection, one as TimelineEvent)))) {
        const pairs = byKey.get(key) ?? []
        if (pairs.push({ event, superseded }) === 1) byKey.set(key, pairs)
      }
    }
    return byKey
  }

  /** Calls each listener. One that throws keeps no other from being called; its error surfaces as an uncaught one. */
  #tell<N extends keyof Heard<C>>(name: N, payload: Heard<C>[N]): void {
    for (const listener of this.#emitter.listeners(name)) {
      try {
        listener(payload)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

/** What fails is told as a warning, and others go on. */
function orWarn<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
    return undefined
  }
}

/** The keys that an event bears on. Where the projection fails to give them, any will do: to ask for its state fails, if the event counts. */
function keysOf(projection: Projection, event: TimelineEvent): readonly string[] {
  try {
    return projection.keysOf(event)
  } catch {
    return ['']
  }
}

function checkListener(name: string, listener: unknown): void {
  if (typeof listener !== 'function') throw invalidArgument(`Got ${quote(listener)} as a listener`, 'a function', 'Pass a function')
  if (name === 'appended' || name === 'changed') return
  throw invalidArgument(`Got ${quote(name)} to listen to`, '"appended" or "changed"', 'Listen to one of these')
}
