import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import {
  type Change,
  type Log,
  type TimelineEvent,
  type TimelineOptions,
  type View,
  bySubject,
  defineProjection,
  diff,
  fold,
  memoryLog,
  openTimeline,
} from 'asof'
import fc from 'fast-check'
import { type Patch, applyPatches, enableMapSet, enablePatches } from 'immer'
import { expect, test } from 'vitest'
import {
  CLOCK_START,
  DATELESS_PROBES,
  PROBES,
  type Probe,
  type Question,
  SINGLE,
  type TestCatalog,
  type TestCommit,
  type TestInput,
  type TestLog,
  asked,
  edgesOf,
  events,
  instant,
  instantLogs,
  journalProbe,
  logs,
  reportedLogs,
} from './arbitrary.js'
import type { Answer, Errand } from './elsewhere.js'
import {
  type Bounds,
  type KnownEvent,
  type Occurrence,
  type Query,
  ambiguousEvents,
  cappedPeriod,
  countedEvents,
  eventsOfKey,
  instantOf,
  isOccurrence,
  sameReport,
  samePeriod,
  statesByKey,
  stepsOf,
} from './oracle.js'
import { RUNS } from './runs.js'

enableMapSet()
enablePatches()

/** A key that nothing is ever reported about. */
const UNSEEN = 'unseen'

/** Holds for every value drawn. A failure names the seed and the path that bring it back. */
async function always<T>(values: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, holds), { numRuns: RUNS })
}

test('a view has the events that are visible and have occurred, in order', async () => {
  await always(asked(logs, 4), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const question of questions) {
      const view = ask(timeline, question)
      const counted = countedEvents(log.events, question.query)
      expect(coordinatesOf(view)).toEqual(question.query)
      expect(idsOf(view.events())).toEqual(idsOf(counted))
      expect(idsOf(view.events({ subject: 'i' }))).toEqual(idsOf(counted.filter(({ subject }) => subject === 'i')))
      expect(idsOf(view.events({ type: 'rated', subject: 'I' }))).toEqual(
        idsOf(counted.filter(({ subject, type }) => subject === 'I' && type === 'rated')),
      )
    }
  })
})

test('a view has the states of the plain fold, whatever was appended and asked before', async () => {
  await always(asked(logs, 2), async ({ log, questions }) => {
    const timeline = await empty()
    for (const commit of log.commits) {
      await timeline.take(commit)
      for (const question of questions) expectStates(timeline, log, upTo(question, timeline.position))
    }
    for (const question of questions) expectStates(timeline, log, question)
  })
})

test('a reducer that asks its own projection about other dates and positions, and makes nothing of it, leaves all answers right', async () => {
  const gather = (ids: string[], { id }: { readonly id: string }) => {
    ids.push(id)
  }
  const gathered = defineProjection({ name: 'gathered', events, key: bySubject, initial: (): string[] => [], on: gather })
  await always(asked(logs, 4), async ({ log, questions }) => {
    const timeline = await opened(log)
    const views = questions.toSorted((one, other) => one.query.position - other.query.position).map((question) => ask(timeline, question))
    const answers: [TestView, Map<string, string[]>][] = []
    const statesAt = (view: TestView) => answers.push([view, new Map(view.entries(nosy))])
    let isAsking = false
    const peek = () => {
      if (isAsking) return
      isAsking = true
      statesAt(views[answers.length % views.length]!)
      isAsking = false
    }
    const nosy = defineProjection({
      name: 'nosy',
      events,
      key: bySubject,
      initial: (): string[] => {
        peek()
        return []
      },
      on: (ids, event) => {
        gather(ids, event)
        peek()
      },
    })
    for (const view of [...views, ...views]) statesAt(view)
    for (const [view, states] of answers) expect(states).toStrictEqual(fold(gathered, view.events()))
  })
})

test('a view names the events whose dates could change a state', async () => {
  await always(asked(logs, 3), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const question of questions) {
      const view = ask(timeline, question)
      for (const [probe, key] of everyKey(log)) {
        expect(idsOf(ambiguousIn(view, probe, key)).toSorted()).toEqual(
          idsOf(ambiguousEvents(probe.reducer, log.events, question.query, key)).toSorted(),
        )
      }
    }
  })
})

test('an answer with nothing ambiguous is the same for every reading of its dates', async () => {
  await always(fc.tuple(asked(logs, 2), fc.array(readings, { minLength: 2, maxLength: 2 })), async ([{ log, questions }, drawn]) => {
    const told = await opened(log)
    for (const reading of drawn) {
      for (const question of questions) {
        const read = await opened(readAs(log, reading, question.query.date))
        for (const [probe, key] of everyKey(log, DATELESS_PROBES)) {
          const view = ask(told, question)
          if (ambiguousIn(view, probe, key).length === 0)
            expect(stateIn(ask(read, question), probe, key)).toStrictEqual(stateIn(view, probe, key))
        }
      }
    }
  })
})

