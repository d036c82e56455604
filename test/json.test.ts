import { TimelineError } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../src/canonical.js'
import { canonicalJson } from '../src/canonical-json.js'
import { type Json, isSameJson, toJson } from '../src/json.js'
import { memberOf, parseJson, readJson } from '../src/json-text.js'

const RUNS = { numRuns: 3000 }

const keys = fc.constantFrom('a', 'b', 'a', '__proto__', 'data', '":', '\\u0061', '')
// prettier-ignore
const oddNumbers = fc.constantFrom(
  '0', '-0', '7', '-7', '07', '1.5', '-0.25', '1.0', '1.50', '0.000001', '0.0000001', '1e3', '1e21', '1E3', '12e-1', '-0.0',
  '999999999999999', '9007199254740993', '123456789.123456', '123456789.1234567', '1234567890.1', '1e400', '5e-324',
)
const numbers = fc.oneof(oddNumbers, fc.stringMatching(/^-?[1-9]\d{14,17}$/), fc.stringMatching(/^[1-9]\d{8,10}\.\d{5,7}$/))
// prettier-ignore
const strings = fc.constantFrom(
  '', 'x', 'é', '€', '😀', '\\u0001', '\\u0008', '\\u000b', '\\u000C', '\\u000e', '\\u001f', '\\u001F', '\\u007f', '\\\\u001f', '\\"', '\\\\', '\\u0000', '\\ud800', '\\/', '\\\\/', '\\\\\\/\\/', '\\n', '\ud800', '\u2028', 'a b', ':', '":', '{', '1e3',
)
/** JSON as anyone may write it, with keys twice, odd numbers, escapes and white space here and there. */
const texts = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(numbers, fc.constantFrom('true', 'false', 'null')),
    strings.map((text) => `"${text}"`),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(keys, fc.constantFrom(':', ':', ':', ': '), tie('value')), { maxLength: 3 }).map((entries) => {
      return `{${entries.map(([key, colon, value]) => `"${key}"${colon}${value}`).join(',')}}`
    }),
  ),
})).value

test('a value is told to be plain only where its text is what JSON.stringify makes of it, and has nothing to refuse', () => {
  let count = 0
  fc.assert(
    fc.property(fc.oneof(texts, fc.json({ maxDepth: 3 })), (text) => {
      const read = attempt(() => readJson(text))
      fc.pre(typeof read === 'object' && read.json === text)
      count += 1
      expect(JSON.stringify(read.value)).toBe(text)
      expect(toJson(read.value, 'it')).toEqual(JSON.parse(text))
    }),
    { ...RUNS, maxSkipsPerRun: 1000 },
  )
  expect(count).toBe(RUNS.numRuns)
})

test('what a text says is taken or refused in the same way where it is plain and where a space keeps it from being', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.json({ maxDepth: 3 })), (text) => {
      const outcome = (written: string) => attempt(() => toJson(parseJson(written, 'it'), 'it'))
      expect(outcome(`${text} `)).toEqual(outcome(text))
    }),
    RUNS,
  )
})

test('what a text becomes is what JSON.stringify makes of its value', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.json({ maxDepth: 3 })), (text) => {
      const read = attempt(() => readJson(` ${text} `))
      fc.pre(typeof read === 'object')
      expect(read.json).toBe(JSON.stringify(read.value))
    }),
    { ...RUNS, maxSkipsPerRun: 1000 },
  )
})

test('a member of a text is what JSON.stringify makes of its value, among whatever others', () => {
  const names = fc.oneof(fc.constantFrom('data', 'a', '"data":', '\\', '{', '1'), fc.string())
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('data', '"data":0', '}', '\\', { data: 1 }, [{ data: 2 }, 'data', ':']),
  )
  fc.assert(
    fc.property(fc.dictionary(names, values), (object) => {
      expect(memberOf(JSON.stringify(object), 'data')).toBe(Object.hasOwn(object, 'data') ? JSON.stringify(object.data) : undefined)
    }),
    RUNS,
  )
})

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each([
  ['[{"a":1,"b":2},{"b":1,"a":2},{"a":3},{"b":{"a":1}}]', undefined],
  ['[{"a":1,"b":2},{"a":1,"a":2}]', 'the key "a" twice in it[1].'],
  ['{"a":{"b":0},"c":[0,{"b":0,"d":[1,2,-0]}]}', 'Got -0 in it.c[1].d[2].'],
  ['[0,[],"\\u0000"]', 'U+0000 in it[2].'],
  ['{"a":[{"__proto__":0}]}', 'a key "__proto__" in it.a[0].'],
  ['{"a":{"\\u005f_proto__":0}}', 'a key "__proto__" in it.a.'],
  ['[{"\\"":0,"\\u0022":1}]', 'the key "\\"" twice in it[0].'],
  ['{"\\u001f":0,"\\u001F":1}', 'the key "\\u001f" twice in it.'],
  ['{"a\\/b":0,"a/b":1}', 'the key "a/b" twice in it.'],
  ['{"a\\\\u0041":0,"aA":1,"\\\\":2}', undefined],
  ['{"\\"\\n":{"\\u0041":-0}}', 'Got -0 in it."\n.A.'],
  [nested(101), undefined],
  [nested(102), 'nesting deeper than 100 levels in it[0][0]'],
])('%s is taken, or the message says where it is not', (text, message) => {
  const readAll = () => [text, `${text} `].map((written) => parseJson(written, 'it'))
  if (message === undefined) expect(readAll()).toEqual([JSON.parse(text), JSON.parse(text)])
  else expect(readAll).toThrow(message)
})

