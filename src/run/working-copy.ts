import { isObject } from '../json.js'
import { synchronous } from '../synchronous.js'
import { Drafts } from './drafts.js'
import { refuse } from './stored.js'

/**
 * A state that recipes change in place, one after another, to the outcome that one immer recipe after another has.
 *
 * What is frozen may be shared: with other states, with events, with constants of the reducer. It is copied when a recipe
 * comes by it, one level at a time, and the copy belongs to this working copy until the state is taken. Whatever a
 * recipe does that immer would refuse, or that is not worth its lines here, is refused: then immer is to be asked.
 */
export class WorkingCopy {
  readonly #drafts = new Drafts()
  #root: unknown
  #draft: unknown // of the root

  constructor(state: unknown) {
    this.#root = state
  }

  /** How many slots of objects, arrays and collections have been copied or stored. */
  get slots(): number {
    return this.#drafts.slots + this.#drafts.stored.slots
  }

  /** Has a recipe change the state, or return another. Throws what it throws, and where immer is to be asked. */
  change<E>(recipe: (draft: unknown, event: E, key: string) => unknown, event: E, key: string): void {
    const draft = this.#draft ?? this.#open()
    this.#drafts.isChanged = false
    const result = recipe(draft, event, key)
    if (this.#drafts.isRefused) refuse()
    if (result !== undefined && result !== draft) this.#replace(result)
    else this.#drafts.stored.settle()
  }

  /** The state so far, deeply frozen. */
  take(): unknown {
    this.#drafts.freeze()
    this.#draft = undefined
    return this.#root
  }

  #open(): unknown {
    if (!isObject(this.#root)) return this.#root
    this.#root = this.#drafts.copyOf(this.#root) ?? refuse()
    this.#draft = this.#drafts.draftOf(this.#root as object)
    return this.#draft
  }

  #replace(result: unknown): void {
    synchronous(result)
    if (typeof result === 'symbol' || typeof result === 'function' || this.#drafts.isChanged) refuse()
    this.#draft = undefined
    this.#root = isObject(result) ? this.#drafts.stored.settled(result) : result
  }
}
