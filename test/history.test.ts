import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type TimelineEvent, defineProjection } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { History } from '../src/history.js'
import { LastAnswers } from '../src/history/last-answers.js'
import { RUNS } from './runs.js'

/** Small enough that a few events fill many chunks, with checkpoints among them. */
const SIZES = { chunkEventsMax: 4, strideMax: 2 }

/** One that keeps what it was told in order, on drafts; one in numbers alone, on plain objects. */
const journal = defineProjection({
  name: 'journal',
  initial: (): { ids: string[] } => ({ ids: [] }),
  on: (state, event) => {
    state.ids.push(event.id)
  },
})
const digest = defineProjection({
  name: 'digest',
  initial: () => ({ hash: 7, count: 0 }),
  on: (state, { position }) => {
    state.hash = (state.hash * 31 + position) % 1_000_003
    state.count += 1
  },
})

/** A wide one, of which not every state is worth to be kept. */
const KEYS_OF_BROAD = 40
const broad = defineProjection({
  name: 'broad',
  initial: (): Record<string, number> => ({ hash: 7, ...Object.fromEntries(Array.from({ length: KEYS_OF_BROAD }, (_, key) => [key, 0])) }),
  on: (state, { position }) => {
    state.hash = (state.hash! * 31 + position) % 1_000_003
    state[position % KEYS_OF_BROAD] = state.hash
  },
})

const instants = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(-Infinity, Infinity))
const reports = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: fc.constant(Infinity) })
const deeds = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), instant: instants, reported: reports }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('supersede' as const), pick: fc.nat({ max: 99 }), reported: reports }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        date: instants,
        reported: reports,
        back: fc.nat({ max: 30 }),
        isKeptFirst: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const), back: fc.nat({ max: 8 }) }) },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
)

/** What was added, and the pair at which it is superseded. */
type Told = { readonly instant: number; readonly reported: number; readonly position: number; by?: { reported: number; position: number } }

test('a history answers as filtering, sorting and folding its events does, whatever it was asked before', () => {
  fc.assert(
    fc.property(deeds, (drawn) => {
      const last = new LastAnswers<unknown>()
      let histories = [journal, digest, broad].map((projection) => new History<unknown>(projection, '', last, SIZES))
      let told: Told[] = []
      let position = 0
      for (const deed of drawn) {
        if (deed.do === 'add') {
          position += 1
          const place = { instant: deed.instant, reported: deed.reported, position }
          for (const history of histories) history.add(eventAt(position), place)
          told.push(place)
        } else if (deed.do === 'supersede') {
          position += 1
          const free = told.filter(({ by }) => by === undefined)
          const target = free[deed.pick % free.length]
          if (target === undefined) continue
          target.by = { reported: deed.reported, position }
          for (const history of histories) history.supersede(target, target.by)
        } else if (deed.do === 'fork') {
          position = Math.max(0, position - deed.back)
          const at = position
          histories = histories.map((history) => history.fork(at, last))
          told = told.filter((one) => one.position <= at).map(({ by, ...rest }) => ({ ...rest, ...(by && by.position <= at && { by }) }))
        } else {
          const at = { date: deed.date, reported: deed.reported, position: Math.max(0, position - deed.back), imprecise: 'latest' as const }
          const visible = visibleAt(told, at)
          for (const history of histories) {
            expect(history.events(at).map((event) => event.position)).toEqual(visible)
            expect(told.filter((one) => history.includes(one, at)).length).toBe(visible.length)
          }
          const keptBefore = histories.map((history) => (deed.isKeptFirst ? history.keptState(at) : undefined))
          const states = histories.map((history) => history.answer(at)?.state)
          const keptAfter = histories.map((history) => history.keptState(at))
          for (const kept of [keptBefore, keptAfter]) expect(kept.map((state, index) => state ?? states[index])).toEqual(states)
          expect(states.every((state) => Object.isFrozen(state))).toBe(true)
          if (visible.length === 0) expect(states).toEqual([undefined, undefined, undefined])
          else expect(states).toMatchObject([{ ids: visible.map(String) }, digestOf(visible), { hash: digestOf(visible).hash }])
        }
      }
    }),
    { numRuns: 2 * RUNS },
  )
})

