import { freezeDeep, freezeShallow } from '../freeze.js'
import { isObject, isPlainObject } from '../json.js'
import { silence } from '../synchronous.js'
import { hasOnlySlots, isOrdinary } from './ordinary.js'
import { rawOf } from './raw.js'
import { slotsOf, slotsOfText } from './slots.js'

/** What was copied for one working copy, which nobody else has, so that it may be frozen as it is. */
type Own = Pick<Map<object, unknown>, 'has' | 'delete'>

/**
 * The objects that a recipe stores. They are frozen when it is done, as immer does, so that nothing is ever changed but
 * what was copied; a draft among them is replaced by what it stands for, which is frozen likewise.
 */
export class Stored {
  /** How many slots the objects had that were stored and not copied. */
  slots = 0
  readonly #own: Own
  readonly #keys = new Map<object, Set<unknown>>() // by container

  constructor(own: Own) {
    this.#own = own
  }

  /** Told of each object that the recipe at work stores. */
  add(container: object, key: unknown): void {
    const keys = this.#keys.get(container) ?? new Set()
    if (keys.size === 0) this.#keys.set(container, keys)
    keys.add(key)
  }

  /** Whether the recipe at work stored an object there. */
  has(container: object, key: unknown): boolean {
    return this.#keys.size > 0 && this.#keys.get(container)?.has(key) === true
  }

  /** Freezes what was stored. Throws where immer is to be asked. */
  settle(): void {
    if (this.#keys.size === 0) return
    for (const [container, keys] of this.#keys) for (const key of keys) this.#settleAt(container, key)
    this.#keys.clear()
  }

  #settleAt(container: object, key: unknown): void {
    const value = container instanceof Map ? container.get(key) : (container as Record<string, unknown>)[key as string]
    if (!isObject(value)) return // it was stored, and replaced
    const settled = this.settled(value)
    if (settled !== value) put(container, key, settled)
  }

  /** An object, frozen, with drafts replaced by what they stand for. What is frozen `within` a copy is frozen deeply already. */
  settled(value: object, within = false): object {
    const raw = rawOf(value) as object
    const isOwn = this.#own.has(raw)
    if (isOwn || !Object.isFrozen(raw)) this.#seal(raw, isOwn)
    else if (!within) this.#freezeDeep(raw)
    return raw
  }

  /** What is frozen already may be made for this state alone. */
  #freezeDeep(tree: unknown): void {
    this.slots += isOrdinary(freezeDeep(tree)) ? slotsOf(tree) : refuse()
  }

  #seal(raw: object, isOwn: boolean): void {
    this.#own.delete(raw)
    if (raw instanceof Map || raw instanceof Set) this.#sealMembers(raw, isOwn)
    else if (Array.isArray(raw) || isPlainObject(raw)) this.#sealSlots(raw as Record<string, unknown>, isOwn)
    else {
      silence(raw)
      refuse()
    }
  }

  #sealSlots(raw: Record<string, unknown>, isOwn: boolean): void {
    let count = 0
    for (const key in raw) {
      const value = raw[key]
      count += 1
      if (!isOwn) this.slots += 1 + slotsOfText(value)
      if (typeof value === 'function') refuse()
      if (!isObject(value)) continue
      const settled = this.settled(value, isOwn)
      if (settled !== value) raw[key] = settled
    }
    if (!isOwn && !hasOnlySlots(raw, count)) refuse()
    Object.freeze(raw)
  }

  #sealMembers(raw: Map<unknown, unknown> | Set<unknown>, isOwn: boolean): void {
    for (const [key, value] of raw.entries()) {
      if ((isObject(key) && rawOf(key) !== key) || typeof value === 'function') refuse()
      this.#freezeDeep(key)
      if (!isOwn) this.slots += 1
      if (!isObject(value) || raw instanceof Set) continue
      const settled = this.settled(value, isOwn)
      if (settled !== value) raw.set(key, settled)
    }
    freezeShallow(raw)
  }
}

/** Puts an object under a key of another, or of a Map. */
export function put(container: object, key: unknown, value: object): void {
  if (container instanceof Map) container.set(key, value)
  else (container as Record<string, unknown>)[key as string] = value
}

/** Leaves the rest to immer. */
export function refuse(): never {
  throw new TypeError('Only immer can tell what this does')
}
