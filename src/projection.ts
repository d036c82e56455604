import { type Draft, Immer, type Patch, enableMapSet, enablePatches } from 'immer'
import { checkOptions, didYouMean, invalidArgument } from './argument.js'
import { TimelineError, quote } from './error.js'
import { type AnyCatalog, type Catalog, RETRACTED, type TimelineEvent, freezeDeep } from './event.js'

enablePatches()
enableMapSet()
const immer = new Immer({ autoFreeze: true }) // our own, so that nobody's setAutoFreeze thaws our states

type Handler<S, E> = { h(state: Draft<S>, event: E, key: string): void | S }['h']
type Handlers<C extends Catalog, S> = { readonly [T in keyof C & string]?: Handler<S, TimelineEvent<C, T>> }
type Recipe = (state: unknown, event: TimelineEvent, key: string) => unknown

/** What folding needs to know of a projection. */
export type Reducer<S> = {
  readonly name: string
  readonly initial: (key: string) => S
  /** The keys an event bears on, each once; none where no handler takes the event. */
  readonly keysOf: (event: TimelineEvent) => readonly string[]
  readonly recipeOf: (type: string) => Recipe | undefined
}

/** A projection with a state for each key. */
export type Keyed<S> = Reducer<S> & { readonly keyed: true }

/** A projection with one state; its only key is the empty text. */
export type Single<S> = Reducer<S> & { readonly keyed: false }

/** One event folded into one key's state. */
export type Step<S, C extends Catalog = AnyCatalog> = { readonly key: string; readonly event: TimelineEvent<C>; readonly state: S }

/** The key for states by subject: `key: bySubject`. */
export function bySubject(event: { readonly subject: string }): string {
  return event.subject
}

/**
 * A named reducer: events in, state out. With `key` it keeps a state for each key, without it a single one.
 * Handlers are immer recipes, synchronous and pure: change `state` or return a new one. Throws `INVALID_ARGUMENT`.
 */
export function defineProjection<S, C extends Catalog = AnyCatalog, K extends string | readonly string[] = never>(spec: {
  readonly name: string
  readonly events?: C
  readonly key?: (event: TimelineEvent<NoInfer<C>>) => K
  readonly initial: (key: string) => S
  readonly on: Handlers<NoInfer<C>, NoInfer<S>> | Handler<NoInfer<S>, TimelineEvent<NoInfer<C>>>
}): [K] extends [never] ? Single<S> : Keyed<S>
export function defineProjection(spec: Spec): Single<unknown> | Keyed<unknown> {
  checkSpec(spec)
  const { name, events, key, initial, on } = spec
  const recipeOf = (type: string): Recipe | undefined => {
    if (type === RETRACTED) return undefined
    if (typeof on === 'function') return events === undefined || Object.hasOwn(events, type) ? on : undefined
    return Object.hasOwn(on, type) ? on[type] : undefined
  }
  const keysOf = (event: TimelineEvent): readonly string[] => {
    if (recipeOf(event.type) === undefined) return []
    return key === undefined ? [''] : attempt(name, event, undefined, () => uniqueKeys(key(event)))
  }
  return Object.freeze({ name, keyed: key !== undefined, initial, keysOf, recipeOf })
}

/**
 * The pure fold, in the given order, filtering nothing: a `Map` of states by key, in code-unit order, or the one state.
 * Throws `REDUCER_FAILED`.
 */
export function fold<S>(projection: Keyed<S>, events: Iterable<TimelineEvent>): Map<string, S>
export function fold<S>(projection: Single<S>, events: Iterable<TimelineEvent>): S
export function fold<S>(projection: Keyed<S> | Single<S>, events: Iterable<TimelineEvent>): Map<string, S> | S {
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
  let state = initialState(projection, key)
  for (const event of events) state = apply(projection, state, event, key)
  return freezeDeep(state)
}

/** Folds events one by one, a step an event and key, each with the state after it; `only` leaves the other keys out. Throws `REDUCER_FAILED`. */
export function* steps<S>(projection: Reducer<S>, events: Iterable<TimelineEvent>, only?: string): Generator<Step<S>> {
  const states = new Map<string, S>()
  for (const event of events) {
    for (const key of projection.keysOf(event)) {
      if (only !== undefined && key !== only) continue
      const before = states.has(key) ? states.get(key)! : initialState(projection, key)
      const state = apply(projection, before, event, key)
      states.set(key, state)
      yield { key, event, state: freezeDeep(state) }
    }
  }
}

