import { freeze } from 'immer'
import { freezeDeep } from './freeze.js'
import { isObject, isPlainObject } from './json.js'
import { hasOnlySlots, isOrdinary } from './ordinary.js'
import { IMMER_STATE, RAW, rawOf } from './raw.js'
import { slotsOf, slotsOfText } from './slots.js'
import { synchronous } from './synchronous.js'
import { WorkingMap } from './working-map.js'
import { WorkingSet } from './working-set.js'

/**
 * A state that recipes change in place, one after another, to the outcome that one immer recipe after another has.
 *
 * What is frozen may be shared: with other states, with events, with constants of the reducer. It is copied when a recipe
 * comes by it, one level at a time, and the copy belongs to this working copy until the state is taken. What a recipe
 * stores is frozen when it is done, as immer does, so that nothing is ever changed but what was copied here. Whatever a
 * recipe does that immer would refuse, or that is not worth its lines here, is refused: then immer is to be asked.
 */
export class WorkingCopy implements ProxyHandler<object> {
  /** How many slots of objects, arrays and collections had been copied or stored when the state was last taken. */
  slots = 0
  #made = 0
  #root: unknown
  #draft: unknown // of the root
  readonly #drafts = new Map<object, object>() // by what they stand for, which nobody else has
  readonly #stores = new Map<object, Set<unknown>>() // the keys under which the recipe at work stored objects, by container
  #isChanged = false
  #isRefused = false

  constructor(state: unknown) {
    this.#root = state
  }

  /** Has a recipe change the state, or return another. Throws what it throws, and where immer is to be asked. */
  change<E>(recipe: (draft: unknown, event: E, key: string) => unknown, event: E, key: string): void {
    const draft = this.#draft ?? this.#open()
    this.#isChanged = false
    const result = recipe(draft, event, key)
    if (this.#isRefused) this.refuse()
    if (result !== undefined && result !== draft) this.#replace(result)
    else if (this.#stores.size > 0) this.#settle()
  }

  /** The state so far, deeply frozen. */
  take(): unknown {
    for (const raw of this.#drafts.keys()) freezeShallow(raw) // all that is not frozen yet
    this.#drafts.clear()
    this.#draft = undefined
    this.slots = this.#made
    this.#made = 0
    return this.#root
  }

  /** What a recipe sees of an object that is stored under a key: its draft where immer would make one. */
  see(container: object, key: unknown, value: object): object {
    const draft = this.#drafts.get(value)
    if (draft !== undefined) return draft
    if (!Object.isFrozen(value) || this.#wasStored(container, key)) return value
    const copy = this.#copyOf(value)
    if (copy === undefined) return value
    put(container, key, copy)
    return this.#draftOf(copy)
  }

  /** Told of each change, before it is made, and of the object that is stored by it in place of another value. */
  changing(container: object, key: unknown, value: unknown, before: unknown): void {
    this.#isChanged = true
    this.#made += (before === undefined ? 1 : 0) + slotsOfText(value)
    if (isObject(value)) this.#storesIn(container).add(key)
  }

  /** Leaves the rest to immer. */
  refuse(): never {
    this.#isRefused = true // even if the recipe catches this
    throw new TypeError('Only immer can tell what this does')
  }

  // The traps of objects and arrays

  get(target: object, key: string | symbol): unknown {
    const value = (target as Record<string | symbol, unknown>)[key]
    if (!isObject(value)) return key === RAW ? target : key === IMMER_STATE ? this.refuse() : value
    return this.#drafts.get(value) ?? (Object.hasOwn(target, key) ? this.see(target, key, value) : value)
  }

  set(target: object, key: string | symbol, given: unknown): boolean {
    const object = target as Record<string | symbol, unknown>
    const value = rawOf(given)
    if (typeof key === 'symbol' || key === '__proto__' || (Array.isArray(target) && !isPlaceInArray(key))) this.refuse()
    const before = object[key]
    if (Object.is(before, value) && (value !== undefined || Object.hasOwn(target, key))) return true
    if (before === value && value === 0) this.refuse() // 0 and -0, which immer tells apart sometimes
    this.changing(target, key, value, before)
    object[key] = value
    return true
  }

  deleteProperty(target: object, key: string | symbol): boolean {
    if (Array.isArray(target)) return key === 'length' ? this.refuse() : this.set(target, key, undefined) // no hole, as in immer
    if (!Object.hasOwn(target, key)) return key in target ? this.refuse() : true
    this.changing(target, key, undefined, null)
    return Reflect.deleteProperty(target, key)
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    const found = Reflect.getOwnPropertyDescriptor(target, key)
    if (found !== undefined && isObject(found.value)) found.value = this.#drafts.get(found.value) ?? found.value
    return found
  }

  defineProperty(): never {
    return this.refuse()
  }

  setPrototypeOf(): never {
    return this.refuse()
  }

  preventExtensions(): never {
    return this.refuse()
  }

  #open(): unknown {
    if (!isObject(this.#root)) return this.#root
    this.#root = this.#copyOf(this.#root) ?? this.refuse()
    this.#draft = this.#draftOf(this.#root as object)
    return this.#draft
  }

  #wasStored(container: object, key: unknown): boolean {
    return this.#stores.size > 0 && this.#stores.get(container)?.has(key) === true
  }

  #replace(result: unknown): void {
    synchronous(result)
    if (typeof result === 'symbol' || this.#isChanged) this.refuse()
    this.#stores.clear()
    this.#draft = undefined
    this.#root = isObject(result) ? this.#settled(result, false) : result
  }

  /** A copy of what immer would draft, one level deep. */
  #copyOf(value: object): object | undefined {
    if (Object.getOwnPropertySymbols(value).length > 0) this.refuse()
    if (value instanceof Map || value instanceof Set) this.#made += value.size
    else if (Array.isArray(value)) this.#made += value.length
    if (Array.isArray(value)) return value.slice()
    if (value instanceof Map) return new Map(value)
    if (value instanceof Set) return new Set(value)
    return isPlainObject(value) ? this.#copyOfSlots(value) : undefined
  }

  /** To go through an object of many keys takes less time than to spread it. */
  #copyOfSlots(value: Record<string, unknown>): object {
    const copy: Record<string, unknown> = Object.getPrototypeOf(value) === null ? Object.create(null) : {}
    for (const key in value) {
      if (key === '__proto__') this.refuse()
      copy[key] = value[key]
      this.#made += 1
    }
    return copy
  }

  #draftOf(copy: object): object {
    const draft =
      copy instanceof Map ? new WorkingMap(this, copy) : copy instanceof Set ? new WorkingSet(this, copy) : new Proxy(copy, this)
    this.#drafts.set(copy, draft)
    return draft
  }

  #storesIn(container: object): Set<unknown> {
    const keys = this.#stores.get(container) ?? new Set()
    if (keys.size === 0) this.#stores.set(container, keys)
    return keys
  }