test('an event that counts from its latest instant counts from its earliest', async () => {
  await always(asked(logs, 4), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const { date, options } of questions) {
      const early = timeline.asOf(date, { ...options, imprecise: 'earliest' }).events()
      const late = timeline.asOf(date, { ...options, imprecise: 'latest' }).events()
      expect(idsOf(early)).toEqual(expect.arrayContaining(idsOf(late)))
    }
  })
})

test('an answer with nothing ambiguous is the same from the earliest and from the latest instants', async () => {
  await always(asked(logs, 1), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const { date, options } of questions) {
      const [early, late] = [
        timeline.asOf(date, { ...options, imprecise: 'earliest' }),
        timeline.asOf(date, { ...options, imprecise: 'latest' }),
      ]
      for (const [probe, key] of everyKey(log)) {
        expect(idsOf(ambiguousIn(early, probe, key)).toSorted()).toEqual(idsOf(ambiguousIn(late, probe, key)).toSorted())
        if (ambiguousIn(late, probe, key).length === 0) expect(stateIn(early, probe, key)).toStrictEqual(stateIn(late, probe, key))
      }
    }
  })
})

test('the order of arrival matters only between events that are equal in both instants', async () => {
  await always(fc.tuple(asked(reportedLogs, 2), orders, cuts), async ([{ log, questions }, order, cut]) => {
    const timeline = await opened(log)
    const shuffled = await opened(inCommits(inOrder(log, order, mustFollow), cut))
    for (const question of questions.map(everything)) expectSameAnswers(ask(shuffled, question), ask(timeline, question))
  })
})

test('ingesting the lines in another order makes no difference where the order of arrival makes none', async () => {
  await always(fc.tuple(asked(reportedLogs, 2), fc.oneof(orders, fc.constant(BACKWARDS))), async ([{ log, questions }, order]) => {
    const timeline = await opened(log)
    const shuffled = await empty()
    const { appended, duplicates, rejected } = await shuffled.ingest(jsonLines(inOrder(log, order, isTied)))
    expect({ appended, duplicates, rejected }).toEqual({ appended: log.events.length, duplicates: 0, rejected: [] })
    fc.pre(keepsTies(log, await exported(shuffled))) // lines that waited for those they supersede may have changed places: draw another case
    for (const question of questions.map(everything)) expectSameAnswers(ask(shuffled, question), ask(timeline, question))
  })
})

test('a view at a position is a view of a log that ends there', async () => {
  await always(asked(logs, 1), async ({ log, questions }) => {
    const whole = await opened(log)
    const growing = await empty()
    for (const commit of oneByOne(log)) {
      await growing.take(commit)
      for (const { date, options } of questions) {
        const view = whole.asOf(date, { ...options, position: growing.position })
        expectSameAnswers(view, growing.asOf(date, withoutPosition(options)))
        expect(view.position).toBe(growing.position)
      }
    }
  })
})

test('how events are gathered into commits makes no difference', async () => {
  await always(fc.tuple(asked(instantLogs, 2), cuts), async ([{ log, questions }, cut]) => {
    const timeline = await opened(log)
    const gathered = await opened(inCommits(inputsOf(log), cut))
    for (const question of questions) expectSameAnswers(ask(gathered, question), ask(timeline, question))
    expect(await exported(gathered)).toEqual(await exported(timeline))
  })
})

test('a view never changes, whatever is appended later, nor when the timeline is closed', async () => {
  await always(asked(logs, 1), async ({ log, questions }) => {
    const timeline = await empty()
    const taken: { view: TestView; early: unknown; unasked: TestView }[] = []
    const take = (question: Question) => {
      const [view, unasked] = [ask(timeline, question), ask(timeline, question)]
      taken.push({ view, early: answersOf(view), unasked })
    }
    for (const question of questions) take(upTo(question, 0))
    for (const commit of log.commits) {
      await timeline.take(commit)
      for (const question of questions) take(upTo(question, timeline.position))
    }
    for (const { view, early } of taken) expect(answersOf(view)).toStrictEqual(early)
    await timeline.close()
    for (const { view, early, unasked } of taken) expect([answersOf(view), answersOf(unasked)]).toStrictEqual([early, early])
  })
})

test('what is reported later than a view asks for makes no difference to it', async () => {
  await always(asked(reportedLogs, 2), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const question of questions.map(everything)) {
      const before = await opened(reportedBy(log, question.query.reported))
      expectSameAnswers(ask(timeline, question), ask(before, question))
    }
  })
})

