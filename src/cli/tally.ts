import type { Ingested, Rejected } from '../ingest/ingest.js'

/** A line that was refused, and the file that it is of. */
type FileRejected = Rejected & { readonly file: string }

/** What became of the lines of several files, so far. */
export type Tally = { readonly appended: number; readonly duplicates: number; readonly rejected: readonly FileRejected[] }

export const NOTHING: Tally = { appended: 0, duplicates: 0, rejected: [] }

/** With what became of one more file's lines, in the order of their numbers. */
export function plus(tally: Tally, file: string, { appended, duplicates, rejected }: Ingested): Tally {
  const refused = rejected.toSorted((one, other) => one.line - other.line).map((one) => ({ file, ...one }))
  return {
    appended: tally.appended + appended,
    duplicates: tally.duplicates + duplicates,
    rejected: [...tally.rejected, ...refused],
  }
}
