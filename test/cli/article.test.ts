import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Folder } from './folder.js'

const story = new Folder()

beforeAll(() => {
  story.copy('asof.config.ts', 'events', 'projections')
  expect(story.asof('ingest events/article.jsonl events/context.jsonl')).toEqual({
    stdout: '26 events appended to timeline.asof, 0 duplicates, 0 refused\n',
    stderr: '',
    status: 0,
  })
})

describe('each command tells the story', () => {
  test.for([
    'state --at 2025-06-01',
    'state chip/h20 --at 2025-06-01',
    'state chip/h20 --at 2025-06-01 --json',
    'state chip/h20 --at 2025-06-01 --reported 2025-04-14',
    'state export-status chip/h20 --at 2025-04 --earliest',
    'state standing-in-china company/nvidia --at 2025-07-16',
    'state standing-in-china company/nvidia --at 2025-07-16 --json',
    'state model-landscape --at 2025-07-16',
    'state model-landscape --at 2025-07-16 --json',
    'state claims --at 2025-06-01',
    'state claims --at 2025-06-01 --json',
    'state latest chip/h20 --at 2025-06-01',
    'events --at 2025-05-21',
    'events --at 2025-07-16 --subject chip/h20 --json',
    'history chip/h20 --at 2025-07-16',
    'history chip/h20 --at 2025-05-01 --json',
    'history model-landscape --at 2025-02-01',
    'explain chip/h20 --at 2025-07-16',
    'explain chip/h20 --at 2025-05-01 --json',
    'explain standing-in-china --at 2025-07-16',
    'explain model-landscape --at 2025-02-01 --json',
    'diff --from-at 2025-06-01 --to-at 2025-07-16',
    'diff --from-at 2025-06-01 --to-at 2025-07-16 --json',
    'diff claims --from-reported 2025-06-01 --to-reported 2025-07-16 --at 2025-06-01',
    'diff standing-in-china company/nvidia --from-at 2025-04-01 --to-at 2025-07-16 --from-reported 2025-06-01',
    'diff model-landscape --from-at 2025-01-20 --to-at 2025-02-01',
  ])('%s', (args) => {
    expect(story.transcript(args)).toMatchSnapshot()
  })
})

test('a state in JSON is that state itself, with Maps as objects and Sets as arrays, and what is uncertain is told beside it', () => {
  const { stdout, stderr } = story.asof('state standing-in-china company/nvidia --at 2025-07-16 --json')
  expect(JSON.parse(stdout)).toMatchObject({ sales: { 'chip/h20': { status: 'resuming' } }, developers: { countMin: 1_500_000 } })
  expect(stderr).toBe('')
  const doubtful = story.asof('state chip/h20 --at 2025-06-01 --json')
  expect(JSON.parse(doubtful.stdout)).toMatchObject({ status: 'halted', sources: ['NVIDIA, Form 8-K of 15 April 2025'] })
  expect(doubtful.stderr.match(/^ {2}\? not certain: /gm)).toHaveLength(2)
})

test('without a key, a keyed projection gives an object of states by key', () => {
  const states = JSON.parse(story.asof('state claims --at 2025-06-01 --json').stdout) as object
  expect(Object.keys(states)).toEqual(['DeepSeek', 'Jensen Huang', 'NVIDIA', 'stock market reports', 'the article'])
})

test('an uncertain event is told once a line, each with its subject', () => {
  const { stdout } = story.asof('state model-landscape --at 2025-07-16')
  const doubts = stdout.split('\n').filter((line) => line.startsWith('  ? not certain: '))
  expect(doubts).toHaveLength(11)
  expect(new Set(doubts).size).toBe(11)
})

test('of many uncertain events the first twenty are told', () => {
  const month = (id: number) =>
    JSON.stringify({ id: `n${id}`, type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: `2025-05-${id}` })
  story.asof('ingest - --no-config --log many.asof', { input: Array.from({ length: 21 }, (_, index) => month(index + 10)).join('\n') })
  const { stdout } = story.asof('state s --no-config --log many.asof')
  expect(stdout.match(/not certain/g)).toHaveLength(20)
  expect(stdout).toMatch(/\n {2}\? and 1 more event\n$/)
})

test('a season is a date like another', () => {
  expect(story.asof('state chip/h20 --at 2025-21').stdout).toBe(story.asof('state chip/h20 --at 2025-05-31').stdout)
})

test('the configuration is found up the tree, and the log is where one stands', () => {
  story.write('a/b/.keep', '')
  const { stdout } = story.asof('state chip/h20 --at 2025-06-01 --log ../../timeline.asof', { from: 'a/b' })
  expect(stdout).toBe(story.asof('state chip/h20 --at 2025-06-01').stdout)
})

test('verify tells how much there is and the head, by which the log is known again', () => {
  const { stdout } = story.asof('verify')
  expect(stdout).toMatch(/^intact: timeline\.asof has 26 events in \d commits?\nhead [0-9a-f]{64}\n$/)
  const verified = JSON.parse(story.asof('verify --json').stdout) as { head: string }
  expect(verified).toEqual({ commits: expect.any(Number) as number, events: 26, head: stdout.split(' ').at(-1)!.trim() })
  expect(story.asof(`verify --expect-head ${verified.head.toUpperCase()}`)).toMatchObject({ stdout, status: 0 })
})

test('what export prints, ingest takes back to the same states', () => {
  const exported = story.asof('export')
  const lines = exported.stdout.trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual(lines.map((_, index) => index + 1))
  expect(story.asof('ingest - --log copy.asof', { input: exported.stdout })).toMatchObject({
    stdout: '26 events appended to copy.asof, 0 duplicates, 0 refused\n',
    status: 0,
  })
  for (const projection of ['model-landscape', 'claims'])
    expect(story.asof(`state ${projection} --at 2025-07-16 --json --log copy.asof`).stdout).toBe(
      story.asof(`state ${projection} --at 2025-07-16 --json`).stdout,
    )
})

test('what npm start keeps, the command line goes on with', () => {
  const started = new Folder()
  spawnSync(process.execPath, [resolve('dist/start.js')], { cwd: started.path })
  started.copy('asof.config.ts', 'events', 'projections')
  expect(started.asof('state export-status chip/h20 --at 2025-06-01').stdout).toBe(
    story.asof('state export-status chip/h20 --at 2025-06-01').stdout,
  )
})