test('a hypothesis gives the answers of a log that was appended to, and leaves view and log alone', async () => {
  await always(
    fc.tuple(asked(reportedLogs, 1), fc.nat({ max: 14 }), fc.nat({ max: 4 }), fc.boolean()),
    async ([{ log, questions }, from, count, silent]) => {
      const timeline = await opened(log)
      const lines = await exported(timeline)
      const start = from % (log.events.length + 1)
      const inputs = inputsOf(log).slice(start, start + count)
      for (const { date, options, query } of questions) {
        const view = timeline.asOf(date, { ...options, position: start })
        const early = answersOf(view)
        const more = silent && query.reported < Infinity ? inputs.map((input) => ({ ...input, reportedAt: undefined })) : inputs
        const real = await opened(appendedTo(log, start, more, query.reported))
        const hypotheses = [view.with(more), view.with(more.slice(0, 1)).with(more.slice(1))]
        for (const hypothesis of hypotheses) {
          expect(hypothesis.events().map(placeOf)).toEqual(real.asOf(date, withoutPosition(options)).events().map(placeOf))
          expectSameAnswers(hypothesis, real.asOf(date, withoutPosition(options)))
          expect(coordinatesOf(hypothesis)).toEqual({ ...coordinatesOf(view), position: start + more.length })
        }
        expect(answersOf(view)).toStrictEqual(early)
      }
      expect(await exported(timeline)).toEqual(lines)
    },
  )
})

test('the patches of an explanation, applied in order, give every state on the way', async () => {
  await always(asked(logs, 2), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const question of questions) {
      const view = ask(timeline, question)
      for (const [probe, key] of everyKey(log)) {
        const steps = stepsOf(probe.reducer, countedEvents(log.events, question.query)).filter((step) => step.key === key)
        expect(applied(probe, key, explained(view, probe, key))).toStrictEqual(steps.map(({ event, state }) => ({ id: event.id, state })))
      }
    }
  })
})

test('folding the events of a view gives its states', async () => {
  await always(asked(logs, 2), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const question of questions) {
      const view = ask(timeline, question)
      for (const probe of PROBES) expect(folded(probe, view.events())).toStrictEqual(statesIn(view, probe))
    }
  })
})

test('a replay goes through the states one by one, and `from` only cuts the front off', async () => {
  await always(
    fc.tuple(asked(logs, 2), fc.option(fc.constantFrom('i', 'I', UNSEEN), { nil: undefined })),
    async ([
      {
        log,
        questions: [to, from],
      },
      only,
    ]) => {
      const timeline = await opened(log)
      if (to === undefined || from === undefined) throw new Error('two questions were asked for')
      const {
        date,
        options: { reported },
      } = to
      const query: Query = { ...to.query, position: log.events.length, imprecise: 'latest' }
      for (const probe of PROBES) {
        const key = probe.projection.keyed ? only : undefined
        const options = { to: date, ...(reported !== undefined && { reported }), ...(key !== undefined && { key }) }
        const steps = stepsOf(probe.reducer, countedEvents(log.events, query)).filter((step) => key === undefined || step.key === key)
        expect(inKeyOrder([...timeline.replay(probe.projection, options)])).toStrictEqual(inKeyOrder(steps))
        const late = steps.filter(({ event }) => instantOf(event, 'latest') >= from.earliest)
        expect(inKeyOrder([...timeline.replay(probe.projection, { ...options, from: from.date })])).toStrictEqual(inKeyOrder(late))
      }
    },
  )
})

test('a diff names exactly the keys whose states differ, with the events that one side has alone', async () => {
  await always(asked(logs, 3), async ({ log, questions }) => {
    const timeline = await opened(log)
    for (const [before, after] of pairsOf(questions)) {
      for (const probe of PROBES) {
        const differences = diff(ask(timeline, before), ask(timeline, after), probe.projection)
        expect(differences.map(withIds)).toStrictEqual(differencesOf(probe, log, before.query, after.query))
      }
    }
  })
})

test('listeners are told of every state that a commit changes, and of no other', async () => {
  await always(instantLogs, async (log) => {
    const heard: Change<TestCatalog>[] = []
    const timeline = await empty({ projections: PROBES.map(({ projection }) => projection) })
    timeline.on('changed', (change) => heard.push(change))
    for (const commit of log.commits) {
      const before = { ...TODAY, position: timeline.position }
      heard.length = 0
      const appended = await timeline.take(commit)
      const expected = PROBES.flatMap((probe) =>
        differencesOf(probe, log, before, { ...TODAY, position: timeline.position }).map((it) => ({ probe, it })),
      )
      expect(heard.map(({ projection, key, before: old, after }) => [projection.name, key, old, after])).toStrictEqual(
        expected.map(({ probe, it }) => [probe.projection.name, it.key, it.before, it.after]),
      )
      for (const { events: its } of heard)
        expect(idsOf(its).length > 0 && idsOf(its).every((id) => idsOf(appended).includes(id))).toBe(true)
    }
  })
})

test('the states that listeners were last told are the states as of today', async () => {
  await always(instantLogs, async (log) => {
    const last = new Map(PROBES.map(({ projection }) => [projection.name, new Map<string, unknown>()]))
    const timeline = await empty({ projections: PROBES.map(({ projection }) => projection) })
    timeline.on('changed', ({ projection, key, after }) => last.get(projection.name)?.set(key, after))
    for (const commit of log.commits) await timeline.take(commit)
    for (const [probe, key] of everyKey(log)) {
      const states = last.get(probe.projection.name)
      expect(states?.has(key) ? states.get(key) : probe.reducer.initial(key)).toStrictEqual(stateIn(timeline.asOf(), probe, key))
    }
  })
})

