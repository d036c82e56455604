import { AssertionError } from 'node:assert'
import { invalidArgument } from '../argument.js'
import { canonical, canonicalState } from '../canonical.js'
import { type TimelineError, quote } from '../error.js'
import type { EventInput, Optional } from '../event.js'
import type { Coordinates } from '../history.js'
import { coordinatesOf } from '../options.js'
import { type Keyed, type Projection, type Single, checkProjection, keyFor } from '../projection.js'
import type { View } from '../view.js'
import type { DateLike } from '../when.js'
import { ALL_TIME, viewOf } from './view-of.js'

type Inputs = EventInput | readonly EventInput[]

/** A story of a projection: what was reported, and what follows from it. */
export type Story<Expected extends readonly unknown[]> = {
  /** These are reported too, after the others. */
  when(inputs: Inputs): Story<Expected>
  /** As of when the state is asked for; all that is known of all time, unless said. */
  asOf(date: DateLike, options?: Optional<{ reported: DateLike; imprecise: 'latest' | 'earliest' }>): Story<Expected>
  /** Ends the story. Throws an `AssertionError` with the difference where the state is another, and as `view.get` does. */
  then(...expected: Expected): void
}

/**
 * Tells a story of a projection, in memory and for any test runner: given these events, when these come, then that is
 * the state. The projection's own catalog checks the events; one without `reportedAt` counts as reported when it is asked
 * for. Throws as `view.with` does.
 *
 *     given(exportStatus, halted).when(resumed).then('chip/h20', { status: 'resuming', since: '2025-07-15' })
 */
export function given<S>(projection: Keyed<S>, inputs: Inputs): Story<[key: string, state: S]>
export function given<S>(projection: Single<S>, inputs: Inputs): Story<[state: S]>
export function given(projection: Projection, inputs: Inputs): Story<unknown[]> {
  checkProjection(projection)
  return tell(projection, [inputs].flat(), ALL_TIME)
}

function tell(projection: Projection, inputs: readonly EventInput[], at: Coordinates): Story<unknown[]> {
  return {
    when: (more) => tell(projection, [...inputs, ...[more].flat()], at),
    asOf: (date, options = {}) => tell(projection, inputs, coordinatesOf(date, options, 0, Date.now)),
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the field; who awaits a story is told
    then: (...expected) => check(projection, viewOf(inputs, projection.events, at), expected),
  }
}

function check(projection: Projection, view: View, expected: readonly unknown[]): void {
  if (expected.length !== (projection.keyed ? 2 : 1) || expected.some((one) => typeof one === 'function')) throw notTold(projection)
  const key = keyFor(projection, projection.keyed ? (expected[0] as string) : undefined)
  const actual: unknown = projection.keyed ? view.get(projection, key) : view.get(projection)
  const state = expected.at(-1)
  if (canonicalState(projection.name, actual) !== canonical(state))
    throw new AssertionError({ actual, expected: state, operator: 'deepStrictEqual', stackStartFn: check })
}

/** Whoever awaits a story, which has a `then`, calls that with two functions. */
function notTold({ name, keyed }: Projection): TimelineError {
  const expected = keyed ? 'the key and its state' : 'the state'
  return invalidArgument(
    `Got something else at the end of the story of ${quote(name)}`,
    expected,
    'End it with then(…), and do not await it',
  )
}
