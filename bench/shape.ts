/** What a made-up log looks like. */
export type Shape = {
  readonly events: number
  readonly subjects: number
  /** The share of the events that happened before events appended earlier, from 0 to 1. */
  readonly late: number
  /** How many positions late, at most. */
  readonly latenessMax: number
  /** The share of the events that supersede an earlier one, from 0 to 1. */
  readonly superseded: number
}

const EVENTS_A_SUBJECT = 100

/** A log of subjects with 100 events each, where a late event is late by any number of positions. */
export function manySubjects(events: number, late = 0.05, superseded = 0): Shape {
  return { events, subjects: Math.max(1, Math.ceil(events / EVENTS_A_SUBJECT)), late, latenessMax: events, superseded }
}

/** A log about one hot subject. */
export function oneSubject(events: number, latenessMax: number): Shape {
  return { events, subjects: 1, late: 0.05, latenessMax, superseded: 0 }
}

/** The whole of 2000 to 2024 in milliseconds UTC: when the events of a log are reported. */
export const SPAN = { start: Date.UTC(2000, 0, 1), end: Date.UTC(2025, 0, 1) } as const
