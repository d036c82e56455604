import { type Catalog, defineEvents, memoryLog, openTimeline } from 'asof'
import { arbitraryEvents } from 'asof/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { events as storyEvents } from '../../events/catalog.js'
import { events as crowdedEvents } from '../arbitrary.js'
import { collected } from '../log/note.js'

const RUNS = 300

type Tree = { name: string; children: Tree[] }
const tree: z.ZodType<Tree> = z.object({ name: z.string(), children: z.array(z.lazy(() => tree)) })
type List = { next?: List | undefined; or: List | number }
const list: z.ZodType<List> = z.object({
  next: z.lazy(() => list).optional(),
  or: z.union([z.lazy(() => list), z.number()]),
})

/** Schemas of every kind of which events can be made. */
const schemas: Record<string, z.ZodType> = {
  texts: z.object({
    any: z.string(),
    bounded: z.string().min(3).max(5),
    long: z.string().length(40),
    pattern: z.string().regex(/^[A-Z]{2}\d+$/),
  }),
  formats: z.object({
    email: z.email(),
    url: z.url(),
    uuid: z.uuid(),
    day: z.iso.date(),
    time: z.iso.time(),
    at: z.iso.datetime(),
    took: z.iso.duration(),
  }),
  others: z.object({
    ip: z.ipv4(),
    six: z.ipv6(),
    base: z.base64(),
    nano: z.nanoid(),
    template: z.templateLiteral(['v', z.int()]),
    begins: z.string().startsWith('ab'),
  }),
  numbers: z.object({
    any: z.number(),
    whole: z.int(),
    some: z.number().min(0).max(1),
    over: z.number().gt(5),
    under: z.int().lt(-3),
    even: z.int().multipleOf(2),
  }),
  literals: z.object({ one: z.literal('a'), some: z.literal([1, true, null]), of: z.enum(['a', 'b']), yes: z.boolean(), no: z.null() }),
  lists: z.object({
    any: z.array(z.string()),
    few: z.array(z.int()).min(2).max(3),
    pair: z.tuple([z.string(), z.int()]),
    more: z.tuple([z.string()], z.int()),
  }),
  records: z.object({
    any: z.record(z.string(), z.int()),
    all: z.record(z.enum(['a', 'b']), z.int()),
    some: z.partialRecord(z.enum(['a', 'b']), z.int()),
  }),
  objects: z.object({
    strict: z.strictObject({ a: z.int() }),
    loose: z.looseObject({ a: z.int() }),
    left: z.int().optional(),
    not: z.int().nullable(),
  }),
  unions: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), n: z.int() }), z.object({ kind: z.literal('b'), s: z.string() })]),
  both: z.intersection(z.object({ a: z.int() }), z.object({ b: z.string() })),
  defaults: z.object({ a: z.int().default(1), b: z.string().prefault('x'), c: z.int().catch(0), d: z.string().readonly().brand('d') }),
  transformed: z.object({ n: z.number() }).transform(({ n }) => ({ n, high: n > 2 })),
  piped: z.string().pipe(z.string().min(1)),
  upgraded: z.preprocess((old) => (typeof old === 'string' ? { name: old } : old), z.object({ name: z.string() })),
  refined: z.object({ from: z.int(), to: z.int() }).refine(({ from, to }) => from <= to),
  trees: tree,
  lists2: list,
  json: z.json(),
  unknown: z.unknown(),
  nothing: z.undefined(),
  maybe: z.object({ a: z.int() }).optional(),
}

describe('data of every kind of schema is drawn, and taken', () => {
  test.for(Object.entries(schemas))('%s', async ([, schema]) => {
    const catalog = defineEvents({ noted: schema })
    await everyAppend(catalog, 100)
    const texts = fc.sample(arbitraryEvents(catalog), 100).flatMap((inputs) => inputs.map(({ data }) => JSON.stringify(data)))
    expect(new Set(texts).size).toBeGreaterThan(schema instanceof z.ZodUndefined ? 0 : 10)
  })
})

test.for([
  ['a story', storyEvents],
  ['a crowd', crowdedEvents],
] as const)('every list of events can be appended in one call, exported and taken in again: %s', async ([, catalog]) => {
  await everyAppend(catalog, RUNS)
})

test('there are late, scheduled, imprecise, superseding and withdrawn events among them, and all subjects and types', () => {
  const all = fc.sample(arbitraryEvents(storyEvents), 500).flat()
  const share = (is: (input: (typeof all)[number]) => boolean) => all.filter(is).length / all.length
  expect(share(({ occurredAt, reportedAt }) => (occurredAt ?? '9') < reportedAt!)).toBeGreaterThan(0.2)
  expect(share(({ occurredAt, reportedAt }) => (occurredAt ?? '') > reportedAt!)).toBeGreaterThan(0.2)
  expect(share(({ occurredAt }) => /[?[]/.test(occurredAt ?? ''))).toBeGreaterThan(0.1)
  expect(share(({ type }) => type === 'retracted')).toBeGreaterThan(0.01)
  expect(share(({ type, supersedes }) => type !== 'retracted' && supersedes !== undefined)).toBeGreaterThan(0.05)
  expect(new Set(all.map(({ subject }) => subject)).size).toBe(3)
  expect(new Set(all.map(({ type }) => type))).toEqual(new Set([...Object.keys(storyEvents), 'retracted']))
})

test('what is left of them when a property fails is as small as can be, and can still be appended', async () => {
  const withdrawal = fc.asyncProperty(arbitraryEvents(crowdedEvents), async (inputs) => {
    await appended(crowdedEvents, inputs)
    return inputs.every(({ type }) => type !== 'retracted')
  })
  const { counterexample } = await fc.check(withdrawal, { seed: 7, numRuns: RUNS })
  expect(counterexample![0].map(({ type, supersedes }) => [type === 'retracted', supersedes])).toEqual([
    [false, undefined],
    [true, 'event-1'],
  ])
})

test('a catalog without types, and what is no catalog, are INVALID_ARGUMENT', () => {
  for (const catalog of [{}, { retracted: z.unknown() }, 7 as never])
    expect(() => arbitraryEvents(catalog)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

/** Expects a timeline to take each list that is drawn, and to give it back. */
async function everyAppend(catalog: Catalog, numRuns: number): Promise<void> {
  const taken = fc.asyncProperty(arbitraryEvents(catalog), async (inputs) => {
    const lines = await appended(catalog, inputs)
    const again = await openTimeline({ log: memoryLog(), events: catalog })
    expect(await again.ingest(lines)).toEqual({ appended: inputs.length, duplicates: 0, rejected: [] })
  })
  await fc.assert(taken, { numRuns })
}

/** What a new timeline exports after an append. */
async function appended(catalog: Catalog, inputs: Parameters<Awaited<ReturnType<typeof openTimeline>>['append']>[0]): Promise<string[]> {
  const timeline = await openTimeline({ events: catalog })
  await timeline.append(inputs)
  return collected(timeline.export())
}
