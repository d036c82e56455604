import { isObject } from '../json.js'

/** Under this key a draft gives what it stands for. */
export const RAW = Symbol('raw')

/** By this key immer's functions, as `isDraft` and `current`, ask after its own drafts. */
export const IMMER_STATE = Symbol.for('immer-state')

/** What a draft stands for; any other value as it is. */
export function rawOf(value: unknown): unknown {
  return isObject(value) ? ((value as { [RAW]?: object })[RAW] ?? value) : value
}

/** What the drafts of collections ask of those who made them. */
export type Owner = {
  see(container: object, key: unknown, value: object): object
  changing(container: object, key: unknown, value: unknown, before: unknown): void
  refuse(): never
}
