import { createDraft, finishDraft, isDraftable } from 'immer'
import { canonicalState } from '../canonical.js'
import type { TimelineEvent } from '../event.js'
import { eventsByKey } from '../fold.js'
import { isObject } from '../json.js'
import type { Projection, Reducer } from '../projection.js'
import { apply, initialState } from '../recipe.js'
import { sha256 } from '../sha256.js'

/**
 * What folding has come to: for no event, for the first, for the first two and so on, a digest of the states, or what
 * failed; by one recipe an event, and in one run.
 */
export type Account = { readonly each: readonly string[]; readonly inOneRun: readonly string[] }

const FAILED = 'fails with '

type Fold = (projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]) => unknown

/** Whether an outcome is no digest, but tells what failed. */
export function isFailure(outcome: string): boolean {
  return outcome.startsWith(FAILED)
}

/** Folds frozen events, time and again. */
export function accountOf(projection: Projection, events: readonly TimelineEvent[]): Account {
  let sharing = false
  const each = upToEach(events, projection, (...args) => {
    const state = oneRecipeEach(...args)
    sharing ||= holdsOneTwice(state, new Set())
    return state
  })
  return { each, inOneRun: sharing ? upToEach(events, projection, oneDraftForAll) : each }
}

function upToEach(events: readonly TimelineEvent[], projection: Projection, fold: Fold): string[] {
  return [[], ...events].map((_, count) => outcomeOf(projection, events.slice(0, count), fold))
}

function outcomeOf(projection: Projection, events: readonly TimelineEvent[], fold: Fold): string {
  try {
    const byKey = eventsByKey(projection, events)
    if (!projection.keyed && byKey.size === 0) byKey.set('', [])
    const states = [...byKey].map(([key, its]) => [key, fold(projection, key, its)])
    return sha256(canonicalState(projection.name, states))
  } catch (error) {
    return `${FAILED}${String((error as Error).cause ?? error)}`
  }
}

function oneRecipeEach(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  return events.reduce((state, event) => apply(projection, state, event, key), initialState(projection, key))
}

/**
 * In one immer draft for all events, an object that is stored in two places is changed in both at once. Only one recipe
 * an event tells where a recipe returns another state, or changes what is frozen.
 */
function oneDraftForAll(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  const state = initialState(projection, key)
  if (!isDraftable(state)) return oneRecipeEach(projection, key, events)
  const draft = createDraft(state as object)
  try {
    for (const event of events) {
      const result = projection.recipeOf(event.type)!(draft, event, key)
      if (result !== undefined && result !== draft) return oneRecipeEach(projection, key, events)
    }
    return finishDraft(draft)
  } catch {
    return oneRecipeEach(projection, key, events)
  }
}

function holdsOneTwice(tree: unknown, seen: Set<object>): boolean {
  if (!isObject(tree)) return false
  if (seen.has(tree)) return true
  seen.add(tree)
  const parts = tree instanceof Map ? tree.values() : tree instanceof Set ? tree : Object.values(tree)
  return [...(parts as Iterable<unknown>)].some((part) => holdsOneTwice(part, seen))
}
