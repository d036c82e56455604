import { Immer, type Patch, enableMapSet, enablePatches } from 'immer'
import type { AnyCatalog, Catalog } from './catalog.js'
import type { Retraction, TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { type Keyed, type Projection, type Reducer, type Single, attempt, checkProjection } from './projection.js'
import { WorkingCopy } from './working-copy.js'

enablePatches()
enableMapSet()
const immer = new Immer({ autoFreeze: true }) // our own, so that nobody's setAutoFreeze thaws our states

/** One event folded into one key's state. */
export type Step<S, C extends Catalog = AnyCatalog> = { readonly key: string; readonly event: TimelineEvent<C>; readonly state: S }

/**
 * The pure fold, in the given order, filtering nothing (a retraction has no handler): a `Map` of states by key, in
 * code-unit order, or the one state. Throws `REDUCER_FAILED`, `INVALID_ARGUMENT`.
 */
export function fold<S>(projection: Keyed<S>, events: Iterable<TimelineEvent | Retraction>): Map<string, S>
export function fold<S>(projection: Single<S>, events: Iterable<TimelineEvent | Retraction>): S
export function fold<S>(projection: Projection<S>, given: Iterable<TimelineEvent | Retraction>): Map<string, S> | S {
  checkProjection(projection)
  const events = given as Iterable<TimelineEvent> // no handler takes a retraction
  if (!projection.keyed) return stateOf(projection, '', eventsByKey(projection, events).get('') ?? [])
  return new Map([...eventsByKey(projection, events)].map(([key, itsEvents]) => [key, stateOf(projection, key, itsEvents)]))
}

/** The events that bear on each key, in the given order; keys in code-unit order. Throws `REDUCER_FAILED`. */
export function eventsByKey(projection: Reducer<unknown>, events: Iterable<TimelineEvent>): Map<string, TimelineEvent[]> {
  const groups = new Map<string, TimelineEvent[]>()
  for (const event of events) {
    for (const key of projection.keysOf(event)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [event])
      else group.push(event)
    }
  }
  return new Map([...groups].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** The state of one key after the events that bear on it, deeply frozen. Throws `REDUCER_FAILED`. */
export function stateOf<S>(projection: Reducer<S>, key: string, events: Iterable<TimelineEvent>): S {
  const run = new Run(projection, key, initialState(projection, key))
  for (const event of events) run.fold(event)
  return run.state()
}

/** The projections of which only immer can tell what their recipes do: each event is a recipe of its own. */
const intricate = new WeakSet<Reducer<unknown>>()

/** A state into which events are folded, with the outcome of one immer recipe an event, without its copies. */
export class Run<S> {
  readonly #projection: Reducer<S>
  readonly #key: string
  #state: S // when it was last taken
  #since: TimelineEvent[] = []
  #copy: WorkingCopy | undefined

  constructor(projection: Reducer<S>, key: string, state: S) {
    this.#projection = projection
    this.#key = key
    this.#state = state
    if (!intricate.has(projection)) this.#copy = new WorkingCopy(state)
  }

  /** How many slots of the state are new since it was taken before. */
  get slots(): number {
    return this.#copy?.slots ?? 0
  }

  /** Throws `REDUCER_FAILED`. */
  fold(event: TimelineEvent): void {
    if (this.#copy === undefined) {
      this.#state = apply(this.#projection, this.#state, event, this.#key)
      return
    }
    this.#since.push(event)
    try {
      this.#copy.change(this.#projection.recipeOf(event.type)!, event, this.#key)
    } catch {
      this.#askImmer()
    }
  }

  /** The state so far, deeply frozen. Throws `REDUCER_FAILED`. */
  state(): S {
    try {
      if (this.#copy !== undefined) this.#state = this.#copy.state() as S
    } catch {
      this.#askImmer()
    }
    this.#since = []
    return this.#copy === undefined ? freezeDeep(this.#state) : this.#state
  }

  /** Folds what was folded since the state was last taken once more, one immer recipe an event, and so the rest. */
  #askImmer(): void {
    this.#copy = undefined
    for (const event of this.#since) this.#state = apply(this.#projection, this.#state, event, this.#key)
    intricate.add(this.#projection)
  }
}

/**
 * Folds events one by one, a step an event and key, each with the state after it; `only` leaves the other keys out, and
 * `before` gives the state of a key before its first step. Throws `REDUCER_FAILED`.
 */
export function* steps<S>(
  projection: Reducer<S>,
  events: Iterable<TimelineEvent>,
  only?: string,
  before = (key: string) => initialState(projection, key),
): Generator<Step<S>> {
  const states = new Map<string, S>()
  for (const event of events) {
    for (const key of projection.keysOf(event)) {
      if (only !== undefined && key !== only) continue
      const state = freezeDeep(apply(projection, states.has(key) ? states.get(key)! : before(key), event, key))
      states.set(key, state)
      yield { key, event, state }
    }
  }
}

/** What each of the events that bear on one key changed, as immer patches, from `initial(key)`. Throws `REDUCER_FAILED`. */
export function explain<S>(
  projection: Reducer<S>,
  key: string,
  events: readonly TimelineEvent[],
): { event: TimelineEvent; patches: Patch[] }[] {
  let state = initialState(projection, key)
  return events.map((event) => {
    const before = state
    let patches: Patch[] = []
    state = apply(projection, state, event, key, (changes) => (patches = changes))
    return { event, patches: Object.is(before, state) ? [] : patches }
  })
}

/** The state of a key that nothing was reported about, deeply frozen. Throws `REDUCER_FAILED`. */
export function initialState<S>(projection: Reducer<S>, key: string): S {
  return attempt(projection.name, undefined, key, () => freezeDeep(synchronous(projection.initial(key)) as S))
}

/** The state after one event, frozen as immer does; `onPatches` is told what changed. Throws `REDUCER_FAILED`. */
function apply<S>(projection: Reducer<S>, state: S, event: TimelineEvent, key: string, onPatches?: (patches: Patch[]) => void): S {
  const recipe = projection.recipeOf(event.type)!
  return attempt(projection.name, event, key, () =>
    immer.produce<S, unknown>(state, (draft) => synchronous(recipe(draft, event, key)), onPatches),
  )
}

function synchronous(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return result
  Promise.resolve(result).catch(() => {}) // it will trip over the state that was taken from it: this error is the one to tell
  throw new TypeError('it returned a promise')
}