/** Canonical JSON as RFC 8785 has it, one level at a time. */
function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, item]) => [JSON.stringify(key), inOrder(item), key] as const)
  entries.sort(([, , one], [, , other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, item]) => `${key}:${item}`).join()}}`
}

test('canonical text has the keys in order, in whatever order they were given, however long it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 1, max: 5000 }), (value, length) => {
      const all = { z: value, data: Array.from({ length }, (_, index) => (index % 7 === 0 ? { b: [], a: `"${index}é` } : index)), '': {} }
      expect(canonical(all)).toBe(inOrder(all))
    }),
    { numRuns: 100 },
  )
})

/** Characters of one byte, two or three, and in surrogates, some of which JSON escapes. */
const alphabets = fc.constantFrom('ab01', 'ab !"#\\/\n\u001F\u007F', 'a\0\u0001', 'ab! é\u0080ÿ', 'a é\uFFFF\u{1F600}')

/** Values whose keys are made of some characters, and begin alike where they are many. */
function valuesOf(characters: string): fc.Arbitrary<unknown> {
  const unit = fc.constantFrom(...Array.from(characters))
  const key = fc.string({ unit, maxLength: 8 })
  const names = fc.uniqueArray(key, { minLength: 60, maxLength: 200 })
  const many = fc.tuple(fc.string({ unit, maxLength: 20 }), names).map(([start, ends]) => ends.map((end) => [start + end, {}]))
  const deep = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, key, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
  })).value
  return fc.oneof(
    many.map((entries) => Object.fromEntries(entries) as object),
    deep,
  )
}

test('a text becomes the canonical text of its value, whatever its keys are made of', () => {
  fc.assert(
    fc.property(fc.oneof(alphabets.chain(valuesOf), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const json = JSON.stringify({ value, again: [value, 1] })
      expect(canonicalJson(json)).toBe(inOrder(JSON.parse(json)))
      expect(canonicalJson(json)).toBe(canonical(JSON.parse(json)))
    }),
    RUNS,
  )
})

test('what is dropped of an event is neither in its value nor in its text, wherever it stands and whatever it is', () => {
  const dropped = ['position', 'appendedAt']
  const fields = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'position', 'appendedAt', '\\u0070osition', 'appended\\u0041t'),
      fc.oneof(
        fc.json({ maxDepth: 3 }),
        numbers.filter((number) => !/^-?0\d/.test(number)),
      ),
    ),
    { selector: ([name]) => JSON.parse(`"${name}"`) as string },
  )
  const space = fc.constantFrom('', '', ' ', '\n ')
  fc.assert(
    fc.property(fields, space, fc.constantFrom(0, 20_000), (all, gap, length) => {
      const textOf = (some: typeof all) =>
        `{${gap}${some.map(([name, value]) => `"${name}"${gap}:${value}`).join(`${gap},${gap}`)}${gap}}${' '.repeat(length)}`
      const kept = all.filter(([name]) => !dropped.includes(JSON.parse(`"${name}"`) as string))
      const outcome = attempt(() => readJson(textOf(all), undefined, dropped))
      expect(outcome).toEqual(attempt(() => readJson(textOf(kept))))
    }),
    RUNS,
  )
})

test('what is dropped is refused where it has a key twice, or nests too deep', () => {
  for (const [value, message] of [
    ['{"a":1,"\\u0061":2}', 'the key "a" twice in position'],
    [nested(101), 'nesting deeper than 100 levels in position'],
  ])
    expect(() => readJson(`{"position":${value}}`, undefined, ['position'])).toThrow(message)
})

test.each([
  '{"id":"e1","type":"noted","subject":"s/1","occurredAt":"2025-04","source":"https://example.org/é","data":{"n":12.5,"list":[],"of":{}}}',
  '[0,-1,999999999999999,true,false,null,"",[[]],{}]',
])('%s is plain', (text) => {
  expect(readJson(text)).toEqual({ value: JSON.parse(text), json: text })
})

test('a long text is none the less read', () => {
  const list = Array.from({ length: 1e6 }, (_, index) => index)
  expect(readJson(JSON.stringify(list)).value).toEqual(list)
})

test('a value is the same as JSON only in the order of its keys, and to the last of them', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, other) => {
      expect(isSameJson(one, structuredClone(one) as Json)).toBe(true)
      expect(isSameJson(one, other as Json)).toBe(JSON.stringify(one) === JSON.stringify(other) && !hasMinusZero(one, other))
    }),
    RUNS,
  )
})

function hasMinusZero(one: unknown, other: unknown): boolean {
  if (typeof one === 'number') return !Object.is(one, other)
  if (typeof one !== 'object' || one === null) return false
  return Object.entries(one).some(([key, item]) => hasMinusZero(item, (other as Record<string, unknown>)[key]))
}

/** What work returns, or the code that it is refused with. */
function attempt<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    return error instanceof TimelineError ? error.code : (error as Error).name
  }
}
