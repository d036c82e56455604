import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type TimelineError, defineEvents } from 'asof'
import { arbitraryEvents, expectDeterministic } from 'asof/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { events as storyEvents } from '../../events/catalog.js'
import { temporaryPath } from '../log/folder.js'
import * as impure from './impure.js'
import * as pure from './pure.js'

const url = (path: string) => import.meta.resolve(path)

/** In which way each of them shows that it is not pure; a clock may also tick in between. */
const SHOWN: Record<keyof typeof impure, string> = {
  capturedNow: 'comes to another state',
  newDate: 'in another process',
  random: 'a second time',
  uuid: 'a second time',
  counter: 'a second time',
  mutation: 'read only property',
  storedTwice: 'in one draft',
  localeString: 'in another process',
  timezoneOffset: 'in another process',
  environment: 'in another process',
  elapsed: 'a second time',
  intl: 'in another process',
  localeCompare: 'in another process',
  localeUpperCase: 'in another process',
  asynchronous: 'returned a promise',
  identity: 'a second time',
}

describe('a projection that is not pure is found out, by as few events as show it', () => {
  test.for(Object.entries(SHOWN))('%s: %s', async ([name, how]) => {
    const error = await refusalOf(expectDeterministic(url('./impure.ts'), name))
    expect([error.code, error.details['type'], error.details['projection']]).toEqual(['REDUCER_FAILED', 'noted', 'impure'])
    expect(error.message).toContain(how)
    const { events } = error.details as { events: { type: string }[] }
    expect(events.map(({ type }) => type)).toEqual(Array(['localeCompare', 'storedTwice'].includes(name) ? 2 : 1).fill('noted'))
    expect(error.message).toContain(JSON.stringify(events))
  })

  test('the type is the first after which the states differ, though others come before and behind', async () => {
    const path = module(`
      let count = 0
      export const late = defineProjection({ name: 'late', initial: () => ({ seen: 0 }), on: {
        opened: (state) => { state.seen += 1 },
        closed: (state) => { if (state.seen > 1) state.count = count += 1 },
      } })`)
    const { details } = await refusalOf(expectDeterministic(path, 'late'))
    const types = (details['events'] as { type: string }[]).map(({ type }) => type)
    expect([details['type'], types.filter((type) => type === 'opened')]).toEqual(['closed', ['opened', 'opened']])
    expect(types.length).toBeLessThanOrEqual(4) // one that closes may supersede another
  })

  test('events that it does without are left out, though they may not be shrunk', async () => {
    const checked = { type: 'checked', subject: 's', occurredAt: '2025', reportedAt: '2025-04-01', data: { text: 'x' } }
    const noted = { ...checked, id: 'noted', type: 'noted', data: { text: 'x', count: 1 } }
    const retraction = { type: 'retracted' as const, subject: 's', supersedes: 'checked', reportedAt: '2025-04-02' }
    const events = fc.constant([
      { ...checked, id: 'checked' },
      retraction,
      checked,
      noted,
      { ...noted, id: 'more', supersedes: 'noted' },
      checked,
    ])
    const { details } = await refusalOf(expectDeterministic(url('./impure.ts'), 'identity', { events, runs: 1 }))
    expect(details['events']).toEqual([{ ...noted, id: 'more' }])
  })

  test.for([
    [
      'state outside that `initial` resets',
      "let n = 0\nexport const p = defineProjection({ name: 'p', initial: () => { n = 0; return { n } }, on: (state) => { state.n = n += 1 } })",
      'among others',
    ],
    [
      'whether a state is a draft',
      "import { isDraft } from 'immer'\nexport const p = defineProjection({ name: 'p', initial: () => ({ is: false }), on: (state) => { state.is = isDraft(state) } })",
      'in one run',
    ],
    [
      'whether a state is the one before',
      "let last\nexport const p = defineProjection({ name: 'p', initial: () => ({ n: 0 }), on: (state) => { if (last === state) state.n += 1; last = state } })",
      'in one run',
    ],
    [
      'the day of the week',
      "export const p = defineProjection({ name: 'p', initial: () => ({ day: 0 }), on: (state) => { state.day = new Date().getDay() } })",
      'in another process',
    ],
    [
      'whether it is a weekend',
      "export const p = defineProjection({ name: 'p', initial: () => ({ is: false }), on: (state) => { state.is = new Date().getDay() % 6 === 0 } })",
      'in another process',
    ],
    [
      'an environment that the module holds',
      "import { env } from 'node:process'\nexport const p = defineProjection({ name: 'p', initial: () => ({ at: '' }), on: (state) => { state.at = env.LOCAL_DESK ?? 'none' } })",
      'in another process',
    ],
    [
      'how many hours the process has run',
      "export const p = defineProjection({ name: 'p', initial: () => ({ hours: 0 }), on: (state) => { state.hours = Math.floor(performance.now() / 3_600_000) } })",
      'in another process',
    ],
    [
      'a number for each event that has come by',
      "const seen = new Map()\nexport const p = defineProjection({ name: 'p', initial: () => ({ at: 0 }), on: (state, event) => { if (!seen.has(event)) seen.set(event, seen.size); state.at = seen.get(event) } })",
      'from equal events',
    ],
    [
      'what is in the environment',
      "export const p = defineProjection({ name: 'p', initial: () => ({ is: false }), on: (state) => { state.is = Object.hasOwn(process.env, 'LOCAL_DESK') } })",
      'in another process',
    ],
    [
      'digits of the language',
      "export const p = defineProjection({ name: 'p', initial: () => ({ at: '' }), on: (state) => { state.at = (5).toLocaleString() } })",
      'in another process',
    ],
    [
      'a schema that reads the clock',
      "import { z } from 'zod'\nconst events = { noted: z.object({ year: z.int().default(() => new Date().getFullYear()) }) }\nexport const p = defineProjection({ name: 'p', events, initial: () => ({ year: 0 }), on: (state, event) => { state.year = event.data.year } })",
      'in another process',
    ],
    [
      'an end of the process',
      "export const p = defineProjection({ name: 'p', initial: () => 0, on: (state) => { if (process.env.LOCAL_DESK) process.exit(3); return state + 1 } })",
      'ended with the code 3',
    ],
  ] as const)('%s is found out', async ([, text, how]) => {
    const { code, message, cause } = await refusalOf(expectDeterministic(module(text), 'p'))
    expect([code, `${message} ${String(cause)}`]).toEqual(['REDUCER_FAILED', expect.stringContaining(how)])
  })

  test.for([
    "Date.now() < Date.parse('2070-01-01')",
    'new Date().getHours() < 12',
    'new Date().getMonth() < 6',
    'Math.floor(process.uptime() / 3600)',
    'process.hrtime()[0] > 1e9',
    'process.hrtime.bigint() > 10n ** 18n',
    'event.source?.toLocaleUpperCase()',
  ])('a state that depends on %s is found out', async (value) => {
    const text = `export const p = defineProjection({ name: 'p', initial: () => ({}), on: (state, event) => { state.is = ${value} } })`
    expect((await refusalOf(expectDeterministic(module(text), 'p'))).message).toContain('in another process')
  })

  test('an environment that a module imports is found out, where node loads it', async () => {
    const text = `
      import { env } from 'node:process'
      import { defineProjection } from ${JSON.stringify(url('../../dist/src/index.js'))}
      export const p = defineProjection({ name: 'p', initial: () => ({ at: env.HOME ?? 'none' }), on: {} })`
    const { message } = await refusalOf(expectDeterministic(`data:text/javascript,${encodeURIComponent(text)}`, 'p'))
    expect(message).toContain('in another process')
  })

  test('an initial state that is not pure differs before any event', async () => {
    const path = module(`export const born = defineProjection({ name: 'born', initial: () => ({ at: Math.random() }), on: {} })`)
    const { message, details } = await refusalOf(expectDeterministic(path, 'born'))
    expect([message.includes('first before any event'), details['type']]).toEqual([true, undefined])
  })

  test('what a variable of this environment says is not there elsewhere, nor what a module kept of it', async () => {
    const path = module(`
      const { HOME } = process.env
      export const homely = defineProjection({ name: 'homely', initial: () => ({ home: HOME ?? 'none' }), on: {} })`)
    expect((await refusalOf(expectDeterministic(path, 'homely'))).message).toContain('in another process')
  })
})

