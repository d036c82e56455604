import fc from 'fast-check'
import { z } from 'zod'
import { checkOptions, invalidArgument } from '../argument.js'
import type { Catalog } from '../catalog.js'
import { TimelineError, quote } from '../error.js'
import type { EventInput, Optional, TimelineEvent } from '../event.js'
import type { Projection } from '../projection.js'
import { accountOf, isFailure } from './account.js'
import { arbitraryEvents } from './arbitrary-events.js'
import { importProjection } from './import-projection.js'
import { OtherProcess } from './other-process.js'
import { viewOf } from './view-of.js'

const RUNS = 100
const TYPES = ['opened', 'noted', 'closed']

const NOTHING_OUTSIDE = 'Draw no random numbers, keep nothing outside of the state, and compare values instead of objects'
const NOTHING_AROUND = 'Read no clock and no environment: take dates from the event, and name the time zone and the language'

type Options = Optional<{ events: Catalog | fc.Arbitrary<readonly EventInput[]>; runs: number }>

/** A projection here, and the same elsewhere. */
type Pair = { readonly projection: Projection; readonly catalog: Catalog | undefined; readonly elsewhere: OtherProcess }

/** What folding in another way comes to, and what to do where that is something else. */
type Way = { readonly how: string; readonly outcomes: readonly string[]; readonly remedy: string }

/**
 * Expects a projection to be pure, as replay needs it: whatever the events, folding them one recipe an event and in one
 * run, twice here and once in a process with another clock, time zone, language and environment, comes to the same states.
 * The module is imported from its URL, here and there; TypeScript is taken too. `events` is a catalog in place of the
 * projection's own, or an arbitrary of events to append; `runs` is how many lists of them are tried, 100 unless given.
 * Throws `REDUCER_FAILED`, with the fewest `events` found to show it and the first `type` after which the states differ
 * among the details, and `INVALID_ARGUMENT`.
 *
 *     await expectDeterministic(import.meta.resolve('./export-status.ts'), 'exportStatus')
 */
export async function expectDeterministic(moduleUrl: string | URL, exportName: string, options: Options = {}): Promise<void> {
  checkOptions('expectDeterministic', options, ['events', 'runs'])
  const { events, runs = RUNS } = options
  if (!Number.isInteger(runs) || runs < 1) throw invalidArgument(`Got ${quote(runs)} as \`runs\``, 'a whole number from 1', 'Leave it out')
  const projection = await importProjection(String(moduleUrl), exportName)
  const catalog = isArbitrary(events) ? projection.events : (events ?? projection.events)
  const inputs = isArbitrary(events) ? events : arbitraryEvents(catalog ?? anyDataFor(projection.types))
  const elsewhere = await OtherProcess.start(String(moduleUrl), exportName)
  let folded = 0
  try {
    const pair = { projection, catalog, elsewhere }
    const compared = fc.asyncProperty(inputs, (drawn) => {
      folded += drawn.length
      return compare(pair, drawn)
    })
    const { errorInstance, counterexample } = await fc.check(compared, { numRuns: runs })
    if (errorInstance !== null) throw await simplest(pair, counterexample[0], errorInstance)
    if (folded === 0) throw invalidArgument('Got no event to fold in any run', 'an arbitrary of events', 'Have it make some')
  } finally {
    elsewhere.stop()
  }
}

function isArbitrary(events: Options['events']): events is fc.Arbitrary<readonly EventInput[]> {
  return events !== undefined && typeof (events as Partial<fc.Arbitrary<unknown>>).generate === 'function'
}

/** Without a catalog data may be anything; here it is an object, in which a handler may look for what is not there. */
function anyDataFor(types: readonly string[]): Catalog {
  return Object.fromEntries((types.length === 0 ? TYPES : types).map((type) => [type, z.record(z.string(), z.json())]))
}

/** The failure with none of the events that it does without: shrinking leaves some of them in between. */
async function simplest(pair: Pair, inputs: readonly EventInput[], failure: unknown): Promise<unknown> {
  for (const input of inputs) {
    const others = without(input, inputs)
    const error: unknown = await compare(pair, others).catch((reason: unknown) => reason)
    if (error instanceof TimelineError && error.code === 'REDUCER_FAILED') return simplest(pair, others, error)
  }
  return failure
}

/** The other events; what superseded this one is an event of its own. */
function without(input: EventInput, inputs: readonly EventInput[]): EventInput[] {
  const others = inputs.filter((one) => one !== input)
  return others.map((one) =>
    input.id !== undefined && one.supersedes === input.id ? ({ ...one, supersedes: undefined } as EventInput) : one,
  )
}

/** Folds the same events in every way. Throws `REDUCER_FAILED` where one fails, or comes to something else. */
async function compare({ projection, catalog, elsewhere }: Pair, inputs: readonly EventInput[]): Promise<void> {
  const events = viewOf(inputs, catalog).events()
  const { each, amongOthers, inOneRun, inOneDraft } = accountOf(projection, events)
  const errand = catalog === projection.events ? { inputs } : { events }
  const failed = each.findIndex(isFailure)
  if (failed !== -1) throw impure(projection, inputs, events[failed - 1], each[failed]!, 'Mend it, or pass `events` that it is made for')
  const ways: Way[] = [
    { how: 'a second time', outcomes: accountOf(projection, events).each, remedy: NOTHING_OUTSIDE },
    { how: 'from equal events', outcomes: accountOf(projection, viewOf(inputs, catalog).events()).each, remedy: NOTHING_OUTSIDE },
    { how: 'among others', outcomes: amongOthers, remedy: NOTHING_OUTSIDE },
    { how: 'in one run', outcomes: inOneRun, remedy: 'Compare values instead of objects, and do not ask whether a state is a draft' },
    { how: 'in one draft', outcomes: inOneDraft, remedy: 'Store a copy where one object is to stand in a second place' },
    { how: 'in another process', outcomes: (await elsewhere.account(projection.name, errand)).each, remedy: NOTHING_AROUND },
  ]
  for (const { how, outcomes, remedy } of ways) {
    const at = each.findIndex((outcome, count) => outcome !== outcomes[count])
    if (at !== -1) throw impure(projection, inputs, events[at - 1], `comes to another state when it is folded ${how}`, remedy)
  }
}

function impure(
  { name }: Projection,
  inputs: readonly EventInput[],
  event: TimelineEvent | undefined,
  fault: string,
  remedy: string,
): TimelineError {
  const where = event === undefined ? 'before any event' : `after an event of the type ${quote(event.type)}`
  const parts = {
    arrived: `The projection ${quote(name)} ${fault}, first ${where}`,
    expected: 'the same state whenever and wherever the same events are folded',
    remedy: `${remedy}. It shows with these events: ${JSON.stringify(inputs)}`,
  }
  return new TimelineError('REDUCER_FAILED', parts, { projection: name, type: event?.type, events: inputs })
}
