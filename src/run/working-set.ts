import { isObject } from '../json.js'
import { IMMER_STATE, type Owner, RAW } from './raw.js'

/** A Set of a working copy, as recipes see it. Objects in it are immer's business. */
export class WorkingSet extends Set<unknown> {
  readonly #raw: Set<unknown>
  readonly #owner: Owner

  constructor(owner: Owner, raw: Set<unknown>) {
    super()
    this.#owner = owner
    this.#raw = raw
    for (const member of raw) if (isObject(member)) owner.refuse()
  }

  get [RAW](): Set<unknown> {
    return this.#raw
  }

  get [IMMER_STATE](): never {
    return this.#owner.refuse()
  }

  override get size(): number {
    return this.#raw.size
  }

  override has(member: unknown): boolean {
    return this.#raw.has(member)
  }

  override add(member: unknown): this {
    if (isObject(member) || typeof member === 'function') this.#owner.refuse()
    if (!this.has(member)) this.#owner.changing(this.#raw, undefined, undefined, undefined)
    this.#raw.add(member)
    return this
  }

  override delete(member: unknown): boolean {
    if (this.has(member)) this.#owner.changing(this.#raw, undefined, undefined, null)
    return this.#raw.delete(member)
  }

  override clear(): void {
    if (this.size > 0) this.#owner.changing(this.#raw, undefined, undefined, null)
    this.#raw.clear()
  }

  override keys(): SetIterator<unknown> {
    return this.#raw.keys()
  }

  override values(): SetIterator<unknown> {
    return this.#raw.values()
  }

  override entries(): SetIterator<[unknown, unknown]> {
    return this.#raw.entries()
  }

  override [Symbol.iterator](): SetIterator<unknown> {
    return this.values()
  }

  override forEach(visit: (value: unknown, key: unknown, set: Set<unknown>) => void, thisArg?: unknown): void {
    for (const member of this.#raw) visit.call(thisArg, member, member, this)
  }
}
