import { type Timeline, defineProjection, openTimeline } from 'asof'
import { expect, test } from 'vitest'
import { STRIDE_MAX, bySubjects, callsFor, counted, eventAt, instantOf, nowhere, single } from './recipe-calls.js'

// Which states are kept on the way, and for how long, counted by the recipes that they spare.

/** A wide state is kept once so many of its slots were copied for each event. */
const SLOTS_PER_EVENT = 8

test('an event in order costs its own recipe, and a late one those of what comes after it, once', async () => {
  const [events, late] = [400, 30]
  const short = await openTimeline({ log: nowhere })
  await short.append(Array.from({ length: events }, (_, index) => eventAt(index)))
  const today = () => short.asOf(instantOf(events)).get(single)
  expect([callsFor(today), callsFor(today)]).toEqual([events, 0])
  await short.append(eventAt(events))
  expect([callsFor(today), callsFor(today)]).toEqual([1, 0])
  await short.append({ ...eventAt(events - late), id: 'late', reportedAt: undefined })
  expect(callsFor(today)).toBeLessThanOrEqual(late + 2 + STRIDE_MAX)
  expect(callsFor(today)).toBe(0)
})

test('what is late, and superseded, behind the last question does not touch its answer', async () => {
  const long = await openTimeline({ log: nowhere })
  await long.append(Array.from({ length: 4000 }, (_, index) => eventAt(index)))
  const broad = defineProjection({
    name: 'broad',
    initial: () => Object.fromEntries(Array.from({ length: 4000 }, (_, key) => [`key/${key}`, 0])),
    on: (state, { position }) => {
      counted.calls += 1
      state[`key/${position % 4000}`]! += 1
    },
  })
  const ask = () => callsFor(() => long.asOf(instantOf(3000)).get(broad))
  ask()
  await long.append({ ...eventAt(3500), id: 'late' })
  await long.append({ ...eventAt(3999), id: 'correction', supersedes: 'e3999' })
  expect(ask()).toBe(0)
  await long.append({ ...eventAt(2999), id: 'later' })
  expect(ask()).toBeGreaterThan(0)
})

test('a wide state folds no more for another date than an eighth of its keys, however long the log is', async () => {
  const keys = 800
  const wide = defineProjection({
    name: 'wide',
    initial: () => Object.fromEntries(Array.from({ length: keys }, (_, key) => [`key/${key}`, 0])),
    on: (state, { position }) => {
      counted.calls += 1
      state[`key/${position % keys}`]! += 1
    },
  })
  const long = await openTimeline({ log: nowhere })
  await long.append(Array.from({ length: 4000 }, (_, index) => eventAt(index)))
  long.asOf().get(wide)
  for (let index = 0; index < 4000; index += 377) {
    expect(callsFor(() => long.asOf(instantOf(index)).get(wide))).toBeLessThanOrEqual(keys / SLOTS_PER_EVENT)
  }
})

test('however many late events came between the questions, those after them fold no more than lies between two checkpoints', async () => {
  const events = 4000
  const long = await openTimeline({ log: nowhere })
  await long.append(Array.from({ length: events }, (_, index) => eventAt(index)))
  for (let late = 0; late < 150; late += 1) {
    const index = (late * 613) % events
    await long.append({ ...eventAt(index), id: `late-${late}` })
    long.asOf().get(single)
  }
  const dates = Array.from({ length: 200 }, (_, question) => instantOf((question * 37) % events))
  const ask = (date: number) => callsFor(() => long.asOf(date).get(single))
  expect(dates.reduce((sum, date) => sum + ask(date), 0) / dates.length).toBeLessThanOrEqual(STRIDE_MAX)
  expect(dates.map(ask)).toEqual(dates.map(() => 0))
})

test('who hears of the changes that late events make folds what comes after each once', async () => {
  const events = 4000
  const heard = await openTimeline({ log: nowhere, projections: [single] })
  heard.on('changed', () => {})
  await heard.append(Array.from({ length: events }, (_, index) => eventAt(index)))
  const late = 60
  counted.calls = 0
  for (let number = 1; number <= late; number += 1) await heard.append({ ...eventAt(1000), id: `late-${number}`, reportedAt: undefined })
  expect(counted.calls).toBeGreaterThanOrEqual(late * (events - 1000))
  expect(counted.calls).toBeLessThanOrEqual(late * (events - 1000 + late + STRIDE_MAX))
})

test('a checkpoint holds for all reports between two that make a difference: random ones cost less than a recipe in the mean, once warm', async () => {
  const [events, subjects] = [2000, 20]
  const random = numbersFrom(7)
  const at = (index: number) => new Date(instantOf(index)).toISOString()
  const inputs = Array.from({ length: events }, (_, index) => {
    const happened = random() < 0.05 ? Math.floor(random() * index) : index
    return { ...eventAt(index), subject: `subject/${index % subjects}`, occurredAt: at(happened) }
  })
  const crowded = await openTimeline({ log: nowhere })
  await crowded.append(inputs)
  const ask = () => {
    const view = crowded.asOf(instantOf(random() * events), { reported: instantOf(random() * events) })
    return view.get(bySubjects, `subject/${Math.floor(random() * subjects)}`)
  }
  for (let question = 0; question < 100 * subjects; question += 1) ask()
  const questions = 2000
  expect(callsFor(() => Array.from({ length: questions }, ask)) / questions).toBeLessThanOrEqual(0.75)
})

