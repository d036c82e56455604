import fc from 'fast-check'
import { z } from 'zod'
import { invalidArgument } from '../argument.js'
import { parseData } from '../catalog.js'
import { TimelineError, quote } from '../error.js'
import { toJson } from '../json.js'
import { arbitraryJson } from './arbitrary-json.js'

const SAMPLES = 200
const TAKEN_MIN = 2

/**
 * Data that an event type's schema takes: drawn from the JSON Schema of its input, and kept where it parses. Throws
 * `INVALID_ARGUMENT` where hardly any is taken.
 */
export function arbitraryData(type: string, schema: z.ZodType): fc.Arbitrary<unknown> {
  const drawn = arbitraryJson(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).map(asWritten)
  const data = fc.option(drawn, { nil: undefined, freq: SAMPLES / 10 })
  const isTaken = (one: unknown) => takes(schema, type, one)
  if (fc.sample(data, { numRuns: SAMPLES, seed: 1 }).filter(isTaken).length >= TAKEN_MIN) return data.filter(isTaken)
  throw invalidArgument(
    `The schema of ${quote(type)} refuses what is drawn for it`,
    'a schema whose types and bounds say what it takes',
    'Pass `events` as an arbitrary of your own: arrays of events, of which those of arbitraryEvents may be a part',
  )
}

/** As JSON has it: no -0. */
function asWritten(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

/** Whether a timeline with this schema would. Throws `INVALID_ARGUMENT` where the schema is asynchronous. */
function takes(schema: z.ZodType, type: string, data: unknown): boolean {
  try {
    parseData({ [type]: schema }, { id: '', type, data: data === undefined ? undefined : toJson(data, 'data') }, true)
    return true
  } catch (error) {
    if (error instanceof TimelineError && error.code !== 'INVALID_ARGUMENT') return false
    throw error
  }
}
