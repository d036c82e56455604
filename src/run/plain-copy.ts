import { isPlainObject } from '../json.js'
import { silence, synchronous } from '../synchronous.js'
import { slotsOfText } from './slots.js'

type Slots = Record<string, unknown>

const SLOTS_MAX = 16

/**
 * A small state of primitives, which recipes change as it is: to look after each of them whether it still is one costs
 * less than drafts do. A recipe that stores an object, or returns another state, is refused. It is no draft: `isDraft`
 * says so, and what only a draft would refuse and leaves no trace (`structuredClone`, a slot that is a getter for a
 * while) is let pass.
 */
export class PlainCopy {
  /** It is copied as a whole, and shares nothing: only its long strings count. */
  slots = 0
  #state: unknown
  #copy: Slots | undefined
  #count = 0 // of its slots
  #countChecked = 0 // when it was last checked

  constructor(state: unknown) {
    this.#state = state
  }

  /** Has a recipe change the state. Throws what it throws, and where drafts are to be asked. */
  change<E>(recipe: (state: unknown, event: E, key: string) => unknown, event: E, key: string): void {
    const copy = this.#copy ?? this.#open()
    const result = recipe(copy, event, key)
    if (result !== undefined && result !== copy) refuse(synchronous(result)) // whether the state was changed as well, a draft can tell
    this.#look(copy)
  }

  #open(): Slots {
    const copy = isPlainObject(this.#state) && Object.getPrototypeOf(this.#state) !== null ? { ...this.#state } : refuse(this.#state)
    this.#look(copy)
    this.#countChecked = this.#count
    this.#copy = copy
    return copy
  }

  /** Counts its slots, and those of its long strings. Refuses more than a few, and what is no primitive; -0, which immer takes for 0 in places, is none. */
  #look(slots: Slots): void {
    let [count, text] = [0, 0]
    for (const key in slots) {
      const value = slots[key]
      if (typeof value === 'object' ? value !== null : typeof value === 'function' || (value === 0 && Object.is(value, -0))) refuse(value)
      if (typeof value === 'string') text += slotsOfText(value)
      count += 1
    }
    if (count > SLOTS_MAX) refuse(slots)
    this.slots = text
    this.#count = count
  }

  /**
   * A copy of the state so far, frozen. Throws where drafts are to be asked, as far as slots that came or went tell; `take`
   * sees the rest. `{ ...copy }` would become a dictionary when it is frozen, three times as large.
   */
  snapshot(): unknown {
    const copy = this.#copy
    if (copy === undefined) return this.#state
    if (this.#count !== this.#countChecked || Object.getOwnPropertyNames(copy).length !== this.#count) check(copy)
    this.#countChecked = this.#count
    if (Object.hasOwn(copy, '__proto__')) refuse(copy) // to assign it would set a prototype
    return Object.freeze(Object.assign({}, copy))
  }

  /** The state so far, frozen. Throws where drafts are to be asked. */
  take(): unknown {
    const copy = this.#copy
    if (copy === undefined) return this.#state
    check(copy)
    this.#state = Object.freeze(copy)
    this.#copy = undefined
    return copy
  }
}

/** Refuses what immer forbids to make of a state: another prototype, no room for more, properties that no assignment makes. */
function check(copy: Slots): void {
  if (Object.getPrototypeOf(copy) !== Object.prototype || !Object.isExtensible(copy)) refuse(copy)
  for (const key of Object.getOwnPropertyNames(copy)) if (!isSlot(Object.getOwnPropertyDescriptor(copy, key)!)) refuse(copy)
  if (Object.getOwnPropertySymbols(copy).length > 0) refuse(copy)
}

/** Whether a property is one that an assignment makes. */
function isSlot({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable === true && enumerable === true && configurable === true
}

function refuse(value: unknown): never {
  silence(value)
  throw new TypeError(`Only a draft can tell what becomes of ${Object.prototype.toString.call(value)}`)
}