test('what was exported is taken in to the same states, and only once', async () => {
  await always(fc.tuple(asked(logs, 2), fc.integer({ min: 1, max: 99 })), async ([{ log, questions }, size]) => {
    const timeline = await opened(log)
    const lines = await exported(timeline)
    const copy = await empty()
    copy.setClock(log.commits.at(-1)?.at ?? CLOCK_START)
    expect(await copy.ingest(chunksOf(lines.join(''), size))).toEqual({ appended: log.events.length, duplicates: 0, rejected: [] })
    for (const question of questions) expectSameAnswers(ask(copy, question), ask(timeline, question))
    for (const both of [copy, timeline])
      expect(await both.ingest(lines)).toEqual({ appended: 0, duplicates: log.events.length, rejected: [] })
    expect(copy.position).toBe(log.events.length)
  })
})

test('a log that is opened again gives the same answers, whatever is appended before it is asked', async () => {
  await always(fc.tuple(asked(logs, 2), fc.nat(), fc.array(fc.nat(), { maxLength: 3 })), async ([{ log, questions }, cut, toldAgain]) => {
    const timeline = await opened(log)
    const records = memoryLog()
    const stored = log.commits.slice(0, cut % (log.commits.length + 1))
    const first = await opened({ commits: stored }, { log: records })
    const there = first.asOf('2099', { imprecise: 'earliest' }).events()
    const again = await empty({ log: records })
    const tell = async (at: number) => {
      const event = there.at(at % there.length)
      const input = inputsOf(log).find(({ id }) => id === event?.id)
      if (input !== undefined) expect(await again.append(input)).toEqual(event)
    }
    for (const [index, commit] of log.commits.slice(stored.length).entries()) {
      await tell(toldAgain[index] ?? 0)
      await again.take(commit)
    }
    for (const at of toldAgain) await tell(at)
    for (const question of questions) expectSameAnswers(ask(again, question), ask(timeline, question))
    expect(await exported(again)).toEqual(await exported(timeline))
  })
})

test('an event without an id gets one from its content, whatever the order of keys', async () => {
  await always(fc.tuple(logs, orders), async ([log, order]) => {
    const contents = inputsOf(log)
      .filter(({ supersedes }) => supersedes === undefined)
      .map((input) => ({ ...input, id: undefined }))
    const distinct = new Set(contents.map((content) => JSON.stringify(content))).size
    const [timeline, other] = [await empty(), await empty()]
    const shuffled = contents.map((content, index) => ({
      position: order[index],
      ...shuffledKeys(content, order),
      appendedAt: '1970-01-01T00:00:00.000Z',
    }))
    expect(await timeline.ingest(jsonLines(contents))).toEqual({ appended: distinct, duplicates: contents.length - distinct, rejected: [] })
    expect(await other.ingest(JSON.stringify(shuffled))).toEqual({
      appended: distinct,
      duplicates: contents.length - distinct,
      rejected: [],
    })
    expect(idsOf(other.asOf('2099').events())).toEqual(idsOf(timeline.asOf('2099').events()))
    expect(await timeline.ingest(jsonLines(shuffled))).toEqual({ appended: 0, duplicates: contents.length, rejected: [] })
  })
})

test('an append with one refused event leaves nothing behind', async () => {
  await always(fc.tuple(asked(logs, 1), fc.array(faults, { minLength: 5, maxLength: 5 })), async ([{ log, questions }, drawn]) => {
    const timeline = await empty()
    for (const [index, commit] of log.commits.entries()) {
      const { commit: faulty, code } = broken(commit, pick(drawn, index))
      const before = [timeline.position, await exported(timeline), answersOf(timeline.asOf('2099'))]
      await expect(timeline.take(faulty)).rejects.toMatchObject({ code })
      expect([timeline.position, await exported(timeline), answersOf(timeline.asOf('2099'))]).toStrictEqual(before)
      await timeline.take(commit)
    }
    const clean = await opened(log)
    for (const question of questions) expectSameAnswers(ask(timeline, question), ask(clean, question))
    expect(await exported(timeline)).toEqual(await exported(clean))
  })
})

test('calls that overlap leave the log of calls one after another, refused ones included', async () => {
  await always(fc.tuple(instantLogs, fc.array(faults, { minLength: 5, maxLength: 5 })), async ([log, drawn]) => {
    const calls = log.commits.flatMap((commit, index) => [broken(commit, pick(drawn, index)).commit, commit])
    const [one, other] = [await empty(), await empty()]
    const overlapping = await Promise.all(calls.map((call) => outcome(one.take(call))))
    const inTurn: unknown[] = []
    for (const call of calls) inTurn.push(await outcome(other.take(call)))
    expect(overlapping).toEqual(inTurn)
    expect(await exported(one)).toEqual(await exported(other))
  })
})

