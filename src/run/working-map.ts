import { isObject } from '../json.js'
import { IMMER_STATE, type Owner, RAW, rawOf } from './raw.js'

/** A Map of a working copy, as recipes see it. */
export class WorkingMap extends Map<unknown, unknown> {
  readonly #raw: Map<unknown, unknown>
  readonly #owner: Owner

  constructor(owner: Owner, raw: Map<unknown, unknown>) {
    super()
    this.#owner = owner
    this.#raw = raw
  }

  get [RAW](): Map<unknown, unknown> {
    return this.#raw
  }

  get [IMMER_STATE](): never {
    return this.#owner.refuse()
  }

  override get size(): number {
    return this.#raw.size
  }

  override has(key: unknown): boolean {
    return this.#raw.has(key)
  }

  override get(key: unknown): unknown {
    const value = this.#raw.get(key)
    return isObject(value) ? this.#owner.see(this.#raw, key, value) : value
  }

  override set(key: unknown, given: unknown): this {
    const value = rawOf(given)
    const before = this.#raw.get(key)
    if (before === value && this.#raw.has(key)) return this
    this.#owner.changing(this.#raw, key, value, before)
    this.#raw.set(key, value)
    return this
  }

  override delete(key: unknown): boolean {
    if (!this.#raw.has(key)) return false
    this.#owner.changing(this.#raw, key, undefined, null)
    return this.#raw.delete(key)
  }

  override clear(): void {
    if (this.size > 0) this.#owner.changing(this.#raw, undefined, undefined, null)
    this.#raw.clear()
  }

  override keys(): MapIterator<unknown> {
    return this.#raw.keys()
  }

  override *values(): MapIterator<unknown> {
    for (const key of this.#raw.keys()) yield this.get(key)
  }

  override *entries(): MapIterator<[unknown, unknown]> {
    for (const key of this.#raw.keys()) yield [key, this.get(key)]
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries()
  }

  override forEach(visit: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(thisArg, value, key, this)
  }
}
