import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { type EventInput, type Log, type Timeline, fileLog, latest, memoryLog, openTimeline } from 'asof'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryPath } from './folder.js'
import { collected } from './note.js'

/** How many sequences of commands are tried, and how many commands each has at the most. */
const RUNS = 400
const COMMANDS_MAX = 24

/** What should be: one timeline, which never is stale. `now` is what every clock shows. */
type Model = { readonly timeline: Timeline; readonly heads: string[]; now: number }

/** What is: a file, and two timelines on it, each of which may lag behind. Some were opened again, and not asked since. */
type Real = {
  readonly path: string
  readonly timelines: [Timeline, Timeline]
  readonly unasked: Set<Timeline>
  /** Whether the disk refuses what is written. */
  isDown: boolean
}

type Command = fc.AsyncCommand<Model, Real>
type Call = { readonly drawn: readonly Drawn[]; readonly back: number | undefined }
type Drawn = typeof drawnInputs extends fc.Arbitrary<infer T> ? T : never

const which: fc.Arbitrary<0 | 1> = fc.constantFrom(0, 1)

/** One of these words, so much more often than the others. */
function oneOf<T extends string>(weights: Record<T, number>): fc.Arbitrary<T> {
  return fc.oneof(...(Object.keys(weights) as T[]).map((word) => ({ weight: weights[word], arbitrary: fc.constant(word) })))
}

/** An event of its own, which may supersede one that is there or not, or one that is there told again, or otherwise. */
const drawnInputs = fc.record({
  kind: oneOf({ fresh: 6, superseding: 4, retracting: 1, lost: 1, again: 2, otherwise: 1 }),
  id: fc.nat({ max: 99 }),
  pick: fc.nat({ max: 5 }),
  subject: fc.constantFrom('s', 't'),
  occurredAt: oneOf({ '2025-03': 4, '2025-04-01': 4, '2025-04-02T09:00:00Z': 4, '[2025-03..2025-05]': 4, spring: 1 }),
  reportedAt: oneOf({ '': 8, '2025-04-02': 4, '2025-04-03': 4, '2027-01-01': 1 }),
})
const calls: fc.Arbitrary<Call> = fc.record({
  drawn: fc.array(drawnInputs, { minLength: 1, maxLength: 3 }),
  back: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 2 }),
})

const commands: fc.Arbitrary<Command>[] = [
  ...[1, 1, 1, 4].map((maxLength) =>
    fc.tuple(which, fc.array(calls, { minLength: 1, maxLength })).map(([at, several]) => appending(at, several)),
  ),
  fc.tuple(which, fc.array(calls, { minLength: 1, maxLength: 3 })).map(([at, several]) => failing(at, several)),
  fc.tuple(which, fc.array(drawnInputs, { maxLength: 4 })).map(([at, drawn]) => ingesting(at, drawn)),
  which.map((at) =>
    command(`refresh ${at}`, async (model, { timelines }) => {
      const behind = model.timeline.position - timelines[at].position
      expect(await timelines[at].refresh()).toBe(behind)
    }),
  ),
  which.map((at) =>
    command(`open ${at} again`, async (model, real) => {
      await real.timelines[at].close()
      real.timelines[at] = await opened(model, fallible(real))
      expect(real.timelines[at].position).toBe(model.timeline.position)
      real.unasked.add(real.timelines[at])
    }),
  ),
  which.map((at) => command(`ask ${at}`, async (_, { timelines, unasked }) => void unasked.delete(timelines[at]))),
  fc.tuple(which, fc.nat({ max: 9 })).map(([at, pick]) => verifying(at, pick)),
  fc.string({ minLength: 1, unit: fc.constantFrom('{', '"', 'seq', '\u{1F600}', '\0') }).map((tail) =>
    command(`leave ${JSON.stringify(tail)} behind`, async (_, { path }) => {
      if (!lacksLineBreak(path)) appendFileSync(path, existsSync(path) ? tail : `{"seq":${tail}`) // a log begins as one
    }),
  ),
  fc.constant(
    command('strip the last line break', async (_, { path }) => {
      if (existsSync(path) && readFileSync(path).at(-1) === 10) truncateSync(path, readFileSync(path).length - 1)
    }),
  ),
  fc.constantFrom(0, 1, 3_600_000, 86_400_000, -86_400_001).map((ms) =>
    command(`turn the clock by ${ms} ms`, async (model) => {
      model.now += ms
    }),
  ),
]

test('a file with two timelines on it answers as one timeline in memory does, whatever is done to them', async () => {
  const path = temporaryPath()
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: COMMANDS_MAX, size: 'max' }), async (drawn) => {
      await fc.asyncModelRun(() => setUp(`${path}-${(run += 1)}`), drawn)
    }),
    { numRuns: RUNS },
  )
})

async function setUp(path: string): Promise<{ model: Model; real: Real }> {
  const model = { now: Date.UTC(2025, 3, 3, 18), heads: [] } as unknown as Model
  Object.assign(model, { timeline: await opened(model, memoryLog()) })
  const real = { path, unasked: new Set(), isDown: false } as unknown as Real
  Object.assign(real, { timelines: [await opened(model, fallible(real)), await opened(model, fallible(real))] })
  return { model, real }
}

