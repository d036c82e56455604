import { freezeShallow } from '../freeze.js'
import { isObject, isPlainObject } from '../json.js'
import { IMMER_STATE, RAW, rawOf } from './raw.js'
import { slotsOfText } from './slots.js'
import { Stored, put, refuse } from './stored.js'
import { WorkingMap } from './working-map.js'
import { WorkingSet } from './working-set.js'

/** What recipes see of a working copy: drafts, each of which stands for a copy that nobody else has; it is itself what their proxies ask. */
export class Drafts implements ProxyHandler<object> {
  readonly #drafts = new Map<object, object>() // by what they stand for, which nobody else has
  /** What the recipe at work stores in the copies. */
  readonly stored = new Stored(this.#drafts)
  /** How many slots were copied, or set. */
  slots = 0
  /** Whether a copy was changed since somebody said that none was. */
  isChanged = false
  /** Whether a recipe did what only immer can tell, even if it caught that. */
  isRefused = false

  /** A copy of what immer would draft, one level deep. */
  copyOf(value: object): object | undefined {
    if (Object.getOwnPropertySymbols(value).length > 0) this.refuse()
    if (value instanceof Map || value instanceof Set) this.slots += value.size
    else if (Array.isArray(value)) this.slots += value.length
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
      this.slots += 1
    }
    return copy
  }

  /** What recipes see of a copy. */
  draftOf(copy: object): object {
    const draft =
      copy instanceof Map ? new WorkingMap(this, copy) : copy instanceof Set ? new WorkingSet(this, copy) : new Proxy(copy, this)
    this.#drafts.set(copy, draft)
    return draft
  }

  /** Freezes the copies, all that is not frozen yet; no draft stands for them any more. */
  freeze(): void {
    for (const copy of this.#drafts.keys()) freezeShallow(copy)
    this.#drafts.clear()
  }

  /** What a recipe sees of an object that is stored under a key: its draft where immer would make one. */
  see(container: object, key: unknown, value: object): object {
    const draft = this.#drafts.get(value)
    if (draft !== undefined) return draft
    if (!Object.isFrozen(value) || this.stored.has(container, key)) return value
    const copy = this.copyOf(value)
    if (copy === undefined) return value
    put(container, key, copy)
    return this.draftOf(copy)
  }

  /** Told of each change, before it is made, and of the value that is stored by it in place of another. */
  changing(container: object, key: unknown, value: unknown, before: unknown): void {
    if (typeof value === 'function' || typeof key === 'function') this.refuse()
    this.isChanged = true
    this.slots += (before === undefined ? 1 : 0) + slotsOfText(value)
    if (isObject(value)) this.stored.add(container, key)
  }

  /** Leaves the rest to immer. */
  refuse(): never {
    this.isRefused = true
    return refuse()
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
}

function isPlaceInArray(key: string): boolean {
  return key === 'length' || !Number.isNaN(Number.parseInt(key, 10))
}
