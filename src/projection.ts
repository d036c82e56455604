import type { Draft } from 'immer'
import { checkOptions, didYouMean, invalidArgument } from './argument.js'
import { type AnyCatalog, type Catalog, RETRACTED } from './catalog.js'
import { TimelineError, quote } from './error.js'
import type { TimelineEvent } from './event.js'

const NO_KEY: readonly string[] = []
const SINGLE_KEY: readonly string[] = ['']

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

/** Not for states, but for the events themselves: all of them under one key. */
export const everyEvent: Reducer<undefined> = eventsBy('events', () => '')

/** The events by their subject. */
export const everySubject: Reducer<undefined> = eventsBy('events by subject', (event) => event.subject)

function eventsBy(name: string, key: (event: TimelineEvent) => string): Reducer<undefined> {
  return { name, initial: () => undefined, keysOf: (event) => (event.type === RETRACTED ? [] : [key(event)]), recipeOf: () => undefined }
}

/** What a projection was defined for: its catalog, and the types that its handlers name, none where one takes all. */
type Domain = { readonly events: Catalog | undefined; readonly types: readonly string[] }

/** A projection with a state for each key. */
export type Keyed<S> = Reducer<S> & Domain & { readonly keyed: true }

/** A projection with one state; its only key is the empty text. */
export type Single<S> = Reducer<S> & Domain & { readonly keyed: false }

/** A projection of either kind. */
export type Projection<S = unknown> = Keyed<S> | Single<S>

/** The key for states by subject: `key: bySubject`. */
export function bySubject(event: { readonly subject: string }): string {
  return event.subject
}

/**
 * A named reducer: events in, state out. With `key` it keeps a state for each key, without it a single one.
 * Handlers are immer recipes, synchronous and pure: change `state` or return a new one, change no event, and store no
 * object in two places of a state. Whether a state is a draft is not for them to ask, nor to rely on as `structuredClone`
 * does: small flat states are none, unless they are replayed or explained. Throws `INVALID_ARGUMENT`.
 */
export function defineProjection<S, C extends Catalog = AnyCatalog, K extends string | readonly string[] = never>(spec: {
  readonly name: string
  readonly events?: C
  readonly key?: (event: TimelineEvent<NoInfer<C>>) => K
  readonly initial: (key: string) => S
  readonly on: Handlers<NoInfer<C>, NoInfer<S>> | Handler<NoInfer<S>, TimelineEvent<NoInfer<C>>>
}): [K] extends [never] ? Single<S> : Keyed<S>
export function defineProjection(spec: Spec): Projection {
  checkSpec(spec)
  const { name, events, key, initial, on } = spec
  const recipes = typeof on === 'function' ? undefined : new Map(Object.entries(on))
  const recipeOf = (type: string): Recipe | undefined => {
    if (recipes !== undefined) return recipes.get(type)
    return type !== RETRACTED && (events === undefined || Object.hasOwn(events, type)) ? (on as Recipe) : undefined
  }
  const keysOf = (event: TimelineEvent): readonly string[] => {
    if (recipeOf(event.type) === undefined) return NO_KEY
    if (key === undefined) return SINGLE_KEY
    try {
      return uniqueKeys(key(event))
    } catch (cause) {
      throw reducerFailed(name, event, undefined, cause)
    }
  }
  return Object.freeze({ name, events, types: [...(recipes?.keys() ?? [])], keyed: key !== undefined, initial, keysOf, recipeOf })
}

/** Refuses what `defineProjection` did not make. Throws `INVALID_ARGUMENT`. */
export function checkProjection(projection: unknown): void {
  if (typeof projection === 'object' && projection !== null && 'keysOf' in projection) return
  throw invalidArgument(
    `Got ${quote(projection)} as a projection`,
    'what defineProjection returned',
    'Pass the projection itself, not its name',
  )
}

/** The key to ask a projection for; the empty text for a single one. Throws `INVALID_ARGUMENT`. */
export function keyFor(projection: Projection, key: string | undefined): string {
  checkProjection(projection)
  const { name, keyed } = projection
  if (keyed && typeof key !== 'string')
    throw invalidArgument(
      `Got ${quote(key)} as a key of ${quote(name)}`,
      'the key of one of its states, as text',
      'Name the key, or ask view.entries for all states',
    )
  if (!keyed && key !== undefined)
    throw invalidArgument(`Got the key ${quote(key)} for ${quote(name)}`, 'no key, since it is a single projection', 'Leave the key out')
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
  if (typeof name !== 'string' || name === '')
    throw invalidArgument(`Got ${quote(name)} as the name of a projection`, 'text that is not empty', 'Name the projection')
  if (typeof initial !== 'function')
    throw invalidArgument(
      `Got ${quote(initial)} as \`initial\` of ${quote(name)}`,
      'a function that returns the first state',
      'Write, for example, initial: () => ({})',
    )
  if (key !== undefined && typeof key !== 'function')
    throw invalidArgument(
      `Got ${quote(key)} as \`key\` of ${quote(name)}`,
      'a function from an event to its key or keys',
      'Write, for example, key: bySubject',
    )
  if (typeof on === 'function') return
  if (typeof on !== 'object' || on === null)
    throw invalidArgument(
      `Got ${quote(on)} as \`on\` of ${quote(name)}`,
      'handlers by event type, or one function for all types',
      'Write, for example, on: { "export.halted": (state, event) => { … } }',
    )
  for (const [type, handler] of Object.entries(on)) checkHandler(name, type, handler, events)
}

function checkHandler(name: string, type: string, handler: unknown, events: Catalog | undefined): void {
  if (typeof handler !== 'function' && handler !== undefined)
    throw invalidArgument(
      `Got ${quote(handler)} as the handler of ${quote(type)} in ${quote(name)}`,
      'a function',
      'Write (state, event) => { … }',
    )
  if (type === RETRACTED)
    throw invalidArgument(
      `Got a handler of "retracted" in ${quote(name)}`,
      'none, since a retraction never counts',
      'Leave it out: what it withdraws is not folded',
    )
  if (events === undefined || Object.hasOwn(events, type)) return
  const types = Object.keys(events)
  throw invalidArgument(
    `Got a handler of ${quote(type)} in ${quote(name)}`,
    `a type of its catalog: ${types.join(', ')}`,
    `${didYouMean(type, types)}Correct the type or define it`,
  )
}

function uniqueKeys(keys: string | readonly string[]): readonly string[] {
  if (typeof keys === 'string') return [keys]
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return [...new Set(keys)]
  throw new TypeError(`\`key\` returned ${quote(keys)}, neither a string nor an array of strings`)
}

/** What a projection throws, told as `REDUCER_FAILED`. */
export function reducerFailed(
  projection: string,
  event: TimelineEvent | undefined,
  key: string | undefined,
  cause: unknown,
): TimelineError {
  const where = event === undefined ? 'its initial state' : `the event ${quote(event.id)} (${event.type}, position ${event.position})`
  return new TimelineError(
    'REDUCER_FAILED',
    {
      arrived: `The projection ${quote(projection)} failed on ${where}: ${String(cause)}`,
      expected: 'handlers that are pure, synchronous and do not throw',
      remedy: 'Mend the projection; the log is untouched',
    },
    { projection, event, key },
    cause,
  )
}
