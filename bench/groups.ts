import type { Case } from './case.js'
import { asOf } from './cases/as-of.js'
import { flushes } from './cases/flushes.js'
import { hot, hotAnyLateness } from './cases/hot.js'
import { ingest } from './cases/ingest.js'
import { hotLate, late } from './cases/late.js'
import { lateness } from './cases/lateness.js'
import { memory } from './cases/memory.js'
import { open } from './cases/open.js'
import { peers } from './cases/peers.js'
import { replay } from './cases/replay.js'
import { replayPeers } from './cases/replay-peers.js'
import { single } from './cases/single.js'
import { states } from './cases/states.js'
import { steps } from './cases/steps.js'

/**
 * The cases by name. Those of a group share a process and its data sets; what adds to a data set comes last.
 */
export const GROUPS: readonly Readonly<Record<string, Case>>[] = [
  { 'as-of': asOf, peers, single, late },
  { states, replay, 'replay-peers': replayPeers },
  { lateness },
  { hot, 'hot-late': hotLate },
  { 'hot-any-lateness': hotAnyLateness },
  { steps },
  { ingest, open, flushes },
  { memory },
]

/** The names of the cases. */
export const NAMES: readonly string[] = GROUPS.flatMap((group) => Object.keys(group))
