import { TimelineError } from './error.js'
import type { Given } from './event.js'
import type { Admitted, Ledger, Read } from './ledger.js'

/** What became of a call. */
export type Outcome = { readonly admitted: Admitted } | { readonly error: unknown }

/** An event to be appended on its own, and its JSON where that is at hand. */
export type Lone = { readonly given: Given; readonly text?: string | undefined }

/** Events to be appended all or nothing, and who is told what became of them. */
export type Call = {
  readonly givens: readonly Given[]
  readonly after: number | undefined
  /** The JSON of its only event, where it is at hand. */
  readonly text?: string | undefined
  /** Its number among those of `settle`. */
  readonly index: number
  readonly settle: (outcome: Outcome, index: number) => void
}

/** What a call appends: its new events, the JSON of each, and how many bytes that takes in a record. */
type Staged = { readonly admitted: Admitted; readonly texts: readonly string[]; readonly bytes: number }

/** What one call appends after a ledger. Throws as `append` does, `TOO_LARGE` when no record holds it. */
export function stage(
  ledger: Ledger,
  { givens, after, text }: Pick<Call, 'givens' | 'after' | 'text'>,
  bytesMax: number,
  read: Read,
): Staged {
  const admitted = ledger.admit(givens, read, after)
  const texts = admitted.fresh.map((entry) => text ?? JSON.stringify(entry.given))
  let bytes = 0
  for (const json of texts) bytes += Buffer.byteLength(json) + 1 // a comma each
  if (bytes <= bytesMax) return { admitted, texts, bytes }
  throw new TimelineError(
    'TOO_LARGE',
    {
      arrived: `Got ${texts.length} ${texts.length === 1 ? 'event' : 'events'} of ${bytes - 1} bytes to append at once`,
      expected: `at most ${bytesMax - 1} bytes`,
      remedy: 'Append them in several calls, and keep large documents elsewhere, named in `data`',
    },
    { bytes, bytesMax },
  )
}
