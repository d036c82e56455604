import type { Given } from './event.js'
import type { Admitted } from './ledger.js'

/** What became of a call. */
export type Outcome = { readonly admitted: Admitted } | { readonly error: unknown }

/** An event to be appended on its own, and its JSON where that is at hand. */
export type Lone = { readonly given: Given; readonly text?: string | undefined }

/** Events to be appended all or nothing, and who is told what became of them. */
export type Call = {
  readonly givens: readonly Given[]
  readonly after: number | undefined
  /** Whether it is answered with the events, so that those which are there already must be such as can be read. */
  readonly isAnswered: boolean
  /** The JSON of its only event, where it is at hand. */
  readonly text?: string | undefined
  /** Its number among those of `settle`. */
  readonly index: number
  readonly settle: (outcome: Outcome, index: number) => void
}
