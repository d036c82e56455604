import { AssertionError } from 'node:assert'
import { bySubject, defineEvents, defineProjection } from 'asof'
import { given } from 'asof/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const events = defineEvents({ opened: z.object({ by: z.string() }), closed: z.undefined() })

type Shop = { open: boolean; since?: string; by: Set<string> }

const shop = defineProjection({
  name: 'shop',
  events,
  key: bySubject,
  initial: (): Shop => ({ open: false, by: new Set() }),
  on: {
    opened: (state, { occurredAt, data }) => {
      state.open = true
      state.since = occurredAt
      state.by.add(data.by)
    },
    closed: (state) => {
      state.open = false
      delete state.since
    },
  },
})
const total = defineProjection({ name: 'total', events, initial: () => 0, on: (state) => state + 1 })

const opened = { id: 'a', type: 'opened', subject: 'corner', occurredAt: '2025-03', reportedAt: '2025-04-02', data: { by: 'Ann' } }
const closed = { type: 'closed', subject: 'corner', occurredAt: '2025-05-01', reportedAt: '2025-05-01' }
const open: Shop = { open: true, since: '2025-03', by: new Set(['Ann']) }

describe('a story that is as told', () => {
  test('ends in the state of a key, or in the one state', () => {
    given(shop, opened).then('corner', open)
    given(shop, [opened])
      .when(closed)
      .then('corner', { open: false, by: new Set(['Ann']) })
    given(shop, []).then('corner', { open: false, by: new Set() })
    given(total, opened).when([closed]).when(closed).then(3)
  })

  test('goes by when things happened, and by what supersedes what', () => {
    given(shop, closed)
      .when(opened)
      .then('corner', { open: false, by: new Set(['Ann']) })
    given(shop, opened).when({ type: 'retracted', subject: 'corner', supersedes: 'a' }).then('corner', { open: false, by: new Set() })
  })

  test('is asked as of a date, as reported by another', () => {
    const story = given(shop, [opened, closed])
    story.asOf('2025-04').then('corner', open)
    story.asOf('2025-04', { reported: '2025-04-01' }).then('corner', { open: false, by: new Set() })
    story.asOf('2025-03-15', { imprecise: 'earliest' }).then('corner', open)
    story.asOf('2025-03-15').then('corner', { open: false, by: new Set() })
    story.then('corner', { open: false, by: new Set(['Ann']) })
  })

  test('may be told in parts, none of which changes another', () => {
    const story = given(total, opened)
    story.when(closed)
    story.then(1)
  })

  test('has keys in any order, and counts what is undefined as absent', () => {
    given(shop, opened)
      .when(closed)
      .then('corner', { by: new Set(['Ann']), since: undefined as never, open: false })
  })
})

describe('a story that is not as told', () => {
  test('fails with an AssertionError that shows the difference', () => {
    const error = errorOf(() => given(shop, opened).then('corner', { ...open, since: '2025-04' }))
    expect(error).toBeInstanceOf(AssertionError)
    expect(error).toMatchObject({ actual: open, expected: { ...open, since: '2025-04' } })
    expect(error.message).toMatch(/\+ +since: '2025-03'[^]*- +since: '2025-04'/)
    expect(errorOf(() => given(total, opened).then(2))).toMatchObject({ actual: 1, expected: 2, code: 'ERR_ASSERTION' })
  })

  test('fails as the timeline would where an event or the projection is at fault', () => {
    expect(errorOf(() => given(shop, { ...opened, data: {} }).then('corner', open))).toMatchObject({ code: 'INVALID_EVENT' })
    expect(errorOf(() => given(shop, { ...opened, occurredAt: 'spring' }).then('corner', open))).toMatchObject({ code: 'INVALID_DATE' })
    const failing = defineProjection({
      name: 'failing',
      initial: () => 0,
      on: () => {
        throw new Error('on purpose')
      },
    })
    expect(errorOf(() => given(failing, opened).then(0))).toMatchObject({ code: 'REDUCER_FAILED', cause: { message: 'on purpose' } })
  })

  test('that is not told to its end, or awaited, is INVALID_ARGUMENT', async () => {
    const story = given(shop, opened) as never as { then: (...expected: unknown[]) => void }
    for (const expected of [[], ['corner'], [open], [7, open], ['corner', open, 'more']])
      expect(errorOf(() => story.then(...expected))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(errorOf(() => (given(total, opened) as never as typeof story).then('key', 1))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(errorOf(() => given('shop' as never, opened))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    const awaiting = async () => await (given(shop, opened) as never as Promise<void>)
    await expect(awaiting()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('do not await it') })
  })
})

function errorOf(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing failed')
}