test('`after` refuses exactly the calls whose subjects have newer events', async () => {
  await always(fc.tuple(reportedLogs, fc.nat({ max: 14 })), async ([log, back]) => {
    const timeline = await empty()
    for (const { inputs } of log.commits) {
      const after = Math.max(0, timeline.position - back)
      const newer = log.events.slice(after, timeline.position).map(({ subject }) => subject)
      const conflict = inputs.some(({ subject }) => newer.includes(subject))
      expect(await outcome(timeline.append(inputs, { after }))).toEqual(conflict ? 'CONFLICT' : idsOf(inputs))
      if (conflict) expect(await outcome(timeline.append(inputs))).toEqual(idsOf(inputs))
      const again = inputsOf(log).slice(0, timeline.position)
      expect(await outcome(timeline.append(again, { after: 0 }))).toEqual(idsOf(again)) // duplicates are set aside first
    }
  })
})

test('nothing that a timeline hands out can be changed', async () => {
  await always(asked(logs, 2), async ({ log, questions }) => {
    const timeline = await empty()
    for (const commit of log.commits) expect((await timeline.take(commit)).every(isFrozen)).toBe(true)
    for (const question of questions) {
      const view = ask(timeline, question)
      expect(view.events().every(isFrozen)).toBe(true)
      for (const [probe, key] of everyKey(log)) expect(isFrozen(stateIn(view, probe, key))).toBe(true)
    }
  })
})

test('another process, in another time zone and language, gives the same fingerprints', async () => {
  const elsewhere = await startElsewhere()
  try {
    expect(elsewhere.place).toEqual({ locale: 'tr-TR', timeZone: 'Pacific/Kiritimati' })
    expect(elsewhere.place).not.toEqual(placeHere())
    await always(asked(logs, 1), async ({ log, questions }) => {
      const timeline = await opened(log)
      const now = log.commits.at(-1)?.at ?? CLOCK_START
      const lines = (await exported(timeline)).join('')
      for (const question of questions) {
        const answer = await elsewhere.ask({ lines, now, date: asText(question.date), options: question.options })
        const fingerprints = PROBES.map(({ projection }) => ask(timeline, question).fingerprint(projection))
        expect(answer).toEqual({ today: timeline.asOf().date, fingerprints })
      }
    })
  } finally {
    elsewhere.stop()
  }
})

// Timelines

/** A timeline whose clock shows the time of the last commit it took. */
async function empty(options: Omit<TimelineOptions<TestCatalog>, 'events' | 'clock'> = {}) {
  let now = CLOCK_START
  const setClock = (at: number) => {
    now = at
  }
  const timeline = await openTimeline({ events, clock: () => now, ...options })
  const take = ({ at, inputs }: TestCommit) => {
    setClock(at)
    return timeline.append(inputs)
  }
  return Object.assign(timeline, { take, setClock })
}

type TestTimeline = Awaited<ReturnType<typeof empty>>
type TestView = View<TestCatalog>
type TestEvent = TimelineEvent<TestCatalog>
type Commits = Pick<TestLog, 'commits'>

async function opened({ commits }: Commits, options: { readonly log?: Log } = {}): Promise<TestTimeline> {
  const timeline = await empty(options)
  for (const commit of commits) await timeline.take(commit)
  return timeline
}

async function exported(timeline: TestTimeline): Promise<string[]> {
  const lines: string[] = []
  for await (const line of timeline.export()) lines.push(line)
  return lines
}

/** The ids a call resolves with, or the code it rejects with. */
async function outcome(call: Promise<readonly { readonly id: string }[]>): Promise<string | string[]> {
  return call.then(idsOf, (error: { readonly code: string }) => error.code)
}

// Asking

function ask(timeline: TestTimeline, { date, options }: Question): TestView {
  return timeline.asOf(date, options)
}

/** The question, at this position at the most. */
function upTo(question: Question, position: number): Question {
  const { options, query } = question
  const at = Math.min(position, query.position)
  return {
    ...question,
    options: { ...options, ...(options.position !== undefined && { position: at }) },
    query: { ...query, position: at },
  }
}

/** The question without its position, which means nothing in a log of another order. */
function everything(question: Question): Question {
  return { ...question, options: withoutPosition(question.options), query: { ...question.query, position: Infinity } }
}

function withoutPosition(options: Question['options']): Question['options'] {
  const { position: _position, ...rest } = options
  return rest
}

/** What a timeline as of today is asked, before its clock moves. */
const TODAY: Omit<Query, 'position'> = { date: Date.UTC(2025, 3, 4) - 1, reported: Infinity, imprecise: 'latest' }

function pairsOf<T>(list: readonly T[]): [T, T][] {
  return list.map((one, index) => [one, pick(list, index + 1)])
}

/** An element of a list, going round. */
function pick<T>(list: readonly T[], index: number): T {
  return list.slice(index % list.length)[0]!
}

const idsOf = (list: readonly { readonly id?: string | undefined }[]) => list.map(({ id }) => id ?? '')
const placeOf = ({ position, id, reportedAt }: TestEvent) => ({ position, id, reportedAt })
const coordinatesOf = ({ date, reported, position, imprecise }: TestView): Query => ({ date, reported, position, imprecise })
const asText = (date: Question['date']) => (date instanceof Date ? date.toISOString() : date)