test('a history of many chunks answers as well as one of few', () => {
  const history = new History(digest, '')
  const told: Told[] = []
  for (let position = 1; position <= 3000; position += 1) {
    const place: Told = { instant: (position * 7919) % 3001, reported: (position * 104_729) % 3001, position }
    history.add(eventAt(position), place)
    told.push(place)
    const superseded = position % 11 === 0 ? told[position - 8]! : undefined // none twice
    if (superseded !== undefined) history.supersede(superseded, (superseded.by = place))
    if (position % 17 > 0) continue
    const at = {
      date: (position * 31) % 3001,
      reported: (position * 37) % 3001,
      position: position - (position % 5),
      imprecise: 'latest' as const,
    }
    const visible = visibleAt(told, at)
    const state = visible.length === 0 ? undefined : digestOf(visible)
    expect(history.keptState(at) ?? history.answer(at)?.state).toEqual(state)
    expect(history.answer(at)?.state).toEqual(state)
  }
})

test('a history that is asked after each event answers right where a chunk was split in between', () => {
  const history = new History(broad, '', undefined, SIZES)
  for (let position = 1; position <= 100; position += 1) {
    history.add(eventAt(position), { instant: position, reported: position, position })
    const answer = history.answer({ date: position, reported: position, position, imprecise: 'latest' })
    expect(answer?.state.hash).toBe(digestOf(Array.from({ length: position }, (_, index) => index + 1)).hash)
  }
})

test('the last question is answered anew after any two changes', () => {
  const events = 12
  const instantsAround = Array.from({ length: events + 2 }, (_, index) => index)
  const changes = instantsAround.flatMap((instant) => [
    { do: 'add', instant },
    { do: 'supersede', instant },
  ])
  const wrong: unknown[] = []
  for (const date of instantsAround) {
    for (const first of changes) {
      for (const second of changes) {
        const history = new History(digest, '', undefined, SIZES)
        const told: Told[] = []
        const add = (instant: number) => {
          const place = { instant, reported: 0, position: told.length + 1 }
          history.add(eventAt(place.position), place)
          told.push(place)
        }
        const answer = (position: number) => history.answer({ date, reported: 0, position, imprecise: 'latest' })?.state.hash
        const expected = (position: number) => {
          const visible = visibleAt(told, { date, reported: 0, position })
          return visible.length === 0 ? undefined : digestOf(visible).hash
        }
        for (let instant = 1; instant <= events; instant += 1) add(instant)
        answer(events)
        for (const change of [first, second]) {
          const target = change.do === 'add' ? undefined : told.find(({ instant, by }) => instant === change.instant && by === undefined)
          add(change.do === 'add' ? change.instant : 2 * events)
          if (target !== undefined) history.supersede(target, (target.by = { reported: 0, position: told.length }))
        }
        for (const position of [events + 2, events + 1, events])
          if (answer(position) !== expected(position)) wrong.push({ date, first, second, position })
      }
    }
  }
  expect(wrong).toEqual([])
})

test('a fork takes with it what was to be cut before the next question', () => {
  const history = new History(digest, '', undefined, SIZES)
  for (let position = 1; position <= 40; position += 1) history.add(eventAt(position), { instant: position, reported: position, position })
  const at = { date: 40, reported: 50, position: 50, imprecise: 'latest' as const }
  history.answer({ ...at, date: 39 })
  history.answer(at)
  history.add(eventAt(41), { instant: 2, reported: 41, position: 41 }) // late, and nobody asks before it is forked
  const inOrder = [1, 2, ...Array.from({ length: 38 }, (_, index) => index + 3)]
  expect(history.fork(50, new LastAnswers()).answer({ ...at, date: 39 })?.state).toEqual(digestOf(inOrder.toSpliced(2, 0, 41).slice(0, 40)))
})

