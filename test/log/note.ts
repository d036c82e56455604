import { type EventInput, type Log, type Timeline, defineEvents, openTimeline } from 'asof'
import { z } from 'zod'

export const clock = () => Date.UTC(2025, 6, 16, 9)

const events = defineEvents({ noted: z.unknown() })

type Notes = typeof events
type Note = EventInput<Notes>

/** A small event to append. */
export function note(id: string, fields: Partial<Note> = {}): Note {
  return { id, type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-04-02', ...fields } as Note
}

/** A timeline of notes. */
export function openNotes(log: Log, options: object = {}): Promise<Timeline<Notes>> {
  return openTimeline({ log, events, clock, ...options })
}

/** The ids of all that a timeline has taken in, in log order. */
export async function idsIn(timeline: Timeline): Promise<string[]> {
  return (await collected(timeline.export())).map((line) => (JSON.parse(line) as { id: string }).id)
}

export async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}
