import fc from 'fast-check'
import type { z } from 'zod'
import { isPlainObject } from '../json.js'
import { LETTER, arbitraryText } from './arbitrary-text.js'

type Schema = z.core.JSONSchema.JSONSchema
type Subschema = Schema | boolean
type Tie = (ref: string) => fc.Arbitrary<unknown>

/** Parts of one object, or the first of what has no parts, which the schema takes where it fits the others. */
function together(parts: readonly unknown[]): unknown {
  return parts.every(isPlainObject) ? (Object.assign({}, ...parts) as unknown) : parts[0]
}

/** Shared by all that nests, so that what is recursive ends: deep down, the first choice is taken, which nests least. */
const NESTING = { depthIdentifier: 'json', maxDepth: 5 }
const ITEMS_MAX = 4
const ANYTHING = fc.jsonValue({ maxDepth: 1, stringUnit: LETTER })

/** What a JSON Schema, as zod writes it, allows; more than that where it says what cannot be drawn from, such as `not`. */
export function arbitraryJson(schema: Schema): fc.Arbitrary<unknown> {
  const named = Object.entries(schema.$defs ?? {}).map(([name, definition]) => [`#/$defs/${name}`, definition] as const)
  const all = fc.letrec((tie) => Object.fromEntries([['#', schema] as const, ...named].map(([ref, one]) => [ref, drawn(one, tie)])))
  return all['#']!
}

function drawn(schema: Subschema, tie: Tie): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return ANYTHING
  const { $ref, const: constant, enum: members, type, allOf, anyOf, oneOf } = schema
  if ($ref !== undefined) return tie($ref)
  if (constant !== undefined) return fc.constant(constant)
  if (members !== undefined) return fc.constantFrom(...members)
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => drawn({ ...schema, type: one }, tie)))
  if (type !== undefined) return typed({ ...schema, type }, tie)
  const branches = anyOf ?? oneOf
  if (branches !== undefined) return fc.oneof(NESTING, ...flatFirst(branches).map((branch) => drawn(branch, tie)))
  if (allOf !== undefined) return fc.tuple(...allOf.map((part) => drawn(part, tie))).map(together)
  return ANYTHING
}

function flatFirst(branches: readonly Schema[]): readonly Schema[] {
  const nests = (branch: Schema) => (JSON.stringify(branch).includes('"$ref"') ? 1 : 0)
  return branches.toSorted((one, other) => nests(one) - nests(other))
}

function typed(schema: Schema, tie: Tie): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object':
      return object(schema, tie)
    case 'array':
      return array(schema, tie)
    case 'string':
      return arbitraryText(schema)
    case 'number':
      return number(schema)
    case 'integer':
      return integer(schema)
    case 'boolean':
      return fc.boolean()
    default:
      return fc.constant(null)
  }
}

function object({ properties = {}, required = [], additionalProperties, propertyNames = {} }: Schema, tie: Tie): fc.Arbitrary<object> {
  const isOpen = typeof additionalProperties === 'object'
  const unnamed = isOpen ? required.filter((name) => !Object.hasOwn(properties, name)) : []
  const schemas = { ...Object.fromEntries(unnamed.map((name) => [name, additionalProperties])), ...properties }
  const named = Object.fromEntries(Object.entries(schemas).map(([name, property]) => [name, drawn(property!, tie)]))
  const requiredKeys = Object.keys(named).filter((name) => required.includes(name))
  const sparse = fc.record(Object.fromEntries(requiredKeys.map((name) => [name, named[name]!])))
  if (!isOpen) return leastFirst(sparse, fc.record(named, { requiredKeys }))
  const names = drawn({ type: 'string', ...(propertyNames as Schema) }, tie) as fc.Arbitrary<string>
  const others = fc.dictionary(names, drawn(additionalProperties, tie), { maxKeys: ITEMS_MAX, noNullPrototype: true })
  return leastFirst(
    sparse,
    fc.tuple(others, fc.record(named, { requiredKeys })).map((parts): object => Object.assign({}, ...parts)),
  )
}

function array({ prefixItems = [], items = prefixItems.length === 0, minItems = 0, maxItems }: Schema, tie: Tie): fc.Arbitrary<unknown[]> {
  const first = fc.tuple(...prefixItems.map((item) => drawn(item, tie)))
  if (items === false || Array.isArray(items)) return first
  const minLength = Math.max(0, minItems - prefixItems.length)
  const maxLength = Math.min((maxItems ?? Infinity) - prefixItems.length, minLength + ITEMS_MAX)
  const item = drawn(items, tie)
  const rest = leastFirst(fc.array(item, { minLength, maxLength: minLength }), fc.array(item, { minLength, maxLength }))
  return fc.tuple(first, rest).map((parts) => parts.flat(1))
}

function leastFirst<T>(least: fc.Arbitrary<T>, any: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(NESTING, least, { weight: 4, arbitrary: any })
}

function number(schema: Schema): fc.Arbitrary<number> {
  if (schema.multipleOf !== undefined) return integer(schema)
  const [min, max] = [schema.minimum ?? bound(schema.exclusiveMinimum), schema.maximum ?? bound(schema.exclusiveMaximum)]
  const [minExcluded, maxExcluded] = [schema.minimum === undefined, schema.maximum === undefined]
  const any = fc.double({
    ...(min !== undefined && { min, minExcluded }),
    ...(max !== undefined && { max, maxExcluded }),
    noNaN: true,
    noDefaultInfinity: true,
  })
  return fc.oneof(any, integer({ ...schema, minimum: min, maximum: max }))
}

/** Whole multiples within the bounds, most of them small. */
function integer({ multipleOf = 1, ...schema }: Partial<Record<keyof Schema, unknown>> & { multipleOf?: number }): fc.Arbitrary<number> {
  const lowest = Math.ceil(
    Math.max(Number.MIN_SAFE_INTEGER, bound(schema.minimum) ?? bound(schema.exclusiveMinimum) ?? -Infinity) / multipleOf,
  )
  const highest = Math.floor(
    Math.min(Number.MAX_SAFE_INTEGER, bound(schema.maximum) ?? bound(schema.exclusiveMaximum) ?? Infinity) / multipleOf,
  )
  if (lowest > highest) return fc.constant(lowest * multipleOf)
  const small = fc.integer({ min: clamp(-10_000, lowest, highest), max: clamp(10_000, lowest, highest) })
  return fc
    .oneof(
      { weight: 3, arbitrary: small },
      fc.maxSafeInteger().map((any) => clamp(any, lowest, highest)),
    )
    .map((n) => n * multipleOf)
}

function bound(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