  #settle(): void {
    for (const [container, keys] of this.#stores) for (const key of keys) this.#settleAt(container, key)
    this.#stores.clear()
  }

  #settleAt(container: object, key: unknown): void {
    const value = container instanceof Map ? container.get(key) : (container as Record<string, unknown>)[key as string]
    if (!isObject(value)) return // it was stored, and replaced
    const settled = this.#settled(value, false)
    if (settled !== value) put(container, key, settled)
  }

  /** An object that was stored, frozen, with drafts replaced by what they stand for. What is frozen `within` a copy is frozen deeply already. */
  #settled(value: object, within: boolean): object {
    const raw = rawOf(value) as object
    const isOwn = this.#drafts.has(raw)
    if (isOwn || !Object.isFrozen(raw)) this.#seal(raw, isOwn)
    else if (!within) this.#freezeDeep(raw)
    return raw
  }

  /** What is frozen already may be made for this state alone. */
  #freezeDeep(tree: unknown): void {
    this.#made += isOrdinary(freezeDeep(tree)) ? slotsOf(tree) : this.refuse()
  }

  #seal(raw: object, isOwn: boolean): void {
    this.#drafts.delete(raw)
    if (raw instanceof Map || raw instanceof Set) this.#sealMembers(raw, isOwn)
    else if (Array.isArray(raw) || isPlainObject(raw)) this.#sealSlots(raw as Record<string, unknown>, isOwn)
    else this.refuse()
  }

  #sealSlots(raw: Record<string, unknown>, isOwn: boolean): void {
    let count = 0
    for (const key in raw) {
      const value = raw[key]
      count += 1
      if (!isOwn) this.#made += 1 + slotsOfText(value)
      if (!isObject(value)) continue
      const settled = this.#settled(value, isOwn)
      if (settled !== value) raw[key] = settled
    }
    if (!isOwn && !hasOnlySlots(raw, count)) this.refuse()
    Object.freeze(raw)
  }

  #sealMembers(raw: Map<unknown, unknown> | Set<unknown>, isOwn: boolean): void {
    for (const [key, value] of raw.entries()) {
      if (isObject(key) && rawOf(key) !== key) this.refuse()
      this.#freezeDeep(key)
      if (!isOwn) this.#made += 1
      if (!isObject(value) || raw instanceof Set) continue
      const settled = this.#settled(value, isOwn)
      if (settled !== value) raw.set(key, settled)
    }
    freezeShallow(raw)
  }
}

function freezeShallow(raw: object): void {
  if (raw instanceof Map || raw instanceof Set) freeze(raw)
  else Object.freeze(raw)
}

function put(container: object, key: unknown, value: object): void {
  if (container instanceof Map) container.set(key, value)
  else (container as Record<string, unknown>)[key as string] = value
}

function isPlaceInArray(key: string): boolean {
  return key === 'length' || !Number.isNaN(Number.parseInt(key, 10))
}