// Answers

/** Every key that some event of a log bears on, and one that none does. */
function everyKey(log: TestLog, probes = PROBES): [Probe, string][] {
  return probes.flatMap((probe) => {
    const keys = new Set(log.events.filter(isOccurrence).flatMap((event) => probe.reducer.keys(event)))
    return (probe.projection.keyed ? [...keys, UNSEEN] : [SINGLE]).map((key): [Probe, string] => [probe, key])
  })
}

/** Every state of a probe in a view, by key. */
function statesIn(view: TestView, { projection }: Probe): Map<string, unknown> {
  return projection.keyed ? new Map(view.entries(projection)) : new Map([[SINGLE, view.get(projection)]])
}

function stateIn(view: TestView, { projection }: Probe, key: string): unknown {
  return projection.keyed ? view.get(projection, key) : view.get(projection)
}

function ambiguousIn(view: TestView, { projection }: Probe, key: string): TestEvent[] {
  return projection.keyed ? view.ambiguous(projection, key) : view.ambiguous(projection)
}

function explained(view: TestView, { projection }: Probe, key: string): { event: TestEvent; patches: Patch[] }[] {
  return projection.keyed ? view.explain(projection, key) : view.explain(projection)
}

function folded({ projection }: Probe, list: readonly TestEvent[]): Map<string, unknown> {
  return projection.keyed ? fold(projection, list) : new Map([[SINGLE, fold(projection, list)]])
}

/** All that a view has to say. */
function answersOf(view: TestView) {
  return {
    events: idsOf(view.events()),
    states: PROBES.map((probe) => statesIn(view, probe)),
    fingerprints: PROBES.map(({ projection }) => view.fingerprint(projection)),
    ambiguous: ['i', 'I', 'ä'].map((key) => idsOf(ambiguousIn(view, journalProbe, key)).toSorted()),
  }
}

function expectSameAnswers(view: TestView, other: TestView): void {
  expect(answersOf(view)).toStrictEqual(answersOf(other))
}

function expectStates(timeline: TestTimeline, log: TestLog, question: Question): void {
  const view = ask(timeline, question)
  const counted = countedEvents(log.events, question.query)
  for (const probe of PROBES) {
    const states = statesByKey(probe.reducer, counted)
    if (probe.projection.keyed) expect([...view.entries(probe.projection)]).toStrictEqual([...states].toSorted(byKey))
    const keys = probe.projection.keyed ? [...states.keys(), UNSEEN] : [SINGLE]
    expect(keys.map((key) => stateIn(view, probe, key))).toStrictEqual(keys.map((key) => states.get(key) ?? probe.reducer.initial(key)))
  }
}

/** In the order of code units. */
function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1
}

/** The state after each step of an explanation. */
function applied({ reducer }: Probe, key: string, explanation: { event: TestEvent; patches: Patch[] }[]): { id: string; state: unknown }[] {
  let state = reducer.initial(key)
  return explanation.map(({ event, patches }) => {
    state = applyPatches(state as object, patches)
    return { id: event.id, state }
  })
}

/** Steps with the keys of one event sorted: nothing says in which order an event comes to its keys. */
function inKeyOrder(steps: readonly { readonly key: string; readonly event: { readonly id: string }; readonly state: unknown }[]) {
  let run = 0
  return steps
    .map(({ key, event, state }, index) => ({ run: event.id === steps[index - 1]?.event.id ? run : (run += 1), key, id: event.id, state }))
    .toSorted((one, other) => one.run - other.run || (one.key < other.key ? -1 : 1))
}

/** The differences between two questions to one log, by key. */
function differencesOf({ projection, reducer }: Probe, { events: known }: TestLog, before: Query, after: Query) {
  const [old, now] = [countedEvents(known, before), countedEvents(known, after)]
  const [oldStates, nowStates] = [statesByKey(reducer, old), statesByKey(reducer, now)]
  const keys = projection.keyed ? [...new Set([...oldStates.keys(), ...nowStates.keys()])].toSorted() : [SINGLE]
  return keys
    .map((key) => ({ key, before: oldStates.get(key) ?? reducer.initial(key), after: nowStates.get(key) ?? reducer.initial(key) }))
    .filter((it) => !isDeepStrictEqual(it.before, it.after))
    .map((it) => {
      const [gone, added] = [idsOf(eventsOfKey(reducer, old, it.key)), idsOf(eventsOfKey(reducer, now, it.key))]
      return {
        ...it,
        added: added.filter((id) => !gone.includes(id)).toSorted(),
        gone: gone.filter((id) => !added.includes(id)).toSorted(),
      }
    })
}

function withIds<D extends { readonly added: readonly TestEvent[]; readonly gone: readonly TestEvent[] }>({ added, gone, ...rest }: D) {
  return { ...rest, added: idsOf(added).toSorted(), gone: idsOf(gone).toSorted() }
}

