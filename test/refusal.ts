import { type ErrorCode, TimelineError } from 'asof'
import { expect } from 'vitest'

/** What a message must say: what arrived, what was expected, what to do. */
export type Parts = readonly [arrived: string, expected: string, remedy: string]

/** Expects work to be refused with a code, and with a message that has its three parts in order. */
export async function expectRefusal(work: () => unknown, code: ErrorCode, parts: Parts): Promise<TimelineError> {
  const error = await failureOf(work)
  expect(error.code, error.message).toBe(code)
  const [before, after] = error.message.split('. Expected ')
  expect(before).toContain(parts[0])
  expect(after).toContain(parts[1])
  expect(after?.slice(after.indexOf(parts[1]) + parts[1].length)).toContain(parts[2])
  return error
}

/** The `TimelineError` that work throws or rejects with. */
export async function failureOf(work: () => unknown): Promise<TimelineError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof TimelineError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
