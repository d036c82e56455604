import { beforeEach, describe, expect, test } from 'vitest'
import { ARTICLE_CONFIG, Folder, lineOf } from './folder.js'
import { expectRefused } from './refused.js'

type Stored = { id: string; type: string; subject: string; data?: unknown; supersedes?: string; reportedAt: string; source?: string }

let desk: Folder
beforeEach(() => (desk = new Folder()))

/** The events of the log, in its order, as export prints them. */
const stored = () =>
  desk
    .asof('export')
    .stdout.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Stored)

describe('add', () => {
  const add = 'add export.halted chip/h20 --occurred 2025-04 --reported 2025-07-16'

  test('appends one event and tells its id, its position and how it stands in the log', () => {
    const { stdout, stderr, status } = desk.asof([...add.split(' '), '--source', 'the article', '--data', 'by=US'])
    expect(stdout).toMatch(
      /^[\w-]{21} is event 1 of timeline\.asof\n {2}2025-04 {2}export\.halted chip\/h20 {2}reported 2025-07-16 by the article\n$/,
    )
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stored()).toMatchObject([
      { id: stdout.split(' ')[0], type: 'export.halted', subject: 'chip/h20', reportedAt: '2025-07-16', source: 'the article' },
    ])
  })

  test('prints the event as it stands in the log with --json', () => {
    expect(JSON.parse(desk.asof(`${add} --json --data n=1`).stdout)).toEqual({
      position: 1,
      id: expect.stringMatching(/^[\w-]{21}$/) as string,
      type: 'export.halted',
      subject: 'chip/h20',
      occurredAt: '2025-04',
      reportedAt: '2025-07-16',
      appendedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      data: { n: 1 },
    })
  })

  test('reports now where it is not said when', () => {
    const { reportedAt, appendedAt } = JSON.parse(desk.asof('add t s --occurred 2025 --json').stdout) as Record<string, string>
    expect(reportedAt).toBe(appendedAt)
  })

  test.for<[texts: string[], data: unknown]>([
    [['{"by":"US","n":[1,{"a":null}]}'], { by: 'US', n: [1, { a: null }] }],
    [['{"by":', '"US"}'], { by: 'US' }],
    [['5'], 5],
    [['null'], null],
    [['"text"'], 'text'],
    [['by=US', 'reason=new rules'], { by: 'US', reason: 'new rules' }],
    [['n=1', 'f=-1.5', 'z=0', 't=true', 'nothing=null'], { n: 1, f: -1.5, z: 0, t: true, nothing: null }],
    [['version=3.10', 'sha=1e3', 'v=1.0', 'spaced= 5 '], { version: '3.10', sha: '1e3', v: '1.0', spaced: ' 5 ' }],
    [['id=12345678901234567890', 'huge=1e999', 'minus=-0'], { id: '12345678901234567890', huge: '1e999', minus: '-0' }],
    [['text="5"', 'quoted=it\'s "so"', 'half="a', 'empty='], { text: '5', quoted: 'it\'s "so"', half: '"a', empty: '' }],
    [['sum=a=b==', 'url=https://a.b/?c=d'], { sum: 'a=b==', url: 'https://a.b/?c=d' }],
    [['o={"a":[1]}', 'not={a}'], { o: { a: [1] }, not: '{a}' }],
    [['date=2025-04', 'zero=007', 'plus=+1'], { date: '2025-04', zero: '007', plus: '+1' }],
    [['two=a\nb', 'constructor=1'], { two: 'a\nb', constructor: 1 }],
  ])('takes %j as data', ([texts, data]) => {
    const { stdout } = desk.asof([...'add t s --occurred 2025 --json --data'.split(' '), ...texts])
    expect((JSON.parse(stdout) as Stored).data).toStrictEqual(data)
  })

  test('takes data also in several --data', () => {
    desk.asof('add t s --occurred 2025 --data a=1 --data b=2 c=3')
    expect(stored()[0]!.data).toEqual({ a: 1, b: 2, c: 3 })
  })

  test.for<[texts: string[], sentence: string]>([
    [['__proto__=1'], 'Got a key "__proto__" in data.'],
    [['{"__proto__":1}'], 'Got a key "__proto__" in data.'],
    [['a=1', 'b=2', 'a=1'], 'Got the key "a" twice in --data.'],
    [['{"a":1,"a":1}'], 'Got the key "a" twice in data.'],
    [['{"n":12345678901234567890}'], 'Got 12345678901234567890 in data.n.'],
    [['n=[1e999]'], 'Got 1e999'],
    [['{"a":1'], 'Got "{\\"a\\":1" as --data. Expected JSON, or key=value.'],
    [['=5'], 'Got "=5" as --data.'],
    [['word'], 'Got "word" as --data.'],
    [[''], 'Got "" as --data.'],
  ])('refuses %j as data', ([texts, sentence]) => {
    expectRefused(desk.asof([...'add t s --occurred 2025 --data'.split(' '), ...texts]), 2, sentence)
    expect(desk.names()).toEqual([])
  })

  test('names the nearest of the types that the configuration knows', () => {
    const { stderr, status } = desk.asof(`add export.halt chip/h20 --occurred 2025 --config ${ARTICLE_CONFIG}`)
    expect(stderr).toContain('Did you mean "export.halted"?')
    expect(status).toBe(2)
  })

  test('tells in one line what the schema of the type says', () => {
    expectRefused(
      desk.asof(`add export.halted chip/h20 --occurred 2025 --data by=US --config ${ARTICLE_CONFIG}`),
      2,
      /^asof: Got \{"by":"US"\} as the data of "export\.halted" .*saidBy.*\n$/,
    )
  })

  test('supersedes an event, once', () => {
    desk.asof('ingest -', { input: lineOf({ id: 'first', type: 't', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01' }) })
    const better = 'add t s --occurred 2025-04-09 --reported 2025-05-02 --supersedes first'
    expect(desk.asof(better).status).toBe(0)
    expect(desk.asof('events --at 2025-06 --json').stdout.match(/"occurredAt": ".*"/g)).toEqual(['"occurredAt": "2025-04-09"'])
    const { id } = stored()[1]!
    expectRefused(desk.asof(better), 2, `supersedes "first", which "${id}" has superseded. Expected an event that nothing supersedes yet.`)
    expectRefused(desk.asof('add t s --occurred 2025 --supersedes frist'), 2, 'supersedes "frist", which is not in the log.')
  })

  test.for([
    ['add t s --occurred 2025-13', 'Got the date "2025-13". Expected a day that is in the calendar.'],
    ['add t s --occurred yesterday', 'Got the date "yesterday". Expected an EDTF date such as "2025"'],
    ['add t s --occurred 2025 --reported 2025-04', 'Got the date "2025-04". Expected a day or a date-time'],
    ['add t s --occurred 2025 --reported 2999-01-01', '2999-01-01'],
    ['add retracted s --occurred 2025', 'Got a retraction without `supersedes`.'],
    ['add __proto__ s --occurred 2025', 'Got the type "__proto__".'],
  ])('refuses what the log would: %s', ([args, sentence]) => {
    expectRefused(desk.asof(args!), 2, sentence!)
    expect(desk.names()).toEqual([])
  })

  test('takes subjects that are names of everything, and of an option where -- stands before it', () => {
    for (const subject of ['__proto__', 'constructor', 'latest', 'toString'])
      expect(desk.asof(`add t ${subject} --occurred 2025 --reported 2025-12-31`).status).toBe(0)
    expect(desk.asof('add t --occurred 2025 --reported 2025-12-31 -- --at').status).toBe(0)
    expect(Object.keys(JSON.parse(desk.asof('state --at 2025 --json').stdout) as object)).toEqual([
      '--at',
      '__proto__',
      'constructor',
      'latest',
      'toString',
    ])
    for (const key of ['__proto__', 'constructor', 'latest latest', 'toString', '-- --at'])
      expect(desk.asof(`state --at 2025 ${key}`).stdout).toBe(
        `${key.split(' ').at(-1)}\n  t:\n    occurredAt: 2025\n    reportedAt: 2025-12-31\n`,
      )
  })

  test('tells of a folder that is not there for the log', () => {
    expectRefused(desk.asof('add t s --occurred 2025 --log no/such/t.asof'), 4, 'There is no folder no/such for the log no/such/t.asof.')
    expectRefused(desk.asof('ingest - --log no/t.asof'), 4, 'There is no folder no for the log no/t.asof.')
  })
})

describe('retract', () => {
  beforeEach(() => {
    desk.asof('ingest -', {
      input: [
        lineOf({ id: 'halt', type: 'export.halted', subject: 'chip/h20', occurredAt: '2025-04', reportedAt: '2025-05-01' }),
        lineOf({ id: 'old', type: 't', subject: 's', occurredAt: '2025', reportedAt: '2025-05-01' }),
        lineOf({ id: 'new', type: 't', subject: 's', occurredAt: '2025', reportedAt: '2025-05-01', supersedes: 'old' }),
        lineOf({ id: 'plan', type: 't', subject: 'plans', occurredAt: '2999-01-01', reportedAt: '2025-05-01' }),
      ].join(''),
    })
  })

  test('withdraws an event and finds its subject itself', () => {
    const { stdout, status } = desk.asof(['retract', 'halt', '--reason', 'it was another chip', '--reported', '2025-05-03'])
    expect(stdout).toMatch(/^[\w-]{21} is event 5 of timeline\.asof\n {2}withdraws halt {2}retracted chip\/h20 {2}reported 2025-05-03\n$/)
    expect(status).toBe(0)
    expect(stored()[4]).toMatchObject({
      type: 'retracted',
      subject: 'chip/h20',
      supersedes: 'halt',
      data: { reason: 'it was another chip' },
    })
    expect(desk.asof('state chip/h20 --at 2025-06 --reported 2025-05-03 --json').stdout).toBe('{}\n')
    expect(JSON.parse(desk.asof('state chip/h20 --at 2025-06 --reported 2025-05-02 --json').stdout)).toHaveProperty(['export.halted'])
  })

  test('prints the event as it stands in the log with --json', () => {
    const event = JSON.parse(desk.asof('retract halt --json --source x').stdout) as object
    expect(event).toMatchObject({ position: 5, type: 'retracted', subject: 'chip/h20', supersedes: 'halt', source: 'x' })
    expect(event).not.toHaveProperty('data')
    expect(event).not.toHaveProperty('occurredAt')
  })

  test('withdraws what has yet to happen', () => {
    expect(desk.asof('retract plan').status).toBe(0)
    expect(stored()[4]).toMatchObject({ subject: 'plans', supersedes: 'plan' })
  })

  test('names the nearest id for one that is not there', () => {
    expectRefused(
      desk.asof('retract hat'),
      2,
      'Got the id "hat", which is not in the log. Expected the id of an event. Did you mean "halt"?',
    )
  })

  test('refuses an event that has a better account, or is withdrawn, already', () => {
    expectRefused(desk.asof('retract old'), 2, 'supersedes "old", which "new" has superseded.')
    desk.asof('retract halt')
    expectRefused(desk.asof('retract halt'), 2, /supersedes "halt", which "[\w-]{21}" has superseded\..* It is withdrawn/)
    const { id } = stored()[4]!
    expectRefused(desk.asof(`retract ${id}`), 2, id)
    expect(stored()).toHaveLength(5)
  })
})
