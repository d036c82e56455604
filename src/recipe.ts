import { Immer, type Patch, enableMapSet, enablePatches } from 'immer'
import type { TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { type Reducer, reducerFailed } from './projection.js'
import { synchronous } from './synchronous.js'

enablePatches()
enableMapSet()
const immer = new Immer({ autoFreeze: true }) // our own, so that nobody's setAutoFreeze thaws our states

/** The state of a key that nothing was reported about, deeply frozen. Throws `REDUCER_FAILED`. */
export function initialState<S>(projection: Reducer<S>, key: string): S {
  try {
    return freezeDeep(synchronous(projection.initial(key)) as S)
  } catch (cause) {
    throw reducerFailed(projection.name, undefined, key, cause)
  }
}

/** The state after one event, frozen as immer does; `onPatches` is told what changed. Throws `REDUCER_FAILED`. */
export function apply<S>(projection: Reducer<S>, state: S, event: TimelineEvent, key: string, onPatches?: (patches: Patch[]) => void): S {
  const recipe = projection.recipeOf(event.type)!
  try {
    return immer.produce<S, unknown>(state, (draft) => synchronous(recipe(draft, event, key)), onPatches)
  } catch (cause) {
    throw reducerFailed(projection.name, event, key, cause)
  }
}
