import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMS, type Form, MENDABLE, brokenSources, dressedSources, outcomeOf, partsOf } from './sources.js'

const RUNS = 1000
const places = fc.array(fc.nat(), { maxLength: 12 })

test('it makes no difference where the chunks of bytes have their borders', async () => {
  const bytes = fc.tuple(dressedSources, fc.option(fc.nat(), { nil: undefined, freq: 1 })).map(([text, bad]) => {
    const good = Buffer.from(text)
    return bad === undefined
      ? good
      : Buffer.concat([good.subarray(0, bad % good.length), Buffer.of(0xff), good.subarray(bad % good.length)])
  })
  await fc.assert(
    fc.asyncProperty(bytes, places, async (whole, cuts) => {
      const { again: _, ...outcome } = await outcomeOf(whole)
      expect(await outcomeOf(partsOf(whole, cuts))).toMatchObject(outcome)
      expect(await outcomeOf(Array.from(whole, (byte) => Uint8Array.of(byte)))).toMatchObject(outcome)
    }),
    { numRuns: RUNS },
  )
})

test('it makes no difference where the chunks of text have their borders, nor which of them are bytes', async () => {
  const texts = fc.tuple(dressedSources, fc.option(fc.nat(), { nil: undefined, freq: 1 })).map(([text, bad]) => {
    const at = (bad ?? 0) % text.length
    return bad === undefined ? text : `${text.slice(0, at)}\uD83D${text.slice(at)}`
  })
  await fc.assert(
    fc.asyncProperty(texts, places, fc.array(fc.boolean(), { minLength: 1 }), async (whole, cuts, asBytes) => {
      const { again: _, ...outcome } = await outcomeOf(whole)
      const chunks = partsOf(whole, cuts)
      expect(await outcomeOf(chunks)).toMatchObject(outcome)
      expect(await outcomeOf(whole.split(''))).toMatchObject(outcome)
      const mixed = chunks.map((chunk, index) =>
        asBytes[index % asBytes.length] && !/\p{Surrogate}/u.test(chunk) ? Buffer.from(chunk) : chunk,
      )
      expect(await outcomeOf(mixed)).toMatchObject(outcome)
    }),
    { numRuns: RUNS },
  )
})

test('whatever breaks in one element, all the others are taken', async () => {
  await fc.assert(
    fc.asyncProperty(brokenSources(MENDABLE), async ({ text, whole }) => {
      const { ids } = await outcomeOf(text)
      expect(ids.filter((id) => whole.includes(id))).toEqual(whole)
    }),
    { numRuns: 5 * RUNS },
  )
})

test('all that a source holds is either taken or told of', async () => {
  await fc.assert(
    fc.asyncProperty(brokenSources(Object.keys(FORMS) as Form[]), async ({ text }) => {
      const { exported, raws } = await outcomeOf(text)
      const taken = exported.map(givenText)
      const found = [...taken, ...raws].map(dense).toSorted((one, other) => other.length - one.length)
      const left = found.reduce((rest, part) => rest.replace(part, () => '|'), dense(text))
      expect(left).toMatch(/^[|[\],]*$/)
    }),
    { numRuns: 5 * RUNS },
  )
})

test('a source taken in twice appends nothing the second time, in whatever chunks it comes', async () => {
  await fc.assert(
    fc.asyncProperty(dressedSources, places, async (text, cuts) => {
      const { again, appended, duplicates, rejected } = await outcomeOf(text)
      expect(await again(partsOf(text, cuts))).toEqual({ appended: 0, duplicates: appended + duplicates, rejected })
    }),
    { numRuns: RUNS },
  )
})

/** An event's text as it was given, out of its line of an export: the log adds some fields where they are not given. */
function givenText(exported: string): string {
  const { position: _, appendedAt, reportedAt, id, ...rest } = JSON.parse(exported) as Record<string, unknown>
  const { type, subject, occurredAt, ...more } = rest
  const isGiven = String(id).length < 32 // and not a hash of the content
  return JSON.stringify({ ...(isGiven && { id }), type, subject, occurredAt, ...(reportedAt !== appendedAt && { reportedAt }), ...more })
}

/** A text without any white space. */
function dense(text: string): string {
  return text.replaceAll(/\s/g, '')
}