describe('a pure projection is not accused', () => {
  test.for(Object.keys(pure))('%s', async (name) => {
    await expectDeterministic(url('./pure.ts'), name)
  })

  test.for([
    ['claims', 'claims'],
    ['export-status', 'exportStatus'],
    ['model-landscape', 'modelLandscape'],
    ['standing-in-china', 'standingInChina'],
  ] as const)('of the article: %s', async ([file, name]) => {
    await expectDeterministic(url(`../../projections/${file}.ts`), name)
  })

  test('latest, with any data and with the events of a catalog', async () => {
    await expectDeterministic(url('../../dist/src/index.js'), 'latest')
    await expectDeterministic(new URL('../../dist/src/latest.js', import.meta.url), 'latest', { events: storyEvents, runs: 30 })
  })
})

describe('what it is given', () => {
  test('events may be an arbitrary, of as many runs as are asked for', async () => {
    const drawn: number[] = []
    const events = arbitraryEvents(defineEvents({ noted: z.object({ text: z.string(), count: z.int(), tags: z.tuple([]) }) })).map(
      (inputs) => {
        drawn.push(inputs.length)
        return inputs
      },
    )
    await expectDeterministic(url('./pure.ts'), 'taking', { events, runs: 7 })
    expect(drawn).toHaveLength(7)
  })

  test('events that the catalog of the projection refuses are an error of their own', async () => {
    const events = fc.constant([{ type: 'unheard', subject: 's', occurredAt: '2025', reportedAt: '2025-04-01' }])
    expect((await refusalOf(expectDeterministic(url('./pure.ts'), 'counting', { events }))).code).toBe('UNKNOWN_TYPE')
  })

  test.for([
    ['a module that is not there', './nowhere.ts', 'counting', {}, 'cannot be imported'],
    ['an export that is not there', './pure.ts', 'miscounting', {}, 'exports no "miscounting"'],
    ['no projection', './expect-deterministic.js', 'RUNS', {}, 'cannot be imported'],
    ['no whole number of runs', './pure.ts', 'counting', { runs: 0 }, 'Got 0 as `runs`'],
    ['an unknown option', './pure.ts', 'counting', { run: 3 }, 'Did you mean "runs"'],
    [
      'a schema that takes next to nothing',
      './pure.ts',
      'counting',
      { events: { noted: z.string().refine((text): boolean => text === 'rare') } },
      '"noted"',
    ],
  ] as const)('%s is INVALID_ARGUMENT', async ([, path, name, options, part]) => {
    const error = await refusalOf(expectDeterministic(url(path), name, options as never))
    expect(error.code).toBe('INVALID_ARGUMENT')
    expect(error.message).toContain(part)
  })

  test('an arbitrary that makes no events shows nothing, and is INVALID_ARGUMENT', async () => {
    const error = await refusalOf(expectDeterministic(url('./pure.ts'), 'counting', { events: fc.constant([]) }))
    expect([error.code, error.message.includes('no event to fold')]).toEqual(['INVALID_ARGUMENT', true])
  })

  test('a module may be named by its absolute path', async () => {
    await expectDeterministic(fileURLToPath(url('./pure.ts')), 'counting', { runs: 20 })
  })

  test('a module that ends the process, there alone, is INVALID_ARGUMENT', async () => {
    const path = module(
      "if (process.env.HOME === undefined) process.exit(5)\nexport const p = defineProjection({ name: 'p', initial: () => 0, on: {} })",
    )
    const error = await refusalOf(expectDeterministic(path, 'p'))
    expect([error.code, error.message.includes('ended with the code 5')]).toEqual(['INVALID_ARGUMENT', true])
  })

  test('a module that only this process can import is INVALID_ARGUMENT', async () => {
    const path = module(`
      if (process.env.HOME === undefined) throw new Error('homeless')
      export const p = defineProjection({ name: 'p', initial: () => 0, on: {} })`)
    const error = await refusalOf(expectDeterministic(path, 'p'))
    expect([error.code, error.message.includes('homeless')]).toEqual(['INVALID_ARGUMENT', true])
  })
})

/** The URL of a module of its own. */
function module(text: string): string {
  const path = temporaryPath('projection.ts')
  writeFileSync(path, `import { defineProjection } from 'asof'\n${text}\n`)
  return pathToFileURL(path).href
}

/** What a call rejects with; it is of the package as it was built, whose classes are its own. */
async function refusalOf(call: Promise<void>): Promise<TimelineError> {
  try {
    await call
  } catch (error) {
    if ((error as Error).name === 'TimelineError') return error as TimelineError
    throw error
  }
  throw new Error('nothing was refused')
}
