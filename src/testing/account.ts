import { createDraft, finishDraft, isDraftable } from 'immer'
import { canonicalState } from '../canonical.js'
import type { TimelineEvent } from '../event.js'
import { eventsByKey } from '../fold.js'
import { isObject } from '../json.js'
import type { Projection, Reducer } from '../projection.js'
import { apply, initialState } from '../recipe.js'
import { begin, run } from '../run.js'
import { sha256 } from '../sha256.js'
import { askedOfImmer } from './import-projection.js'

/**
 * What folding has come to: for no event, for the first, for the first two and so on, a digest of the states, or what
 * failed; by one recipe an event, among other states, in one run of the library's, and in one draft.
 */
export type Account = Readonly<Record<'each' | 'amongOthers' | 'inOneRun' | 'inOneDraft', readonly string[]>>

const FAILED = 'fails with '

type Fold = (projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]) => unknown

/** Whether an outcome is no digest, but tells what failed. */
export function isFailure(outcome: string): boolean {
  return outcome.startsWith(FAILED)
}

/** Folds frozen events, time and again. */
export function accountOf(projection: Projection, events: readonly TimelineEvent[]): Account {
  let sharing = false
  const outcomes = (fold: Fold) => [[], ...events].map((_, count) => outcomeOf(projection, events.slice(0, count), fold))
  const each = outcomes((...args) => {
    const state = oneRecipeEach(...args)
    sharing ||= holdsOneTwice(state, new Set())
    return state
  })
  const draft = sharing ? outcomes(inOneDraft).map((outcome, count) => (isFailure(outcome) ? each[count]! : outcome)) : each
  return { each, amongOthers: outcomes(amongOthers), inOneRun: outcomes(inOneRun), inOneDraft: draft }
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

/** A timeline goes on from where it was, having begun with others in between. */
function amongOthers(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  return events.reduce(
    (state, event) => {
      initialState(projection, key)
      return apply(projection, state, event, key)
    },
    initialState(projection, key),
  )
}

function inOneRun(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  return run(projection, key, begin(projection, key), events).state
}

/**
 * In one immer draft for all events, an object that is stored in two places is changed in both at once. It tells nothing
 * where it fails, as what changes a frozen part of an event does, where a recipe returns another state or asks immer what a
 * draft was before, nor of states without such an object: what the draft was given is no draft for the next recipe.
 */
function inOneDraft(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  const state = initialState(projection, key)
  if (!isDraftable(state)) return oneRecipeEach(projection, key, events)
  const asked = askedOfImmer()
  const draft = createDraft(state as object)
  const returned = events.map((event) => projection.recipeOf(event.type)!(draft, event, key))
  const isChangedOnly = returned.every((one) => one === undefined || one === draft)
  return isChangedOnly && askedOfImmer() === asked ? finishDraft(draft) : oneRecipeEach(projection, key, events)
}

function holdsOneTwice(tree: unknown, seen: Set<object>): boolean {
  if (!isObject(tree)) return false
  if (seen.has(tree)) return true
  seen.add(tree)
  const parts = tree instanceof Map ? tree.values() : tree instanceof Set ? tree : Object.values(tree)
  return [...(parts as Iterable<unknown>)].some((part) => holdsOneTwice(part, seen))
}
