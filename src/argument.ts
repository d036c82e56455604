import { closestMatch } from 'leven'
import { TimelineError, quote } from './error.js'

/** Refuses options that nobody reads: a misspelt `reported` would answer another question. Throws `INVALID_ARGUMENT`. */
export function checkOptions(call: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument(`Got ${quote(options)} as the options of ${call}`, `an object with some of ${names.join(', ')}`, 'Pass an object')
  }
  // each question comes by here: a list of its keys would be garbage
  for (const name in options) if (Object.hasOwn(options, name) && !names.includes(name)) refuse(call, name, names)
}

function refuse(call: string, unknown: string, names: readonly string[]): never {
  throw invalidArgument(
    `Got the option ${quote(unknown)} for ${call}`,
    `one of ${names.join(', ')}`,
    `${didYouMean(unknown, names)}Correct the name or leave it out`,
  )
}

export function invalidArgument(arrived: string, expected: string, remedy: string, cause?: unknown): TimelineError {
  return new TimelineError('INVALID_ARGUMENT', { arrived, expected, remedy }, {}, cause)
}

/** The name among those that is likely meant, as a remedy begins; empty where none is near. */
export function didYouMean(name: string, names: readonly string[]): string {
  const nearest = closestMatch(name, names, { maxDistance: Math.max(2, Math.floor(name.length / 3)) })
  return nearest === undefined ? '' : `Did you mean ${quote(nearest)}? `
}
