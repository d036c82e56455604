import { type EventInput, type Log, type Timeline, openTimeline } from 'asof'

const clock = () => Date.UTC(2025, 6, 16, 9)

/** A small event to append. */
export function note(id: string, fields: Partial<EventInput> = {}): EventInput {
  return { id, type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-04-02', ...fields }
}

/** A timeline whose clock stands still. */
export function openNotes(log: Log, options: object = {}): Promise<Timeline> {
  return openTimeline({ log, clock, ...options })
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