test('a fork keeps states on the way as well', () => {
  const history = new History(digest, '')
  for (let position = 1; position <= 100; position += 1) history.add(eventAt(position), { instant: position, reported: position, position })
  const at = { date: 100, reported: 100, position: 100, imprecise: 'latest' as const }
  const fork = history.fork(100, new LastAnswers())
  fork.answer(at)
  const dates = Array.from({ length: 100 }, (_, index) => index + 1)
  expect(dates.filter((date) => fork.keptState({ ...at, date }) !== undefined).length).toBe(33) // every third
})

test('what is kept is not found where a late event has made another state of it', () => {
  const history = new History(digest, '', undefined, SIZES)
  for (let position = 1; position <= 40; position += 1) history.add(eventAt(position), { instant: position, reported: position, position })
  const at = { date: 39, reported: 50, position: 50, imprecise: 'latest' as const }
  const first39 = Array.from({ length: 39 }, (_, index) => index + 1)
  history.answer(at)
  expect(history.keptState(at)).toEqual(digestOf(first39))
  history.add(eventAt(41), { instant: 2, reported: 41, position: 41 })
  expect(history.keptState(at)).toBeUndefined()
  expect(history.keptState({ ...at, reported: 40 })).toEqual(digestOf(first39))
  history.answer(at)
  expect(history.keptState(at)).toEqual(digestOf(first39.toSpliced(2, 0, 41)))
})

/** Wide states, folded in each of the ways: flat ones, whose copies share nothing, and deep ones, whose copies share most. */
const KEYS = 2000
const flat = (keys: number) =>
  defineProjection({
    name: 'flat',
    initial: (): Record<string, number> => Object.fromEntries(Array.from({ length: keys }, (_, key) => [`key${key}`, 0])),
    on: (state, { position }) => void (state[`key${position % keys}`] = position),
  })
const wide = {
  flat: flat(KEYS),
  deep: defineProjection({
    name: 'deep',
    initial: (): Record<string, Record<string, { at: number }>> => ({}),
    on: (state, { position }) => {
      const group = (state[`group${position % 40}`] ??= {})
      group[`key${position % KEYS}`] = { at: position }
    },
  }),
}

test.each(['flat', 'deep'] as const)('however many reports a wide state is asked for, a history keeps little of it: %s', (shape) => {
  const events = 4 * KEYS
  const history = new History<unknown>(wide[shape], '')
  for (let position = 1; position <= events; position += 1)
    history.add(eventAt(position), { instant: position, reported: (position * 7919) % events, position })
  const ask = (from: number, to: number) => {
    for (let query = from; query < to; query += 1) {
      const date = (query * 3571) % events
      const reported = (query * 104_729) % events
      history.answer({ date, reported, position: events, imprecise: 'latest' })
      if (query % 3 === 0) history.answer({ date: date + 1, reported, position: events, imprecise: 'latest' })
    }
    return bytesHeld()
  }
  const before = ask(0, 100)
  expect(ask(100, 700) - before).toBeLessThan(bytesKeptMax(events))
})

/** Where it fails, late in a fold that has left checkpoints behind. */
const FAILS_AT = 7200
const failing = defineProjection({
  name: 'failing',
  initial: wide.flat.initial,
  on: (state, { position }) => {
    if (position === FAILS_AT) throw new Error('failed')
    state[`key${position % KEYS}`] = position
  },
})

test('nor where the recipe fails', () => {
  const events = 4 * KEYS
  const history = new History<unknown>(failing, '')
  for (let position = 1; position <= events; position += 1)
    history.add(eventAt(position), { instant: position, reported: position === FAILS_AT ? 0 : (position * 7919) % events, position })
  const ask = (from: number, to: number) => {
    for (let query = from; query < to; query += 1) {
      const reported = events / 2 + ((query * 104_729) % (events / 2))
      expect(() => history.answer({ date: events, reported, position: events, imprecise: 'latest' })).toThrow('failed')
    }
    return bytesHeld()
  }
  const before = ask(0, 50)
  expect(ask(50, 250) - before).toBeLessThan(bytesKeptMax(events))
})

