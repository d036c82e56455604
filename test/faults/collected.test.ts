import { setFlagsFromString } from 'node:v8'
import { setTimeout } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { type Log, type Timeline, type View, bySubject, defineProjection, fileLog, openTimeline } from 'asof'
import { beforeAll, expect, test } from 'vitest'
import { temporaryPath } from '../log/folder.js'

const EVENTS = 1_000_000
const SUBJECTS = 10_000
const HOUR_MS = 3_600_000
const START = Date.UTC(1900, 0)
const MB = 1_000_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A log that keeps nothing: a million records of it would only take room. */
const nowhere: Log = {
  maxRecordBytes: 1_000_000,
  append: async () => {},
  async *read() {},
  close: async () => {},
}

type State = { count: number; of?: string }
const count = (state: State, { subject }: { subject: string }) => {
  state.count += 1
  state.of = subject
}
const bySubjects = defineProjection({ name: 'by-subject', key: bySubject, initial: (): State => ({ count: 0 }), on: count })
const single = defineProjection({ name: 'single', initial: (): State => ({ count: 0 }), on: count })

let timeline: Timeline

beforeAll(async () => {
  timeline = await openTimeline({ log: nowhere, clock: () => START + 2 * EVENTS * HOUR_MS })
  for (let first = 0; first < EVENTS; first += 4000) {
    await timeline.append(Array.from({ length: 4000 }, (_, index) => eventAt(first + index)))
  }
}, 300_000)

test('views of 1,000,000 events are collected once nobody holds them, whatever they were asked', async () => {
  const dropped = Array.from({ length: 1000 }, () => {
    const view = asOfSome()
    view.get(bySubjects, someSubject())
    view.get(single)
    view.explain(bySubjects, someSubject())
    return new WeakRef(view)
  })
  dropped.push(new WeakRef(hypothesis()))
  await expectCollected(dropped)
})

test('listeners that were taken off are collected, and with a timeline those that were not', async () => {
  const heard: WeakRef<object>[] = []
  const listen = async (events: string[]) => {
    const own = await openTimeline({ log: fileLog(temporaryPath()), projections: [bySubjects] })
    for (let index = 0; index < 1000; index += 1) {
      const listener = () => void events.push(String(index))
      own.on('appended', listener)
      timeline.on('changed', listener)
      timeline.off('changed', listener)
      heard.push(new WeakRef(listener))
    }
    await own.append({ type: 'noted', subject: 's', occurredAt: '2025' })
    heard.push(new WeakRef(own))
  }
  const events: string[] = []
  await listen(events)
  expect(events).toHaveLength(1000)
  await expectCollected(heard)
})

test('a projection that nobody holds is collected with all that was kept for its answers', async () => {
  const dropped = () => {
    const p = defineProjection({ name: 'p', key: bySubject, initial: (): State => ({ count: 0 }), on: count })
    timeline.asOf().get(p, 'subject/7')
    return new WeakRef(p)
  }
  const before = heapAfterCollecting()
  await expectCollected([dropped(), dropped()])
  expect(heapAfterCollecting() - before).toBeLessThan(4 * MB)
})

test('what is kept for the next answers does not grow with the questions', () => {
  ask(20_000) // by then there is a checkpoint wherever there may be one
  const before = heapAfterCollecting()
  ask(60_000)
  expect(heapAfterCollecting() - before).toBeLessThan(2 * MB)
})

/** Asks about any dates within a year, as of any reports of that year. */
function ask(questions: number): void {
  const someDateOfTheYear = () => START + Math.floor((0.5 + Math.random() / 100) * EVENTS) * HOUR_MS
  for (let question = 0; question < questions; question += 1) {
    const view = timeline.asOf(someDateOfTheYear(), { reported: someDateOfTheYear() })
    view.get(single)
    view.get(bySubjects, `subject/${question % 100}`)
  }
}

async function expectCollected(references: readonly WeakRef<object>[]): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await setTimeout(1) // a reference is held until the turn in which it was made is over
    collect()
  }
  expect(references.filter((reference) => reference.deref() !== undefined)).toHaveLength(0)
}

function heapAfterCollecting(): number {
  collect()
  return process.memoryUsage().heapUsed
}

function hypothesis(): View {
  const view = timeline.asOf().with({ type: 'noted', subject: 'subject/7', occurredAt: '1950' })
  view.get(single)
  return view
}

function asOfSome(): View {
  return timeline.asOf(someDate(), { reported: someDate() })
}

function someDate(): number {
  return START + Math.floor(Math.random() * EVENTS) * HOUR_MS
}

function someSubject(): string {
  return `subject/${Math.floor(Math.random() * SUBJECTS)}`
}

/** An event an hour, of one subject after the other, one in twenty of them late by up to 40 days. */
function eventAt(index: number) {
  const late = index % 20 === 0 ? (index % 1000) * HOUR_MS : 0
  return {
    id: `e${index}`,
    type: 'noted',
    subject: `subject/${index % SUBJECTS}`,
    occurredAt: instant(index),
    reportedAt: new Date(START + index * HOUR_MS + late).toISOString(),
  }
}

function instant(index: number): string {
  return new Date(START + index * HOUR_MS).toISOString()
}
