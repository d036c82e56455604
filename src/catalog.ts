import { z } from 'zod'
import { didYouMean, invalidArgument } from './argument.js'
import { TimelineError, quote } from './error.js'

/** The types of events: for each a zod schema (synchronous) of its data. */
export type Catalog = { readonly [type: string]: z.ZodType }

/** Any type, data unchecked. */
export type AnyCatalog = { readonly [type: string]: z.ZodUnknown }

/** The event type that only withdraws another event. Every log knows it; no catalog defines it. */
export const RETRACTED = 'retracted'

const ISSUES_SHOWN_MAX = 10

type Kept = { readonly id: string; readonly type: string; readonly data?: unknown }

/**
 * The types of events a timeline takes, each with the schema of its data. Schemas are synchronous and return plain
 * data: a `Date` among it could be changed by whoever sees it, so keep dates as text. Throws `INVALID_ARGUMENT`.
 *
 *     const events = defineEvents({ 'export.halted': z.object({ by: z.string() }) })
 */
export function defineEvents<const C extends Catalog>(catalog: C): C {
  checkCatalog(catalog)
  return Object.freeze(catalog)
}

/** Throws `INVALID_ARGUMENT`. */
export function checkCatalog(catalog: Catalog): void {
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
}

/**
 * What the catalog's schema makes of an event's data. Without `strict`, a type that the catalog does not know is kept
 * unchecked. Throws `INVALID_EVENT`, `UNKNOWN_TYPE`, and `INVALID_ARGUMENT` for an asynchronous schema.
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
  const result = safeParse(schema, id, type, data)
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, ISSUES_SHOWN_MAX) // a schema may have one for each of many values
  const remedy = strict ? 'Mend the data, or the schema' : 'Let the schema take the old shape too: a union, a preprocess or a transform'
  throw new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got ${quote(data)} as the data of ${quote(type)} (${id})`,
      expected: `what its schema says: ${z.prettifyError(new z.ZodError(issues))}`,
      remedy,
    },
    { id, issues },
  )
}

function safeParse(schema: z.ZodType, id: string, type: string, data: unknown) {
  try {
    return schema.safeParse(data)
  } catch (cause) {
    if (cause instanceof z.core.$ZodAsyncError) {
      throw invalidArgument(
        `The schema of ${quote(type)} is asynchronous`,
        'a synchronous schema',
        'Make its checks and transforms synchronous',
        cause,
      )
    }
    throw schemaFailed({ id, type, data }, cause)
  }
}

/** Tells of a schema that throws, or makes of data what cannot be kept. */
export function schemaFailed({ id, type, data }: Kept, cause: unknown): TimelineError {
  return new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got ${quote(data)} as the data of ${quote(type)} (${id}), on which its schema failed: ${String(cause)}`,
      expected: 'data that its schema takes or refuses',
      remedy: 'Mend the data, and let the schema add an issue instead of throwing',
    },
    { id, type },
    cause,
  )
}