test('a checkpoint from which was folded on holds still for all that it held for', async () => {
  const short = await openTimeline({ log: nowhere })
  await short.append(Array.from({ length: 10 }, (_, index) => eventAt(index)))
  const upTo = (index: number, reported?: number) => short.asOf(instantOf(index), reported === undefined ? {} : { reported }).get(single)
  upTo(9)
  await short.append({ ...eventAt(20), id: 'late', occurredAt: new Date(instantOf(4) + 1).toISOString() })
  expect(callsFor(() => upTo(9))).toBe(6)
  expect(callsFor(() => upTo(4, instantOf(7)))).toBe(0)
})

test('behind an event are kept the four states that hold for the longest time', async () => {
  const hours = [5, 2, 7, 1, 4, 3] // for which the states hold that are folded from so many late events and one
  const short = await openTimeline({ log: nowhere })
  await short.append({ ...eventAt(0), occurredAt: new Date(instantOf(100)).toISOString() })
  const reports = hours.map((_, number) => hours.slice(0, number).reduce((sum, some) => sum + some, 0))
  for (const [number, hour] of reports.entries())
    if (number > 0) await short.append({ ...eventAt(hour), occurredAt: new Date(instantOf(number)).toISOString() })
  await short.append({ ...eventAt(22), occurredAt: new Date(instantOf(50)).toISOString() })
  const ask = () => reports.map((hour) => callsFor(() => short.asOf(instantOf(200), { reported: instantOf(hour) }).get(single)))
  ask()
  const again = ask()
  for (const [number, some] of hours.entries()) {
    if (some > 2) expect(again[number]).toBe(0)
    else expect(again[number]).toBeGreaterThan(0)
  }
})

test('what late events cut short leaves its place behind an event to what holds for longer', async () => {
  const short = await openTimeline({ log: nowhere })
  const at = (hour: number) => new Date(instantOf(hour)).toISOString()
  for (const hour of [10, 15, 20, 25, 30]) await short.append({ ...eventAt(hour), occurredAt: at(hour - 10) })
  await short.append(Array.from({ length: 40 }, (_, index) => ({ ...eventAt(50 + index), reportedAt: at(10) })))
  const ask = (hour: number) => callsFor(() => short.asOf(instantOf(500), { reported: instantOf(hour) }).get(single))
  for (const hour of [10, 15, 20, 30]) ask(hour)
  await short.append({ ...eventAt(13), occurredAt: at(-1) })
  for (const hour of [10, 13]) ask(hour)
  expect([10, 13, 10, 13].map(ask)).toEqual([0, 0, 0, 0])
})

test('who asks about the past of one key has each state of up to 128 events kept, and who asks about today every few', async () => {
  const [past, today, events] = [128, 48, 100] // so many states at the least
  const most = async (ask: (short: Timeline) => unknown) => {
    const short = await openTimeline({ log: nowhere })
    await short.append(Array.from({ length: events }, (_, index) => ({ ...eventAt(index), subject: 'subject/0' })))
    expect(callsFor(() => ask(short))).toBeGreaterThanOrEqual(events - 1)
    const dates = Array.from({ length: events - 1 }, (_, back) => instantOf(events - 2 - back))
    return Math.max(...dates.map((date) => callsFor(() => short.asOf(date).get(bySubjects, 'subject/0'))))
  }
  const before = instantOf(events - 2)
  expect(await most((short) => short.asOf(before).get(bySubjects, 'subject/0'))).toBe(Math.ceil(events / past) - 1)
  expect(await most((short) => short.asOf().get(bySubjects, 'subject/0'))).toBe(Math.ceil(events / today) - 1)
  expect(await most((short) => short.asOf(before).entries(bySubjects))).toBe(Math.ceil(events / today) - 1)
})

test('a state with a long text folds no more for another date than an eighth of the slots for which that counts', async () => {
  const chars = 800
  const text = defineProjection({
    name: 'text',
    initial: () => ({ text: '' }),
    on: (state, { position }) => {
      counted.calls += 1
      state.text = String(position).padStart(chars, '.')
    },
  })
  const short = await openTimeline({ log: nowhere })
  await short.append(Array.from({ length: 100 }, (_, index) => eventAt(index)))
  short.asOf().get(text)
  const bytesASlot = 8
  for (const index of [20, 50, 90]) {
    const most = chars / bytesASlot / SLOTS_PER_EVENT + STRIDE_MAX
    expect(callsFor(() => short.asOf(instantOf(index)).get(text))).toBeLessThanOrEqual(most)
  }
})

/** Random numbers from 0 up to, and without, 1: a linear congruential generator, with the constants of Numerical Recipes. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32
}