/** The log in the file, which takes nothing while the disk is down. */
function fallible(real: Real): Required<Log> {
  const log = fileLog(real.path)
  const append = log.append.bind(log)
  log.append = async (...record) => (real.isDown ? Promise.reject(new Error('disk gone')) : append(...record))
  return log
}

function opened(model: Model, log: ReturnType<typeof memoryLog>): Promise<Timeline> {
  return openTimeline({ log, clock: () => model.now })
}

/** Something to do, after which whoever opens the log finds what the model holds, and who lags behind what it held. */
function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await run(model, real)
      const again = await opened(model, fileLog(real.path))
      expect(await collected(again.export())).toEqual(await collected(model.timeline.export()))
      for (const timeline of [again, ...real.timelines]) {
        if (real.unasked.has(timeline)) continue
        const position = timeline.position
        expect(timeline.asOf('2026').fingerprint(latest)).toBe(model.timeline.asOf('2026', { position }).fingerprint(latest))
      }
    },
  }
}

/** Calls that overlap come to what they come to one after the other. */
function appending(at: 0 | 1, several: readonly Call[]): Command {
  return command(`append ${JSON.stringify(several)} to ${at}`, async (model, { timelines }) => {
    const prepared: [EventInput[], { after?: number }][] = []
    const outcomes: unknown[] = []
    for (const { drawn, back } of several) {
      const inputs = await inputsOf(model, drawn)
      const options = back === undefined ? {} : { after: Math.max(0, model.timeline.position - back) }
      prepared.push([inputs, options])
      outcomes.push(await outcome(model.timeline.append(inputs, options)))
    }
    expect(await Promise.all(prepared.map(([inputs, options]) => outcome(timelines[at].append(inputs, options))))).toEqual(outcomes)
  })
}

/** What is not written comes to nothing, and what is said afterwards is as if it had never been tried. */
function failing(at: 0 | 1, several: readonly Call[]): Command {
  return command(`fail to append ${JSON.stringify(several)} to ${at}`, async (model, real) => {
    const prepared = await Promise.all(several.map(({ drawn }) => inputsOf(model, drawn)))
    real.isDown = true
    await Promise.all(prepared.map((inputs) => outcome(real.timelines[at].append(inputs))))
    real.isDown = false
  })
}

/** A timeline that lags behind takes a line that supersedes what it does not know last, so it is brought up to date first. */
function ingesting(at: 0 | 1, drawn: readonly Drawn[]): Command {
  return command(`ingest ${JSON.stringify(drawn)} through ${at}`, async (model, { timelines }) => {
    const lines = [...(await inputsOf(model, drawn)).map((input) => JSON.stringify(input)), 'oops'].join('\n')
    const expected = await outcomeOf(model.timeline.ingest(lines))
    await timelines[at].refresh()
    expect(await outcomeOf(timelines[at].ingest(lines))).toEqual(expected)
  })
}

function verifying(at: 0 | 1, pick: number): Command {
  return command(`verify ${at}`, async (model, { timelines }) => {
    const { events, head } = await timelines[at].verify()
    expect(events).toBe(model.timeline.position)
    if (head !== '') model.heads.push(head)
    const expectHead = model.heads[pick % Math.max(1, model.heads.length)]
    expect(await timelines[at].verify({ expectHead })).toMatchObject({ head })
    expect(await outcomeOf(timelines[at].verify({ expectHead: 'a'.repeat(64) }))).toBe('LOG_CORRUPT')
  })
}

async function inputsOf({ timeline }: Model, drawn: readonly Drawn[]): Promise<EventInput[]> {
  const there = (await collected(timeline.export())).map((line) => JSON.parse(line)).toReversed()
  return drawn.map(({ kind, id, pick, subject, occurredAt, reportedAt }) => {
    const { position: _, appendedAt: __, ...other } = there[pick % Math.max(1, there.length)] ?? { id: 'nothing' }
    if (kind === 'again' && there.length > 0) return other
    if (kind === 'otherwise' && there.length > 0) return { ...other, data: 'otherwise' }
    const input = { id: `e${id}`, subject, ...(reportedAt && { reportedAt }) }
    if (kind === 'retracting') return { ...input, type: 'retracted', supersedes: other.id }
    const supersedes = kind === 'superseding' ? other.id : kind === 'lost' ? 'lost' : undefined
    return { ...input, type: 'noted', occurredAt, ...(supersedes && { supersedes }) }
  })
}

/** The events a call resolves with, or the code it rejects with. */
function outcome(call: Promise<readonly { id: string; position: number; appendedAt: string }[]>): Promise<unknown> {
  return outcomeOf(call.then((events) => events.map(({ id, position, appendedAt }) => [id, position, appendedAt])))
}

function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: { code?: string }) => error.code ?? error)
}

/** Whether a file ends with a whole record that lacks its line break; what is written there would be part of it. */
function lacksLineBreak(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'latin1').endsWith('"}')
}
