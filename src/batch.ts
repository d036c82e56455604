import type { Call, Outcome } from './call.js'
import { TimelineError } from './error.js'
import type { Entry, ReadFresh } from './event.js'
import type { Ledger } from './ledger.js'
import type { EventTexts } from './log/record.js'

/**
 * Calls that share a commit, what becomes of each, and what they append, in order. Each is validated on the ledger, to
 * which it adds its events; a refused one adds nothing.
 */
export class Batch implements EventTexts {
  readonly calls: Call[] = []
  readonly outcomes: Outcome[] = []
  readonly entries: Entry[] = []
  /** The JSON of each entry's event. */
  readonly texts: string[] = []
  readonly ledger: Ledger
  readonly #first: number // the position of the first event
  readonly #read: ReadFresh
  readonly #bytesMax: number
  #bytes = 0

  /** `bytesMax` is how many bytes of events a record takes, with a comma for each. */
  constructor(ledger: Ledger, read: ReadFresh, bytesMax: number) {
    this.ledger = ledger
    this.#first = ledger.position + 1
    this.#read = read
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Takes a call, unless there is no room left for what it appends; returns whether it did. */
  take(call: Call): boolean {
    try {
      const admitted = this.ledger.admit(call.givens, this.#read, call.after)
      if (call.isAnswered) for (const position of admitted.positions) if (position < this.#first) this.ledger.at(position)
      if (!this.#write(admitted.fresh, call.text)) return false
      this.ledger.addUnasked(admitted.fresh)
      this.outcomes.push({ admitted })
    } catch (error) {
      this.outcomes.push({ error })
    }
    this.calls.push(call)
    return true
  }

  /** Writes the events of a call, as far as they all fit; returns whether they do. Throws `TOO_LARGE` where no record has room for them. */
  #write(entries: readonly Entry[], text: string | undefined): boolean {
    const { length } = this.texts
    let bytes = 0
    for (const { given } of entries) {
      const json = text ?? JSON.stringify(given)
      bytes += Buffer.byteLength(json) + 1
      this.texts.push(json)
    }
    if (this.#bytes + bytes > this.#bytesMax) {
      this.texts.length = length
      if (bytes > this.#bytesMax) throw tooLarge(entries.length, bytes - 1, this.#bytesMax - 1)
      return false
    }
    this.#bytes += bytes
    for (const entry of entries) this.entries.push(entry)
    return true
  }
}

function tooLarge(events: number, bytes: number, bytesMax: number): TimelineError {
  return new TimelineError(
    'TOO_LARGE',
    {
      arrived: `Got ${events} ${events === 1 ? 'event' : 'events'} of ${bytes} bytes to append at once`,
      expected: `at most ${bytesMax} bytes`,
      remedy: `${events === 1 ? 'Keep' : 'Append them in several calls, and keep'} large documents elsewhere, named in \`data\``,
    },
    { bytes, bytesMax },
  )
}
