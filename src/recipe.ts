import { Immer, type Patch, enableMapSet, enablePatches } from 'immer'
import type { TimelineEvent } from './event.js'
import { freezeDeep } from './freeze.js'
import { type Reducer, reducerFailed } from './projection.js'
import { silence, synchronous } from './synchronous.js'
import { unshared } from './unshared.js'

enablePatches()
enableMapSet()
const immer = new Immer({ autoFreeze: true }) // our own, so that nobody's setAutoFreeze thaws our states

/** The state of a key that nothing was reported about, deeply frozen. Throws `REDUCER_FAILED`. */
export function initialState<S>(projection: Reducer<S>, key: string): S {
  try {
    return dataOnly(freezeDeep(synchronous(projection.initial(key)) as S))
  } catch (cause) {
    throw reducerFailed(projection.name, undefined, key, cause)
  }
}

/** The state after one event, frozen as immer does; `onPatches` is told what changed. Throws `REDUCER_FAILED`. */
export function apply<S>(projection: Reducer<S>, state: S, event: TimelineEvent, key: string, onPatches?: (patches: Patch[]) => void): S {
  const recipe = projection.recipeOf(event.type)!
  try {
    return dataOnly(
      immer.produce<S, unknown>(state, (draft) => synchronous(recipe(draft, event, key)), onPatches),
      state,
    )
  } catch (cause) {
    throw reducerFailed(projection.name, event, key, cause)
  }
}

/** Refuses functions and promises in a state, but for where it is the one before, which was looked at. Throws a `TypeError`. */
function dataOnly<S>(state: S, before?: S): S {
  checkPart(state)
  for (const one of unshared(state, before)) for (const part of partsOf(one)) checkPart(part)
  return state
}

function partsOf(one: object): unknown[] {
  return one instanceof Map ? [...one.keys(), ...one.values()] : one instanceof Set ? [...one] : Object.values(one)
}

function checkPart(part: unknown): void {
  if (typeof part === 'function') throw new TypeError('it put a function into the state')
  if (!(part instanceof Promise)) return
  silence(part)
  throw new TypeError('it put a promise into the state')
}
