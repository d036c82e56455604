/** What a reducer returned, unless it is a promise: state is there at once. Throws a `TypeError`. */
export function synchronous(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return result
  Promise.resolve(result).catch(() => {}) // it will trip over the state that was taken from it: this error is the one to tell
  throw new TypeError('it returned a promise')
}

/** Keeps a promise that a reducer left in its state, for which nobody waits, from ending the process where it fails. */
export function silence(value: unknown): void {
  if (value instanceof Promise) value.catch(() => {})
}
