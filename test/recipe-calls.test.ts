import { openTimeline } from 'asof'
import { beforeAll, expect, test } from 'vitest'
import { STRIDE_MAX, SUBJECTS, bySubjects, callsFor, eventAt, instantOf, nowhere, single } from './recipe-calls.js'

/** What a fold is spared, counted and not timed: how often recipes are called for questions to a long log. */
const EVENTS = 1_000_000
const EVENTS_A_SUBJECT = EVENTS / SUBJECTS

let timeline: Awaited<ReturnType<typeof openTimeline>>

beforeAll(async () => {
  timeline = await openTimeline({ log: nowhere })
  for (let first = 0; first < EVENTS; first += 4000) {
    await timeline.append(Array.from({ length: 4000 }, (_, index) => eventAt(first + index)))
  }
}, 300_000)

test('the first question folds the events that bear on it, each once', () => {
  expect(callsFor(() => timeline.asOf().get(bySubjects, 'subject/7'))).toBe(EVENTS_A_SUBJECT)
  expect(callsFor(() => timeline.asOf().get(single))).toBe(EVENTS)
})

test('a question that was asked before folds nothing', () => {
  expect(callsFor(() => timeline.asOf().get(bySubjects, 'subject/7'))).toBe(0)
  expect(callsFor(() => timeline.asOf().get(single))).toBe(0)
})

test('a question about another date folds no more than lies between two checkpoints', () => {
  for (const position of [1, 17_007, 499_999, 500_000, 765_432, 999_999]) {
    expect(callsFor(() => timeline.asOf(instantOf(position)).get(single))).toBeLessThanOrEqual(STRIDE_MAX)
    expect(callsFor(() => timeline.asOf(instantOf(position)).get(bySubjects, 'subject/7'))).toBeLessThanOrEqual(STRIDE_MAX)
  }
})

test('a question about what was reported by then folds no more either, where nothing is late', () => {
  for (const position of [1, 17_007, 500_000, 999_999]) {
    const view = timeline.asOf(instantOf(999_999), { reported: instantOf(position) })
    expect(callsFor(() => view.get(single))).toBeLessThanOrEqual(STRIDE_MAX)
    expect(view.get(single).count).toBe(position + 1)
  }
})

test('an event in order costs its own recipe', async () => {
  const today = () => [timeline.asOf().get(bySubjects, 'subject/7'), timeline.asOf().get(single)]
  today()
  await timeline.append(eventAt(EVENTS + 7))
  expect(callsFor(today)).toBe(2)
})

test('a late event costs the recipes of what comes after it, once', async () => {
  const late = 1000
  await timeline.append({ ...eventAt(EVENTS - late), id: 'late', subject: 'subject/7', reportedAt: undefined })
  expect(callsFor(() => timeline.asOf().get(bySubjects, 'subject/7'))).toBeLessThanOrEqual(late / SUBJECTS + 2 + STRIDE_MAX)
  expect(callsFor(() => timeline.asOf().get(single))).toBeLessThanOrEqual(late + 2 + STRIDE_MAX)
  expect(callsFor(() => timeline.asOf().get(single))).toBe(0)
})

test('a late event costs nobody else anything, and no question about what was reported before it', () => {
  expect(callsFor(() => timeline.asOf().get(bySubjects, 'subject/8'))).toBe(EVENTS_A_SUBJECT) // it had not been asked for
  const before = timeline.asOf(instantOf(EVENTS - 1), { reported: instantOf(EVENTS - 1) })
  expect(callsFor(() => before.get(single))).toBeLessThanOrEqual(STRIDE_MAX)
  expect(before.get(single).count).toBe(EVENTS)
})

test('a hypothesis costs the recipes of what it adds and of what comes after that', () => {
  const hypothesis = timeline.asOf().with({ ...eventAt(EVENTS - 500), id: 'hypothesis', subject: 'subject/7' })
  expect(callsFor(() => hypothesis.get(single))).toBeLessThanOrEqual(500 + 3 + STRIDE_MAX)
})

test('hypotheses on hypotheses cost the recipes of what they add, however long their chain', () => {
  let view = timeline.asOf()
  for (let number = 0; number < 3000; number += 1) {
    view = view.with({ ...eventAt(EVENTS + 100 + number), id: `hypothesis-${number}`, subject: 'subject/9' })
  }
  expect(callsFor(() => view.get(bySubjects, 'subject/9'))).toBe(EVENTS_A_SUBJECT + 3000)
  expect(callsFor(() => view.get(single))).toBeLessThanOrEqual(3000 + STRIDE_MAX)
})
