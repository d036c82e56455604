import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { COMMAND, Folder, lineOf } from './folder.js'
import { expectRefused } from './refused.js'

const EVENT = lineOf({ id: 'halt', type: 't', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01', data: { n: 1 } })
const COUNT = `{ name: 'count', initial: () => 0, on: (n) => n + 1 }`

let desk: Folder
beforeEach(() => {
  desk = new Folder()
  expect(desk.asof('ingest - --no-config', { input: EVENT }).status).toBe(0)
})

describe('a configuration is found', () => {
  test.for([
    [
      'asof.config.ts',
      `import { defineProjection } from 'asof'\nconst name: string = 'p'\nexport default { projections: [defineProjection(${COUNT})] }`,
    ],
    ['asof.config.js', `import { defineProjection } from 'asof'\nexport default { projections: [defineProjection(${COUNT})] }`],
    ['asof.config.mjs', `import { defineProjection } from 'asof'\nexport default { projections: [defineProjection(${COUNT})] }`],
  ])('as %s, from a folder beneath it too', ([name, text]) => {
    desk.write(name!, text!)
    desk.write('a/b/.keep', '')
    expect(desk.asof('state').stdout).toBe('count\n  1\n')
    expect(desk.asof('state --log ../../timeline.asof', { from: 'a/b' }).stdout).toBe('count\n  1\n')
    expect(desk.asof(`state --log ../../timeline.asof --config ../../${name}`, { from: 'a/b' }).stdout).toBe('count\n  1\n')
    expect(desk.asof('state --no-config').stdout).toMatch(/^s\n {2}t:\n/)
  })

  test('nearest first, and a .ts before a .js before a .mjs', () => {
    const named = (name: string) =>
      `import { defineProjection } from 'asof'\nexport default { projections: [defineProjection({ ...${COUNT}, name: '${name}' })] }`
    desk.write('asof.config.ts', named('upper'))
    desk.write('a/asof.config.mjs', named('mjs'))
    const nearest = () => desk.asof('state --log ../timeline.asof', { from: 'a' }).stdout.split('\n')[0]
    expect(nearest()).toBe('mjs')
    desk.write('a/asof.config.js', named('js'))
    expect(nearest()).toBe('js')
    desk.write('a/asof.config.ts', named('ts'))
    expect(nearest()).toBe('ts')
  })

  test.for(['zod', 'zod/v4'])('with modules of its own, and with the %s and the asof of the command line', (zod) => {
    desk.write(
      'types.ts',
      `import { z } from '${zod}'\nimport { defineEvents } from 'asof'\nexport const events = defineEvents({ t: z.object({ n: z.number() }) })`,
    )
    desk.write('asof.config.ts', `import { events } from './types.js'\nexport default { events }`)
    expect(desk.asof('state s --at 2025-06').stdout).toContain('n: 1')
    expectRefused(desk.asof('add t s --occurred 2025 --data n=one'), 2, 'expected number, received string')
    expectRefused(desk.asof('add tt s --occurred 2025'), 2, 'Did you mean "t"?')
  })
})

describe('the log', () => {
  test('of a configuration is where the configuration is, and --log goes before it', () => {
    desk.write('a/asof.config.mjs', `export default { log: 'kept/here.asof' }`)
    mkdirSync(join(desk.path, 'a/kept'))
    desk.write('a/b/.keep', '')
    expect(desk.asof('ingest -', { from: 'a/b', input: EVENT }).stdout).toBe(
      '1 event appended to ../kept/here.asof, 0 duplicates, 0 refused\n',
    )
    expect(desk.has('a/kept/here.asof')).toBe(true)
    expect(desk.asof('verify', { from: 'a/b' }).stdout).toContain('intact: ../kept/here.asof has 1 event in 1 commit\n')
    expectRefused(desk.asof('verify --log own.asof', { from: 'a/b' }), 4, 'There is no log at own.asof.')
  })

  test('of a configuration may be one that was made there', () => {
    desk.write('asof.config.ts', `import { memoryLog } from 'asof'\nexport default { log: memoryLog() }`)
    expect(desk.asof('verify')).toMatchObject({ stdout: 'intact: the log of the configuration has 0 events in 0 commits\n', status: 0 })
  })
})

describe('a projection', () => {
  const state = (projection: string, ...args: string[]) => {
    desk.write(
      'asof.config.ts',
      `import { defineProjection } from 'asof'\nexport default { projections: [defineProjection(${projection})] }`,
    )
    return desk.asof(['state', '--at', '2025-06', ...args])
  }

  test('that is called latest goes before the one that is built in', () => {
    expect(state(`{ ...${COUNT}, name: 'latest' }`).stdout).toBe('latest\n  1\n')
  })

  test.for<[initial: string, text: string, json: string]>([
    ['undefined', 'p\n  undefined\n', 'null\n'],
    ['null', 'p\n  null\n', 'null\n'],
    ['0', 'p\n  0\n', '0\n'],
    ['""', 'p\n  ""\n', '""\n'],
    ['[]', 'p\n  []\n', '[]\n'],
    ['new Map([[1, new Set([2])]])', 'p\n  1:\n    - 2\n', '[\n  [\n    1,\n    [\n      2\n    ]\n  ]\n]\n'],
    ['new Map([["__proto__", 1]])', 'p\n  __proto__: 1\n', '{\n  "__proto__": 1\n}\n'],
  ])('may have the state %s', ([initial, text, json]) => {
    const projection = `{ name: 'p', initial: () => ${initial}, on: () => {} }`
    expect(state(projection)).toEqual({ stdout: text, stderr: '', status: 0 })
    expect(state(projection, '--json')).toEqual({ stdout: json, stderr: '', status: 0 })
  })

  test('that throws is told with the event on which it did, and exits with 4', () => {
    const throwing = `{ name: 'p', key: (event) => event.subject, initial: () => ({}), on: () => { throw new Error('boom\\nbang') } }`
    expectRefused(state(throwing), 4, 'The projection "p" failed on the event "halt" (t, position 1): Error: boom bang.')
    for (const args of ['state s', 'history s', 'explain', 'explain s', 'diff --from-at 2024'])
      expectRefused(desk.asof(args), 4, 'The projection "p" failed on the event "halt" (t, position 1)')
    expect(desk.asof('events').status).toBe(0)
  })

  test('whose states cannot be compared is told by diff', () => {
    state(`{ name: 'p', initial: () => ({}), on: (state) => { state.at = new Date(0) } }`)
    expectRefused(desk.asof('diff --from-at 2024'), 4, 'The projection "p" made a state that cannot be compared')
  })
})

describe('what is wrong with a configuration is told in one line, with how to do without it', () => {
  test.for<[text: string, sentence: string]>([
    ['throw new Error("boom\\nbang")', 'boom bang.'],
    ['throw "text"', 'text.'],
    ['throw undefined', 'undefined.'],
    ['export default {', ''],
    ['import "nowhere"', "Cannot find module 'nowhere'"],
    ['export const config = {}', 'it has no default export. Write: export default { events, projections }.'],
    ['', 'it has no default export.'],
    [
      'export default null',
      'Got null as the options of a configuration. Expected an object with some of events, projections, log. Pass an object.',
    ],
    ['export default 5', 'Got 5 as the options of a configuration.'],
    ['export default { projection: [] }', 'Got the option "projection"'],
    ['export default { nonsense: 1 }', 'Got the option "nonsense" for a configuration. Expected one of events, projections, log. Correct'],
    ['export default { projections: 5 }', 'Got 5 as `projections`.'],
    ['export default { projections: [{}] }', 'Got {} as a projection.'],
    ['export default { events: 5 }', 'Got 5 as a catalog.'],
    ['export default { events: { t: 5 } }', 'Got 5 for the event type "t".'],
    ['export default { log: 5 }', 'Got 5 as `log`.'],
    ['export default { log: {} }', 'Got {} as `log`.'],
    ['export default { log: "" }', 'Got "" as `log`. Expected a log, or the path of its file.'],
  ])('%j', ([text, sentence]) => {
    desk.write('asof.config.ts', text)
    const run = desk.asof('state')
    expectRefused(run, 4, `asof: The configuration asof.config.ts failed: ${sentence}`)
    expect(run.stderr).toMatch(/[^.]\. Mend it, name another with --config, or do without with --no-config\.\n$/)
  })

  test('a file that is not there, or is a folder', () => {
    expectRefused(desk.asof('state --config nowhere.ts'), 4, 'The configuration nowhere.ts failed: there is no such file. Mend it,')
    expectRefused(desk.asof('state --config .'), 4, 'The configuration . failed: there is no such file. Mend it,')
  })

  test('a schema that refuses what the log holds', () => {
    desk.write('asof.config.ts', `import { z } from 'zod'\nexport default { events: { t: z.object({ n: z.string() }) } }`)
    expectRefused(
      desk.asof('state'),
      4,
      /^asof: timeline\.asof could not be read at position 1\. Got \{"n":1\} as the data of "t" \(halt\)\. .* With --no-config it is read unchecked\.\n$/,
    )
    expect(desk.asof('state s --no-config').status).toBe(0)
  })

  test('what it leaves running is not waited for, and no output is lost', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => lineOf({ id: `e${index}`, type: 't', subject: 's', occurredAt: '2025' }))
    desk.asof('ingest -', { input: lines.join('') })
    desk.write('asof.config.ts', 'setInterval(() => {}, 1000)\nexport default {}')
    const piped = `'${process.execPath}' '${COMMAND}' export | (sleep 0.2; wc -l)`
    const { stdout, signal } = spawnSync('sh', ['-c', piped], { cwd: desk.path, encoding: 'utf8', timeout: 30_000 })
    expect({ lines: Number(stdout), signal }).toEqual({ lines: 20_001, signal: null })
    expectRefused(desk.asof('state --at 2025-13'), 2, 'Got the date "2025-13".')
  })

  test('what it leaves behind and fails later', () => {
    desk.write('asof.config.ts', 'void Promise.reject(new Error("later"))\nexport default {}')
    const { stderr, status } = desk.asof('state')
    expect(stderr).toBe('asof: later.\n')
    expect(status).toBe(4)
  })
})