/** The state of a key that nothing was reported about, deeply frozen. Throws `REDUCER_FAILED`. */
export function initialState<S>(projection: Reducer<S>, key: string): S {
  return attempt(projection.name, undefined, key, () => freezeDeep(projection.initial(key)))
}

/** The state after one event, frozen as immer does; `onPatches` is told what changed. Throws `REDUCER_FAILED`. */
export function apply<S>(projection: Reducer<S>, state: S, event: TimelineEvent, key: string, onPatches?: (patches: Patch[]) => void): S {
  const recipe = projection.recipeOf(event.type)!
  return attempt(projection.name, event, key, () => immer.produce<S, unknown>(state, (draft) => synchronous(recipe(draft, event, key)), onPatches))
}

/** The key to ask a projection for; the empty text for a single one. Throws `INVALID_ARGUMENT`. */
export function keyFor({ name, keyed }: Keyed<unknown> | Single<unknown>, key: string | undefined): string {
  if (keyed && typeof key !== 'string') throw invalidArgument(`Got ${quote(key)} as a key of ${quote(name)}`, 'the key of one of its states, as text', 'Name the key, or ask view.entries for all states')
  if (!keyed && key !== undefined) throw invalidArgument(`Got the key ${quote(key)} for ${quote(name)}`, 'no key, since it is a single projection', 'Leave the key out')
  return key ?? ''
}

type Spec = {
  readonly name: string
  readonly events?: Catalog
  readonly key?: (event: TimelineEvent) => string | readonly string[]
  readonly initial: (key: string) => unknown
  readonly on: Recipe | { readonly [type: string]: Recipe | undefined }
}

function checkSpec(spec: Spec): void {
  checkOptions('defineProjection', spec, ['name', 'events', 'key', 'initial', 'on'])
  const { name, events, key, initial, on } = spec
  if (typeof name !== 'string' || name === '') throw invalidArgument(`Got ${quote(name)} as the name of a projection`, 'text that is not empty', 'Name the projection')
  if (typeof initial !== 'function') throw invalidArgument(`Got ${quote(initial)} as \`initial\` of ${quote(name)}`, 'a function that returns the first state', 'Write, for example, initial: () => ({})')
  if (key !== undefined && typeof key !== 'function') throw invalidArgument(`Got ${quote(key)} as \`key\` of ${quote(name)}`, 'a function from an event to its key or keys', 'Write, for example, key: bySubject')
  if (typeof on === 'function') return
  if (typeof on !== 'object' || on === null) throw invalidArgument(`Got ${quote(on)} as \`on\` of ${quote(name)}`, 'handlers by event type, or one function for all types', 'Write, for example, on: { "export.halted": (state, event) => { … } }')
  for (const [type, handler] of Object.entries(on)) checkHandler(name, type, handler, events)
}

function checkHandler(name: string, type: string, handler: unknown, events: Catalog | undefined): void {
  if (typeof handler !== 'function' && handler !== undefined) throw invalidArgument(`Got ${quote(handler)} as the handler of ${quote(type)} in ${quote(name)}`, 'a function', 'Write (state, event) => { … }')
  if (type === RETRACTED) throw invalidArgument(`Got a handler of "retracted" in ${quote(name)}`, 'none, since a retraction never counts', 'Leave it out: what it withdraws is not folded')
  if (events === undefined || Object.hasOwn(events, type)) return
  const types = Object.keys(events)
  throw invalidArgument(`Got a handler of ${quote(type)} in ${quote(name)}`, `a type of its catalog: ${types.join(', ')}`, `${didYouMean(type, types)}Correct the type or define it`)
}

function uniqueKeys(keys: string | readonly string[]): readonly string[] {
  if (typeof keys === 'string') return [keys]
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return [...new Set(keys)]
  throw new TypeError(`\`key\` returned ${quote(keys)}, neither a string nor an array of strings`)
}

function synchronous(result: unknown): unknown {
  if (typeof result === 'object' && result !== null && 'then' in result) throw new TypeError('the handler returned a promise; handlers are synchronous')
  return result
}

function attempt<T>(projection: string, event: TimelineEvent | undefined, key: string | undefined, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const where = event === undefined ? 'its initial state' : `the event ${quote(event.id)} (${event.type}, position ${event.position})`
    throw new TimelineError(
      'REDUCER_FAILED',
      { arrived: `The projection ${quote(projection)} failed on ${where}: ${String(cause)}`, expected: 'handlers that are pure, synchronous and do not throw', remedy: 'Mend the projection; the log is untouched' },
      { projection, event, key },
      cause,
    )
  }
}
