import { type EventInput, type Log, bySubject, defineProjection } from 'asof'

/** How often recipes were called. */
export const counted = { calls: 0 }

export const SUBJECTS = 10_000
const HOUR_MS = 3_600_000
const START = Date.UTC(1900, 0)

/** At the most so many events lie between two checkpoints of a small state, where nothing was appended in between. */
export const STRIDE_MAX = 16

const count = (state: { count: number }) => {
  counted.calls += 1
  state.count += 1
}
export const bySubjects = defineProjection({ name: 'by-subject', key: bySubject, initial: () => ({ count: 0 }), on: count })
export const single = defineProjection({ name: 'single', initial: () => ({ count: 0 }), on: count })

/** A log that keeps nothing: a million records of it would only take room. */
export const nowhere: Log = {
  maxRecordBytes: 1_000_000,
  append: async () => {},
  async *read() {},
  close: async () => {},
}

export function callsFor(ask: () => unknown): number {
  counted.calls = 0
  ask()
  return counted.calls
}

/** The instant of the event at a place, the first of which is 0; each is reported at once. */
export function instantOf(index: number): number {
  return START + index * HOUR_MS
}

export function eventAt(index: number): EventInput {
  const at = new Date(instantOf(index)).toISOString()
  return { id: `e${index}`, type: 'told', subject: `subject/${index % SUBJECTS}`, occurredAt: at, reportedAt: at }
}
