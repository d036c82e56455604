import { createDraft, finishDraft, isDraftable } from 'immer'
import { canonicalState } from '../canonical.js'
import type { TimelineEvent } from '../event.js'
import { eventsByKey } from '../fold.js'
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
  const outcomes = (fold: Fold) => [[], ...events].map((_, count) => outcomeOf(projection, events.slice(0, count), fold))
  return {
    each: outcomes(oneRecipeEach),
    amongOthers: outcomes(amongOthers),
    inOneRun: outcomes(inOneRun),
    inOneDraft: outcomes(inOneDraft),
  }
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
 * In one immer draft for all events, an object that is stored in two places is changed in both at once. Only one recipe
 * an event tells where a recipe returns another state, changes what is frozen, or asks immer what a draft was before.
 */
function inOneDraft(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): unknown {
  const asked = askedOfImmer()
  const state = ofOneDraft(projection, key, events)
  return state === undefined || askedOfImmer() > asked ? oneRecipeEach(projection, key, events) : state
}

function ofOneDraft(projection: Reducer<unknown>, key: string, events: readonly TimelineEvent[]): object | undefined {
  const state = initialState(projection, key)
  if (!isDraftable(state)) return undefined
  const draft = createDraft(state as object)
  try {
    const returned = events.map((event) => projection.recipeOf(event.type)!(draft, event, key))
    return returned.every((one) => one === undefined || one === draft) ? finishDraft(draft) : undefined
  } catch {
    return undefined
  }
}
