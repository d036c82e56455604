import { z } from 'zod'
import { didYouMean, invalidArgument } from './argument.js'
import { TimelineError, quote } from './error.js'

/** The types of events: for each a zod schema (synchronous) of its data. */
export type Catalog = { readonly [type: string]: z.ZodType }

/** Any type, data unchecked. */
export type AnyCatalog = { readonly [type: string]: z.ZodUnknown }

/** The event type that only withdraws another event. Every log knows it; no catalog defines it. */
export const RETRACTED = 'retracted'

type Kept = { readonly id: string; readonly type: string; readonly data?: unknown }

/**
 * The types of events a timeline takes, each with the schema of its data. Throws `INVALID_ARGUMENT`.
 *
 *     const events = defineEvents({ 'export.halted': z.object({ by: z.string() }) })
 */
export function defineEvents<const C extends Catalog>(catalog: C): C {
  if (typeof catalog !== 'object' || catalog === null || Array.isArray(catalog))
    throw invalidArgument(`Got ${quote(catalog)} as a catalog`, 'an object with a schema for each type', 'Write { type: schema }')
  for (const [type, schema] of Object.entries(catalog)) {
    if (type === RETRACTED || type === '' || type === '__proto__') {
      throw invalidArgument(
        `Got the event type ${quote(type)}`,
        'a name that is not empty and not "retracted" or "__proto__"',
        'Rename the type; "retracted" is there already',
      )
    }
    if (!(schema instanceof z.ZodType)) {
      throw invalidArgument(
        `Got ${quote(schema)} for the event type ${quote(type)}`,
        'a zod 4 schema for its data',
        'Write, for example, z.object({ by: z.string() })',
      )
    }
  }
  return Object.freeze(catalog)
}

/**
 * What the catalog's schema makes of an event's data. Without `strict`, a type that the catalog does not know is kept
 * unchecked. Throws `INVALID_EVENT`, `UNKNOWN_TYPE`, and `INVALID_ARGUMENT` for a schema that throws.
 */
export function parseData(catalog: Catalog | undefined, { id, type, data }: Kept, strict: boolean): unknown {
  if (catalog === undefined || type === RETRACTED) return data
  const schema = Object.hasOwn(catalog, type) ? catalog[type] : undefined
  if (schema === undefined) {
    if (!strict) return data
    const types = Object.keys(catalog)
    throw new TimelineError(
      'UNKNOWN_TYPE',
      {
        arrived: `Got the event type ${quote(type)}`,
        expected: `one of the catalog: ${types.join(', ')}`,
        remedy: `${didYouMean(type, types)}Correct the type or define it`,
      },
      { type },
    )
  }
  const result = safeParse(schema, type, data)
  if (result.success) return result.data
  const remedy = strict ? 'Mend the data, or the schema' : 'Let the schema take the old shape too: a union, a preprocess or a transform'
  throw new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got ${quote(data)} as the data of ${quote(type)} (${id})`,
      expected: `what its schema says: ${z.prettifyError(result.error)}`,
      remedy,
    },
    { id, issues: result.error.issues },
  )
}

function safeParse(schema: z.ZodType, type: string, data: unknown) {
  try {
    return schema.safeParse(data)
  } catch (cause) {
    throw new TimelineError(
      'INVALID_ARGUMENT',
      {
        arrived: `The schema of ${quote(type)} failed: ${String(cause)}`,
        expected: 'a synchronous schema that does not throw',
        remedy: 'Make its checks and transforms synchronous, and let them add issues',
      },
      { type },
      cause,
    )
  }
}
