import type { Catalog } from './catalog.js'
import { Chain } from './chain.js'
import { TimelineError, quote } from './error.js'
import { readerOf } from './commit.js'
import { stampOf } from './event.js'
import type { Log } from './log/log.js'

/** What a log holds: how many commits and events, and its head, the hash of the last record, which seals all before it. */
export type Verified = { readonly commits: number; readonly events: number; readonly head: string }

/**
 * Reads a log from its beginning: the chain, the positions, and each event's dates and data. `known` is a chain that was
 * read or written before, which the log must contain. Throws `LOG_CORRUPT`, and as `readerOf` tells.
 */
export async function verify(log: Log, catalog: Catalog | undefined, known: Chain, expectHead = known.head): Promise<Verified> {
  const chain = new Chain()
  const read = readerOf(catalog)
  const [knownNext, knownHead] = [known.next.seq, known.head] // which may go on meanwhile
  let found = expectHead === ''
  for await (const record of log.read(1)) {
    const { position, appendedAt, events } = chain.read(record)
    const stamp = stampOf(appendedAt)
    events.forEach((given, index) => read(given, position + index, stamp))
    found ||= chain.head === expectHead
    if (chain.next.seq === knownNext && chain.head !== knownHead) throw rewritten(knownNext - 1, chain.head)
  }
  const { seq, position } = chain.next
  if (seq < knownNext) throw missing(knownHead, seq - 1, chain.head)
  if (!found) throw missing(expectHead, seq - 1, chain.head)
  return { commits: seq - 1, events: position - 1, head: chain.head }
}

function rewritten(record: number, hash: string): TimelineError {
  return new TimelineError(
    'LOG_CORRUPT',
    {
      arrived: `Record ${record} is whole, but not the one that was read before: its hash is ${hash}`,
      expected: 'a log that nothing but appends changes',
      remedy: 'Somebody wrote another history; compare it with a copy',
    },
    { record },
  )
}

function missing(hash: string, commits: number, head: string): TimelineError {
  return new TimelineError(
    'LOG_CORRUPT',
    {
      arrived: `No record has the hash ${hash}; the log ends with record ${commits}, whose hash is ${quote(head)}`,
      expected: 'a log that contains what was in it when that hash was noted',
      remedy: 'Records are missing at its end, or it is another log: restore it from a copy',
    },
    { record: commits + 1, hash },
  )
}
