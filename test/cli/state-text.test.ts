import { describe, expect, test } from 'vitest'
import { changeLines, datesOf, stateLines } from '../../src/cli/state-text.js'

const NONE = new Set<string>()

describe('a state as lines', () => {
  test.for<[state: unknown, lines: string[]]>([
    [undefined, ['undefined']],
    [null, ['null']],
    [0, ['0']],
    [-1.5, ['-1.5']],
    [false, ['false']],
    ['', ['""']],
    ['halted', ['halted']],
    [{}, ['{}']],
    [[], ['[]']],
    [new Map(), ['{}']],
    [new Set(), ['[]']],
    [{ a: 1, b: null, c: undefined }, ['a: 1', 'b: null', 'c: undefined']],
    [{ a: {}, b: [], c: new Map(), d: new Set() }, ['a: {}', 'b: []', 'c: {}', 'd: []']],
    [{ a: { b: { c: 1 } } }, ['a:', '  b:', '    c: 1']],
    [
      ['x', 'y'],
      ['- x', '- y'],
    ],
    [
      ['  x', '- y'],
      ['-   x', '- - y'],
    ],
    [new Set(['x', 1]), ['- x', '- 1']],
    [
      [{ a: 1, b: 2 }, { a: 3 }],
      ['- a: 1', '  b: 2', '- a: 3'],
    ],
    [
      [[1, 2], [], [[3]]],
      ['- - 1', '  - 2', '- []', '- - - 3'],
    ],
    [[{ a: [{ b: 1 }] }], ['- a:', '    - b: 1']],
    [new Set([{ a: 1 }]), ['- a: 1']],
    [new Map([['chip/h20', { status: 'halted' }]]), ['chip/h20:', '  status: halted']],
    [
      new Map<unknown, number>([
        [1, 2],
        [null, 3],
        [[4, 'five'], 6],
        [{ b: 1, a: 2 }, 7],
      ]),
      ['1: 2', 'null: 3', '[4,"five"]: 6', '{"a":2,"b":1}: 7'],
    ],
    [
      new Map([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
      ['__proto__: 1', 'constructor: 2'],
    ],
    [Object.assign(Object.create(null) as object, { a: 1 }), ['a: 1']],
    [{ 'two\nlines': 'a\n\u009Bb' }, [String.raw`two\u000alines: a\u000a\u009bb`]],
  ])('%#: %o', ([state, lines]) => {
    expect(stateLines(state, NONE, '')).toEqual(lines)
    expect(stateLines(state, NONE)).toEqual(lines.map((line) => `  ${line}`))
  })
})

describe('a change as lines', () => {
  test.for<[before: unknown, after: unknown, lines: string[]]>([
    [1, 2, ['1 → 2']],
    [undefined, 1, ['undefined → 1']],
    [null, null, []],
    ['', 'x', ['"" → x']],
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    [{ status: 'unreported' }, { status: 'halted', since: '2025-04' }, ['status: unreported → halted', '+ since: 2025-04']],
    [{ a: 1, reason: 'x' }, { a: 1 }, ['- reason: x']],
    [{ a: 1 }, { a: { b: 2 } }, ['- a: 1', '+ a › b: 2']],
    [{ a: null }, { a: undefined }, ['a: null → undefined']],
    [{}, { a: 1 }, ['+ a: 1']],
    [{ a: 1 }, {}, ['- a: 1']],
    [{ list: [] }, { list: ['x'] }, ['+ list › 1: x']],
    [{ list: ['x'] }, { list: [] }, ['- list › 1: x']],
    [{}, { list: [] }, ['+ list: []']],
    [{ list: [] }, { list: {} }, ['list: [] → {}']],
    [[{ a: 1 }], [{ a: 1 }, { a: 2, b: [3] }], ['+ 2 › a: 2', '+ 2 › b › 1: 3']],
    [
      [1, 2, 3],
      [1, 3],
      ['2: 2 → 3', '- 3: 3'],
    ],
    [new Set(), new Set(['x']), ['+ x']],
    [new Set(['x', 'y']), new Set(['y', 'z']), ['- x', '+ z']],
    [new Set(['x', 'y']), new Set(['y', 'x']), []],
    [{ sources: new Set(['x']) }, { sources: new Set() }, ['- sources: x']],
    [new Set([{ a: 1, b: 2 }]), new Set([{ b: 2, a: 1 }, { a: 2 }]), ['+ {"a":2}']],
    [new Set([1]), new Set(['1']), ['- 1', '+ 1']],
    [new Map(), new Map([['a', { b: 1 }]]), ['+ a › b: 1']],
    [new Map([['a', 1]]), new Map([['a', 2]]), ['a: 1 → 2']],
    [new Map([[{ x: 1 }, 1]]), new Map([[{ x: 1 }, 2]]), ['{"x":1}: 1 → 2']],
    [{ a: { b: {} } }, { a: { b: { c: { d: 1 } } } }, ['+ a › b › c › d: 1']],
    [{ a: [], b: [] }, { a: [1], b: [] }, ['+ a › 1: 1']],
    [{ 'a › b': 1 }, { a: { b: 1 } }, ['- a › b: 1', '+ a › b: 1']],
    [{ a: 'x\u001B' }, { a: '\u009Bx' }, [String.raw`a: x\u001b → \u009bx`]],
  ])('%#: %o → %o', ([before, after, lines]) => {
    expect(changeLines(before, after, NONE, '')).toEqual(lines)
    expect(changeLines(before, after, NONE)).toEqual(lines.map((line) => `  ${line}`))
  })
})

test('the dates are those that events bear', () => {
  expect(datesOf([{ occurredAt: '2025-04', reportedAt: '2025-07-16' }])).toEqual(new Set(['2025-04', '2025-07-16']))
})
