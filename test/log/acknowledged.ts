import { fileLog } from 'asof'
import { expect } from 'vitest'
import type { Child } from './child.js'
import { idsIn, openNotes } from './note.js'
import type { Saying } from './scribe.js'

export type Acknowledged = Extract<Saying, { acknowledged: string }>

/** What a process has said to be appended, in the order in which it said so. */
export function acknowledgedBy({ sayings }: Child): Acknowledged[] {
  return sayings.flatMap((saying) => ('acknowledged' in saying ? [saying] : []))
}

/** Expects a log to be whole, and to hold all that was acknowledged where it was said to be; resolves with its ids. */
export async function expectKept(path: string, acknowledged: readonly Omit<Acknowledged, 'at'>[]): Promise<string[]> {
  const timeline = await openNotes(fileLog(path))
  const ids = await idsIn(timeline)
  expect(await timeline.verify()).toMatchObject({ events: ids.length })
  expect(new Set(ids).size).toBe(ids.length)
  expect(acknowledged.map(({ position }) => ids[position - 1])).toEqual(acknowledged.map((saying) => saying.acknowledged))
  return ids
}
