import { type Projection, bySubject, defineProjection, latest, openTimeline } from 'asof'
import { expect, test } from 'vitest'
import { type Projections, choose, isEvery, nothingOn, one } from '../../src/cli/choice.js'
import { expectRefusal } from '../refusal.js'

const keyed = defineProjection({ name: 'status', key: bySubject, initial: () => ({}), on: () => {} })
const single = defineProjection({ name: 'total', initial: () => ({}), on: () => {} })
const keyedFirst: Projections = [keyed, single, latest]
const singleFirst: Projections = [single, keyed, latest]

test.for<[projections: Projections, args: string[], projection: Projection, key: string | undefined]>([
  [keyedFirst, [], keyed, undefined],
  [keyedFirst, ['status'], keyed, undefined],
  [keyedFirst, ['chip/h20'], keyed, 'chip/h20'],
  [keyedFirst, ['status', 'status'], keyed, 'status'],
  [keyedFirst, ['latest', 'chip/h20'], latest, 'chip/h20'],
  [keyedFirst, ['total'], single, undefined],
  [keyedFirst, ['total', 'key'], single, 'key'], // which the view refuses
  [keyedFirst, ['__proto__'], keyed, '__proto__'],
  [keyedFirst, [''], keyed, ''],
  [singleFirst, [], single, undefined],
  [singleFirst, ['status', 'chip/h20'], keyed, 'chip/h20'],
])(
  '%#: the first argument is a projection where one has that name, else a key of the default one',
  ([projections, args, projection, key]) => {
    expect(choose(projections, ...args)).toEqual({ projection, key })
  },
)

test('what is neither is refused, with the nearest name', async () => {
  await expectRefusal(() => choose(keyedFirst, 'statu', 'chip/h20'), 'INVALID_ARGUMENT', [
    'Got "statu" as a projection',
    'one of status, total, latest',
    'Did you mean "status"?',
  ])
  await expectRefusal(() => choose(singleFirst, 'chip/h20'), 'INVALID_ARGUMENT', ['"chip/h20"', 'one of total, status, latest', 'Correct'])
})

test('without a key a choice is of every key of a keyed projection, and of the one state of a single one', () => {
  expect([choose(keyedFirst), choose(keyedFirst, 'key'), choose(singleFirst)].map(isEvery)).toEqual([true, false, false])
  expect(one(choose(keyedFirst, 'key'))).toEqual([keyed, 'key'])
  expect(one(choose(singleFirst))).toEqual([single, undefined])
})

test('where nothing bears on a choice, the projection or the key that is near is named', async () => {
  const timeline = await openTimeline()
  await timeline.append({ type: 't', subject: 'chip/h20', occurredAt: '2025', reportedAt: '2025-12-31' })
  const told = (...args: string[]) => nothingOn(timeline.asOf('2026'), choose(keyedFirst, ...args), keyedFirst)
  expect(told('chip/h02')).toBe('Nothing bears on "chip/h02" in status by then. Did you mean "chip/h20"?')
  expect(told('totl')).toBe('Nothing bears on "totl" in status by then. Did you mean "total"?')
  expect(told('entirely else')).toBe('Nothing bears on "entirely else" in status by then.')
  expect(told('total')).toBe('Nothing bears on total by then.')
  expect(told('\u009Bchip')).toBe(String.raw`Nothing bears on "\u009bchip" in status by then.`)
})