/** Frozen in all its parts; a Map or a Set must refuse to change as well. */
function isFrozen(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null) return true
  if (!Object.isFrozen(tree)) return false
  if (tree instanceof Map || tree instanceof Set) return refusesToClear(tree) && [...tree.values()].every(isFrozen)
  return Object.values(tree).every(isFrozen)
}

function refusesToClear(tree: Map<unknown, unknown> | Set<unknown>): boolean {
  try {
    tree.clear()
    return false
  } catch {
    return true
  }
}

// The same events, told otherwise

const orders = fc.array(fc.nat({ max: 99 }), { minLength: 14, maxLength: 14, size: 'max' })
const readings = orders
const BACKWARDS = Array.from({ length: 14 }, (_, index) => 14 - index)

/** How many events each commit takes. */
const cuts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })

function inputsOf({ commits }: Commits): TestInput[] {
  return commits.flatMap(({ inputs }) => inputs)
}

/** The inputs in the order of the numbers drawn for them, except that what must follow another still does. */
function inOrder(log: TestLog, order: readonly number[], follows: (later: KnownEvent, earlier: KnownEvent) => boolean): TestInput[] {
  const inputs = inputsOf(log)
  const rest = log.events.toSorted((one, other) => pick(order, one.position) - pick(order, other.position))
  const taken: TestInput[] = []
  while (rest.length > 0) {
    const next = rest.findIndex((event) => !rest.some((other) => follows(event, other)))
    taken.push(...rest.splice(next, 1).map(({ position }) => inputs[position - 1]!))
  }
  return taken
}

function mustFollow(later: KnownEvent, earlier: KnownEvent): boolean {
  return later.supersedes === earlier.id || isTied(later, earlier)
}

/** Whether only the order of arrival tells which of two events comes first, however imprecise dates count. */
function isTied(later: KnownEvent, earlier: KnownEvent): boolean {
  if (!isOccurrence(later) || !isOccurrence(earlier) || later.position <= earlier.position) return false
  const equal = (['latest', 'earliest'] as const).some((imprecise) => instantOf(later, imprecise) === instantOf(earlier, imprecise))
  return equal && later.reported.latest === earlier.reported.latest
}

/** Whether the exported lines of a log in another order keep that of the tied events. */
function keepsTies({ events: known }: TestLog, lines: readonly string[]): boolean {
  const ids = idsOf(lines.map((line): { id: string } => JSON.parse(line)))
  return known.every((later) => known.every((earlier) => !isTied(later, earlier) || ids.indexOf(later.id) > ids.indexOf(earlier.id)))
}

/** The inputs gathered into commits of these sizes, at one time. */
function inCommits(inputs: readonly TestInput[], cut: readonly number[]): Commits {
  const commits: TestCommit[] = []
  for (let from = 0; from < inputs.length; from += pick(cut, commits.length - 1)) {
    commits.push({ at: CLOCK_START, inputs: inputs.slice(from, from + pick(cut, commits.length)) })
  }
  return { commits }
}

function oneByOne({ commits }: Commits): TestCommit[] {
  return commits.flatMap(({ at, inputs }) => inputs.map((input) => ({ at, inputs: [input] })))
}

/** The log without what was reported later. */
function reportedBy({ commits, events: known }: TestLog, reported: number): Commits {
  const ids = new Set(idsOf(known.filter((event) => event.reported.latest <= reported)))
  const inputs = inputsOf({ commits })
    .filter(({ id = '' }) => ids.has(id))
    .flatMap((input): TestInput[] => {
      const { supersedes, ...alone } = input
      if (supersedes === undefined || ids.has(supersedes)) return [input]
      return alone.type === 'retracted' ? [] : [alone]
    })
  return inCommits(inputs, [1])
}

/** The first events of a log, and then these, reported at `reported` where they do not say. */
function appendedTo(log: TestLog, count: number, inputs: readonly TestInput[], reported: number): Commits {
  const first = oneByOne(log).slice(0, count)
  const at = Math.max(first.at(-1)?.at ?? CLOCK_START, reported < Infinity ? reported : CLOCK_START)
  const told = inputs.map((input) => (input.reportedAt === undefined ? { ...input, reportedAt: new Date(reported).toISOString() } : input))
  return { commits: [...first, { at, inputs: told }] }
}

/** The log with an instant for each date: one within its period, and in a report's own order where periods are equal. */
function readAs(log: TestLog, reading: readonly number[], date: number): Commits {
  const instants = new Map<string, number>()
  const edges = [date, date + 1, ...edgesOf(log.events).flatMap((edge) => [edge - 1, edge, edge + 1])]
  for (const event of log.events.filter(isOccurrence))
    instants.set(event.id, pick(instantsWithin(cappedPeriod(event), edges), pick(reading, event.position)))
  for (const group of toldTogether(log)) {
    const ordered = group.map(({ id }) => instants.get(id) ?? 0).toSorted((one, other) => one - other)
    for (const [index, { id }] of group.entries()) instants.set(id, pick(ordered, index))
  }
  const read = (input: TestInput): TestInput =>
    input.type === 'retracted' ? input : { ...input, occurredAt: instant(instants.get(input.id ?? '') ?? 0).text }
  return { commits: log.commits.map(({ at, inputs }) => ({ at, inputs: inputs.map(read) })) }
}