test('nor of long texts', () => {
  const notes = defineProjection({
    name: 'notes',
    initial: () => ({ text: '' }),
    on: (state, { id }) => {
      if (!state.text.includes(`${id}:`)) state.text += `${id}:${'x'.repeat(190)}`
    },
  })
  const events = 500
  const history = new History<unknown>(notes, '')
  for (let position = 1; position <= events; position += 1)
    history.add(eventAt(position), { instant: position, reported: (position * 7919) % events, position })
  const before = bytesHeld()
  for (let reported = 0; reported < events; reported += 4) history.answer({ date: events, reported, position: events, imprecise: 'latest' })
  expect(bytesHeld() - before).toBeLessThan(10_000_000)
  history.answer({ date: events, reported: events, position: events, imprecise: 'latest' }) // until here it is held
})

test('nor does it keep more than it counts where a question goes on from one that was not kept', () => {
  const heavy = defineProjection({
    name: 'heavy',
    initial: (): Record<string, Record<string, number[]>> => ({}),
    on: (state, { position }) => {
      const group = (state[`group${position % 40}`] ??= {})
      group[`key${position}`] = Array.from({ length: 100 }, (_, index) => position + index)
    },
  })
  const history = new History<unknown>(heavy, '')
  for (let position = 1; position <= KEYS; position += 1)
    history.add(eventAt(position), { instant: position, reported: (position * 7919) % KEYS, position })
  const before = bytesHeld()
  for (let reported = KEYS / 2; reported < KEYS / 2 + 11; reported += 1) {
    const ask = (date: number) => history.answer({ date, reported, position: KEYS, imprecise: 'latest' })
    for (let date = 1; date < KEYS * 0.9; date += 1) ask(date) // step by step, none of which is worth to be kept
    ask(KEYS * 0.93) // at once, and kept
  }
  expect(bytesHeld() - before).toBeLessThan(4_000_000) // 9.7 MB, where each counts only what is new since the last question
  history.answer({ date: KEYS, reported: KEYS, position: KEYS, imprecise: 'latest' }) // until here it is held
})

test('nor of a wide state that is asked for step by step', () => {
  const history = new History(flat(10 * KEYS), '')
  for (let position = 1; position <= 10 * KEYS; position += 1)
    history.add(eventAt(position), { instant: position, reported: position, position })
  const ask = (date: number) => history.answer({ date, reported: Infinity, position: 10 * KEYS, imprecise: 'latest' })
  ask(KEYS)
  const before = bytesHeld()
  for (let date = KEYS + 1; date <= KEYS + 8; date += 1) ask(date)
  expect(bytesHeld() - before).toBeLessThan(2_000_000) // 5 MB, where each of them is kept
  ask(10 * KEYS) // until here it is held
})

/** What checkpoints may take: 16 slots for each event, each of up to 48 bytes in a dictionary, and twice that while they are being made. */
function bytesKeptMax(events: number): number {
  return events * 16 * 48 * 2
}

function bytesHeld(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

function eventAt(position: number): TimelineEvent {
  return { position, id: String(position), type: 'told', subject: 's', occurredAt: '', reportedAt: '', appendedAt: '', data: undefined }
}

/** The positions of the events that are visible and count, in order. */
function visibleAt(told: readonly Told[], at: { date: number; reported: number; position: number }): number[] {
  const isKnown = (one: { reported: number; position: number }) => one.reported <= at.reported && one.position <= at.position
  return told
    .filter((one) => isKnown(one) && !(one.by && isKnown(one.by)) && one.instant <= at.date)
    .toSorted((a, b) => compare(a.instant, b.instant) || compare(a.reported, b.reported) || a.position - b.position)
    .map((one) => one.position)
}

function digestOf(positions: readonly number[]) {
  return { hash: positions.reduce((hash, position) => (hash * 31 + position) % 1_000_003, 7), count: positions.length }
}

function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0
}
