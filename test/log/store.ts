import type { Log } from 'asof'
import { collected } from './note.js'

/** A place that holds records, on which any number of logs may be opened. */
export type Store = { readonly open: () => Required<Log> }

/** The records of a log from a number on. */
export function recordsOf(log: Log, from = 1): Promise<string[]> {
  return collected(log.read(from))
}

/** The numbers from 1 to a count. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
