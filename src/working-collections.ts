import { isObject } from './json.js'

/** Under this key a draft gives what it stands for. */
export const RAW = Symbol('raw')

/** By this key immer's functions, as `isDraft` and `current`, ask after its own drafts. */
export const IMMER_STATE = Symbol.for('immer-state')

/** What a draft stands for; any other value as it is. */
export function rawOf(value: unknown): unknown {
  return isObject(value) ? ((value as { [RAW]?: object })[RAW] ?? value) : value
}

/** What its collections ask of a working copy. */
type Owner = {
  see(container: object, key: unknown, value: object): object
  changing(container: object, key: unknown, value: unknown, before: unknown): void
  refuse(): never
}

/** A Map of a working copy, as recipes see it. */
export class WorkingMap extends Map<unknown, unknown> {
  readonly #raw: Map<unknown, unknown>
  readonly #copy: Owner

  constructor(copy: Owner, raw: Map<unknown, unknown>) {
    super()
    this.#copy = copy
    this.#raw = raw
  }

  get [RAW](): Map<unknown, unknown> {
    return this.#raw
  }

  get [IMMER_STATE](): never {
    return this.#copy.refuse()
  }

  override get size(): number {
    return this.#raw.size
  }

  override has(key: unknown): boolean {
    return this.#raw.has(key)
  }

  override get(key: unknown): unknown {
    const value = this.#raw.get(key)
    return isObject(value) ? this.#copy.see(this.#raw, key, value) : value
  }

  override set(key: unknown, given: unknown): this {
    const value = rawOf(given)
    const before = this.#raw.get(key)
    if (before === value && this.#raw.has(key)) return this
    this.#copy.changing(this.#raw, key, value, before)
    this.#raw.set(key, value)
    return this
  }

  override delete(key: unknown): boolean {
    if (!this.#raw.has(key)) return false
    this.#copy.changing(this.#raw, key, undefined, null)
    return this.#raw.delete(key)
  }

  override clear(): void {
    if (this.size > 0) this.#copy.changing(this.#raw, undefined, undefined, null)
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

/** A Set of a working copy, as recipes see it. Objects in it are immer's business. */
export class WorkingSet extends Set<unknown> {
  readonly #raw: Set<unknown>
  readonly #copy: Owner

  constructor(copy: Owner, raw: Set<unknown>) {
    super()
    this.#copy = copy
    this.#raw = raw
    for (const member of raw) if (isObject(member)) copy.refuse()
  }

  get [RAW](): Set<unknown> {
    return this.#raw
  }

  get [IMMER_STATE](): never {
    return this.#copy.refuse()
  }

  override get size(): number {
    return this.#raw.size
  }

  override has(member: unknown): boolean {
    return this.#raw.has(member)
  }

  override add(member: unknown): this {
    if (isObject(member)) this.#copy.refuse()
    if (!this.has(member)) this.#copy.changing(this.#raw, undefined, undefined, undefined)
    this.#raw.add(member)
    return this
  }

  override delete(member: unknown): boolean {
    if (this.has(member)) this.#copy.changing(this.#raw, undefined, undefined, null)
    return this.#raw.delete(member)
  }

  override clear(): void {
    if (this.size > 0) this.#copy.changing(this.#raw, undefined, undefined, null)
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