/** Instants within a period: its ends, and where something else begins or ends. */
function instantsWithin({ earliest, latest }: Bounds, edges: readonly number[]): number[] {
  return [...new Set([earliest, latest, ...edges])].filter((ms) => Number.isFinite(ms) && earliest <= ms && ms <= latest)
}

/** The events of one report with equal periods, in its own order. */
function toldTogether({ events: known }: TestLog): Occurrence[][] {
  const occurrences = known.filter(isOccurrence)
  return occurrences.map((event) =>
    occurrences.filter((other) => sameReport(event, other) && samePeriod(cappedPeriod(event), cappedPeriod(other))),
  )
}

function jsonLines(inputs: readonly object[]): string {
  return inputs.map((input) => `${JSON.stringify(input)}\n`).join('')
}

/** UTF-8 in chunks of some bytes, which end where they like. */
function* chunksOf(text: string, size: number): Generator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

/** The same JSON with its keys in another order. */
function shuffledKeys(value: unknown, order: readonly number[]): object {
  const shuffled = (item: unknown): unknown => (typeof item === 'object' && item !== null ? shuffledKeys(item, order) : item)
  if (Array.isArray(value)) return value.map(shuffled)
  const entries = Object.entries(value as object).map(([key, item], index) => ({ key, item: shuffled(item), rank: pick(order, index) }))
  return Object.fromEntries(entries.toSorted((one, other) => one.rank - other.rank).map(({ key, item }) => [key, item]))
}

// Events to refuse

const FRESH = { type: 'opened', subject: 'i', occurredAt: '2025-04-01', data: { by: 'x' } } as const

/** Events that are refused wherever they stand. */
const REFUSED: readonly { readonly code: string; readonly input: object }[] = [
  { code: 'INVALID_DATE', input: { ...FRESH, occurredAt: '2025-13' } },
  { code: 'UNKNOWN_TYPE', input: { ...FRESH, type: 'opend' } },
  { code: 'UNKNOWN_EVENT', input: { ...FRESH, supersedes: 'nowhere' } },
  { code: 'REPORTED_IN_FUTURE', input: { ...FRESH, reportedAt: '2025-06-01' } },
  { code: 'INVALID_EVENT', input: { ...FRESH, data: { by: 1 } } },
  { code: 'UNSAFE_VALUE', input: { ...FRESH, data: { by: 'x', amount: Number.NaN } } },
]

const faults = fc.record({
  kind: fc.constantFrom(...REFUSED.map(({ code }) => code), 'DUPLICATE_ID', 'ALREADY_SUPERSEDED'),
  index: fc.nat({ max: 6 }),
})

type Fault = typeof faults extends fc.Arbitrary<infer T> ? T : never

/** The commit with one event more, which is refused with the code. */
function broken({ at, inputs }: TestCommit, { kind, index }: Fault): { readonly commit: TestCommit; readonly code: string } {
  const refused = refusedWith(kind, inputs) ?? pick(REFUSED, index)
  const where = refused.code === 'ALREADY_SUPERSEDED' ? inputs.length : index % (inputs.length + 1)
  return { commit: { at, inputs: inputs.toSpliced(where, 0, refused.input as TestInput) }, code: refused.code }
}

function refusedWith(code: string, inputs: readonly TestInput[]): { readonly code: string; readonly input: object } | undefined {
  if (code === 'DUPLICATE_ID') return { code, input: { ...FRESH, subject: 'another', id: inputs[0]?.id } }
  const supersedes = inputs.find((input) => input.supersedes !== undefined)?.supersedes
  if (code === 'ALREADY_SUPERSEDED') return supersedes === undefined ? undefined : { code, input: { ...FRESH, supersedes } }
  return REFUSED.find((refused) => refused.code === code)
}

// Another process

const PLACE = { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

function placeHere(): { locale: string; timeZone: string } {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return { locale, timeZone }
}

/** Starts the program of `elsewhere.ts`; `stop` ends it. */
async function startElsewhere() {
  const env = { ...process.env, ...PLACE, JITI_ALIAS: JSON.stringify({ asof: path('../src/index.ts') }), JITI_FS_CACHE: 'false' }
  const child = spawn(process.execPath, ['--import', 'jiti/register', path('elsewhere.ts')], {
    env,
    cwd: path('..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${path('elsewhere.ts')} ended without an answer`)
    return JSON.parse(value)
  }
  const place = await next<{ locale: string; timeZone: string }>()
  return {
    place,
    ask(errand: Errand): Promise<Answer> {
      child.stdin.write(`${JSON.stringify(errand)}\n`)
      return next<Answer>()
    },
    stop: () => child.kill(),
  }
}
