import type { TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { PlainCopy } from './plain-copy.js'
import type { Reducer } from './projection.js'
import { apply } from './recipe.js'
import { WorkingCopy } from './working-copy.js'

/**
 * Recipes run on plain objects, or on drafts of a working copy, or on immer's drafts. Each way is slower than the one
 * before, and tells more of what a recipe does; the last one tells all.
 */
const PLAIN = 0
const IMMER = 2

/** The way in which the recipes of a projection run, where they were refused another. */
const ways = new WeakMap<Reducer<unknown>, number>()

/** A state into which events are folded, with the outcome of one immer recipe an event, and without its copies. */
export class Run<S> {
  readonly #projection: Reducer<S>
  readonly #key: string
  #state: S // when it was last taken
  #since: TimelineEvent[] = []
  #way: number
  #copy: PlainCopy | WorkingCopy | undefined

  constructor(projection: Reducer<S>, key: string, state: S) {
    this.#projection = projection
    this.#key = key
    this.#state = state
    this.#way = ways.get(projection) ?? PLAIN
    this.#begin()
  }

  /** Throws `REDUCER_FAILED`. */
  fold(event: TimelineEvent): void {
    if (this.#copy === undefined) {
      this.#change(event)
      return
    }
    this.#since.push(event)
    try {
      this.#change(event)
    } catch {
      this.#beginAgain()
    }
  }

  /** The state so far, deeply frozen, and how many of its slots are new since it was taken before. Throws `REDUCER_FAILED`. */
  take(): { readonly state: S; readonly slots: number } {
    if (this.#copy === undefined) return { state: freezeDeep(this.#state), slots: slotsOf(this.#state) }
    try {
      this.#state = this.#copy.take() as S
    } catch {
      this.#beginAgain()
      return this.take()
    }
    this.#since = []
    return { state: this.#state, slots: this.#copy.slots }
  }

  #begin(): void {
    if (this.#way === PLAIN) this.#copy = new PlainCopy(this.#state)
    else this.#copy = this.#way === IMMER ? undefined : new WorkingCopy(this.#state)
  }

  #change(event: TimelineEvent): void {
    if (this.#copy === undefined) this.#state = apply(this.#projection, this.#state, event, this.#key)
    else this.#copy.change(this.#projection.recipeOf(event.type)!, event, this.#key)
  }

  /** Folds what was folded since the state was last taken again, in the first way that is not refused. */
  #beginAgain(): void {
    this.#way += 1
    this.#begin()
    try {
      for (const event of this.#since) this.#change(event)
    } catch (error) {
      if (this.#copy === undefined) throw error
      this.#beginAgain()
      return
    }
    ways.set(this.#projection, this.#way)
  }
}

/** How many slots the objects, arrays and collections of a state have. */
function slotsOf(state: unknown): number {
  if (typeof state !== 'object' || state === null) return 0
  const parts: unknown[] = state instanceof Map || state instanceof Set ? [...state.values()] : Object.values(state)
  return parts.reduce((sum: number, part) => sum + slotsOf(part), parts.length)
}
