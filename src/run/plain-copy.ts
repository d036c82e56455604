import { isPlainObject } from '../json.js'
import { synchronous } from '../synchronous.js'
import { slotsOfText } from './slots.js'

type Slots = Record<string, unknown>

const SLOTS_MAX = 16

/**
 * A small state of primitives, which recipes change as it is: to look after each of them whether it still is one costs
 * less than drafts do. A recipe that stores an object, or returns another state, is refused. It is no draft: `isDraft`
 * says so, and what only a draft would refuse and leaves no trace (`structuredClone`) is let pass.
 */
export class PlainCopy {
  /** It is copied as a whole, and shares nothing: only its long strings count. */
  slots = 0
  #state: unknown
  #copy: Slots | undefined

  constructor(state: unknown) {
    this.#state = state
  }

  /** Has a recipe change the state. Throws what it throws, and where drafts are to be asked. */
  change<E>(recipe: (state: unknown, event: E, key: string) => unknown, event: E, key: string): void {
    const copy = this.#copy ?? this.#open()
    const result = recipe(copy, event, key)
    if (result !== undefined && result !== copy) refuse(synchronous(result)) // whether the state was changed as well, a draft can tell
    this.slots = slotsOfTextIn(copy)
  }

  #open(): Slots {
    const copy = isPlainObject(this.#state) && Object.getPrototypeOf(this.#state) !== null ? { ...this.#state } : refuse(this.#state)
    this.#copy = copy
    return copy
  }

  /**
   * The state so far, frozen, which is one only if `take` lets pass what comes of it. By `assign`, since what a spread
   * gives of an object that is not frozen becomes a dictionary when it is, three times as large.
   */
  snapshot(): unknown {
    return this.#copy === undefined ? this.#state : Object.freeze(Object.assign({}, this.#copy))
  }

  /** The state so far, frozen. Throws where drafts are to be asked. */
  take(): unknown {
    const copy = this.#copy
    if (copy === undefined) return this.#state
    if (Object.getPrototypeOf(copy) !== Object.prototype || !Object.isExtensible(copy)) refuse(copy) // immer forbids to change either
    for (const key of Object.getOwnPropertyNames(copy)) if (!isSlot(Object.getOwnPropertyDescriptor(copy, key)!)) refuse(copy)
    if (Object.getOwnPropertySymbols(copy).length > 0) refuse(copy)
    this.#state = Object.freeze(copy)
    this.#copy = undefined
    return copy
  }
}

/** How many slots its long strings count. Refuses more than a few slots, and what is no primitive; -0, which immer takes for 0 in places, is none. */
function slotsOfTextIn(slots: Slots): number {
  let [count, text] = [0, 0]
  for (const key in slots) {
    const value = slots[key]
    if (typeof value === 'object' ? value !== null : value === 0 && Object.is(value, -0)) refuse(value)
    if (typeof value === 'string') text += slotsOfText(value)
    count += 1
  }
  return count <= SLOTS_MAX ? text : refuse(slots)
}

/** Whether a property is one that an assignment makes. */
function isSlot({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable === true && enumerable === true && configurable === true
}

function refuse(value: unknown): never {
  throw new TypeError(`Only a draft can tell what becomes of ${Object.prototype.toString.call(value)}`)
}
