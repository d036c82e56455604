import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { beforeAll, describe, expect, test } from 'vitest'
import { ARTICLE_CONFIG, COMMAND, Folder, lineOf } from './folder.js'
import { expectRefused } from './refused.js'

const story = new Folder()
const empty = new Folder()

beforeAll(() => {
  story.copy('events')
  story.asof(`ingest events/article.jsonl events/context.jsonl --config ${ARTICLE_CONFIG}`)
})

const COMMANDS = ['ingest', 'add', 'retract', 'state', 'events', 'history', 'explain', 'diff', 'verify', 'export']

describe('help', () => {
  test('the program names its commands, how dates are written, and its exit codes', () => {
    expect(empty.transcript('--help')).toMatchSnapshot()
    expect(empty.asof('help')).toEqual(empty.asof('--help'))
    expect(empty.asof('--version')).toEqual({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: '', status: 0 })
  })

  test.for(COMMANDS)('%s tells its arguments and options', (command) => {
    expect(empty.transcript(`${command} --help`)).toMatchSnapshot()
  })

  test('without a command the help is an error', () => {
    expect(empty.asof('')).toEqual({ stdout: '', stderr: empty.asof('--help').stdout, status: 2 })
  })
})

describe('a slip in what is typed is told in one line, with the name that is near', () => {
  test.for<[args: string, sentence: string]>([
    ['stat', "unknown command 'stat' (Did you mean state?)"],
    ['state --att 2025', "unknown option '--att' (Did you mean --at?)"],
    ['ingest x --dryrun', "unknown option '--dryrun' (Did you mean --dry-run?)"],
    ['state a b c', "too many arguments for 'state'"],
    ['verify 5', "too many arguments for 'verify'"],
    ['ingest', "missing required argument 'file'"],
    ['add t --occurred 2025', "missing required argument 'subject'"],
    ['add t s', 'Got no --occurred. Expected when it happened, as imprecisely as it is known. Write, for example, --occurred 2025-04.'],
    ['add t s --occured 2025', "unknown option '--occured' (Did you mean --occurred?)"],
    ['retract', "missing required argument 'id'"],
    ['state --at', "option '--at <date>' argument missing"],
    [
      'state export-statu chip/h20',
      'Got "export-statu" as a projection. Expected one of export-status, standing-in-china, model-landscape, claims, latest. Did you mean "export-status"?',
    ],
    ['diff', 'Got no beginning to compare from. Expected --from-at, --from-reported, or both.'],
    ['diff --to-at 2025', 'Got no beginning to compare from.'],
    ['history', 'Got no key of export-status. Expected one, since a history is of one state. asof state export-status lists the keys.'],
    ['history claims', 'Got no key of claims.'],
    ['state model-landscape x', 'Got the key "x" for "model-landscape". Expected no key, since it is a single projection.'],
    ['history model-landscape x', 'Got the key "x" for "model-landscape".'],
    ['explain model-landscape x', 'Got the key "x" for "model-landscape".'],
    ['diff model-landscape x --from-at 2025', 'Got the key "x" for "model-landscape".'],
    ['verify --expect-head abc', 'Got "abc" as `expectHead`. Expected a hash of 64 hex digits.'],
    ['state --at 2025-13', 'Got the date "2025-13". Expected a day that is in the calendar.'],
    ['state --at yesterday', 'Got the date "yesterday". Expected an EDTF date such as "2025"'],
    ['state --reported 2025-02-30', 'Got the date "2025-02-30".'],
    ['events --at 04/09/2025', 'Got the date "04/09/2025".'],
    ['diff --from-at 2025-99', 'Got the date "2025-99".'],
    ['diff --from-reported now', 'Got the date "now".'],
  ])('%s', ([args, sentence]) => {
    expectRefused(story.asof(`${args} --config ${ARTICLE_CONFIG}`), 2, sentence)
  })
})

describe('what is not there is told beside the answer, with the name that is near', () => {
  test.for<[args: string, stdout: string, note: string]>([
    [
      'state chip/h02',
      'chip/h02\n  status: unreported\n  sources: []\n',
      'Nothing bears on "chip/h02" in export-status by then. Did you mean "chip/h20"?\n',
    ],
    [
      'state chip/h02 --json',
      '{\n  "status": "unreported",\n  "sources": []\n}\n',
      'Nothing bears on "chip/h02" in export-status by then. Did you mean "chip/h20"?\n',
    ],
    [
      'state export-statu --json',
      '{\n  "status": "unreported",\n  "sources": []\n}\n',
      'Nothing bears on "export-statu" in export-status by then. Did you mean "export-status"?\n',
    ],
    ['state latest --at 1999 --reported 1999', '', 'Nothing bears on latest by then.\n'],
    [
      'state model-landscape --at 1999 --reported 1999',
      'model-landscape\n  models: {}\n  apps: {}\n  shocks: []\n  unsettled: []\n',
      'Nothing bears on model-landscape by then.\n',
    ],
    ['state --at 1999 --json', '{}\n', ''],
    ['history chip/h02', '', 'Nothing bears on "chip/h02" in export-status by then. Did you mean "chip/h20"?\n'],
    ['history chip/h02 --json', '[]\n', ''],
    ['explain chip/h02', '', 'Nothing bears on "chip/h02" in export-status by then. Did you mean "chip/h20"?\n'],
    [
      'diff export-status chip/h02 --from-at 2025-01',
      '',
      'Nothing bears on "chip/h02" in export-status by then. Did you mean "chip/h20"?\n',
    ],
    ['diff export-status chip/h20 --from-at 2025-08 --to-at 2025-09', '', 'Nothing differs in chip/h20.\n'],
    ['diff --from-at 2025-08 --to-at 2025-09', '', 'Nothing differs in export-status.\n'],
    ['diff --from-at 2025-08 --to-at 2025-09 --json', '[]\n', ''],
    ['events --type export.halte', '', 'No such event is reported by then. Did you mean "export.halted"?\n'],
    [
      'events --subject chip/h2 --type export.halte',
      '',
      'No such event is reported by then. Did you mean "chip/h20"? Did you mean "export.halted"?\n',
    ],
    ['events --at 1999', '', 'No such event is reported by then.\n'],
  ])('%s', ([args, stdout, note]) => {
    expect(story.asof(`${args} --config ${ARTICLE_CONFIG}`)).toEqual({ stdout, stderr: note, status: 0 })
  })
})

test.for(COMMANDS.filter((command) => !['ingest', 'add'].includes(command)))(
  '%s says that there is no log yet, and makes none',
  (command) => {
    const args = { retract: 'retract id', history: 'history key', diff: 'diff --from-at 2025' }[command] ?? command
    expectRefused(empty.asof(args), 4, 'There is no log at timeline.asof. Take something in first, with asof ingest FILE or asof add,')
    expect(empty.names()).toEqual([])
  },
)

describe('control characters never reach a terminal as they are', () => {
  const evil = '\u001B[2J\u009B31m\u0007\u202E\u2066\u007F'
  const escaped = String.raw`\u001b[2J\u009b31m\u0007\u202e\u2066\u007f`
  const folder = new Folder()
  const event = {
    id: `i${evil}`,
    type: `t${evil}`,
    subject: `s${evil}`,
    occurredAt: '2025',
    source: evil,
    data: { [evil]: [evil, { [evil]: '\n' }] },
  }

  beforeAll(() => {
    expect(folder.asof('ingest -', { input: lineOf(event) }).status).toBe(0)
  })

  const runs: string[][] = [
    ['state'],
    ['state', '--json'],
    ['state', `s${evil}`],
    ['events'],
    ['events', '--json'],
    ['history', `s${evil}`],
    ['explain'],
    ['explain', '--json'],
    ['diff', '--from-at', '2024'],
    ['export'],
    ['state', evil],
    ['state', `s${evil}x`, '--at', '2024'],
    ['state', evil, 'key'],
    ['state', '--at', evil],
    ['diff', 'latest', `s${evil}`, '--from-at', '2030', '--to-at', '2031'],
    ['events', '--subject', `s${evil.slice(0, -1)}`],
    ['ingest', evil],
    ['verify', '--log', evil],
    ['state', '--config', evil],
    [evil],
    ['state', `--${evil}`],
    ['retract', `i${evil}`],
  ]
  test.for(runs.map((args) => [args]))('%j', ([args]) => {
    const { stdout, stderr } = folder.asof(args!)
    expect(stdout + stderr).toContain(escaped)
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
  })

  test('and what was escaped in an export is taken in as it was', () => {
    folder.asof('ingest - --log copy.asof', { input: folder.asof('export').stdout.split('\n')[0]! })
    const { stdout } = folder.asof('export --log copy.asof')
    expect(JSON.parse(stdout)).toMatchObject(event)
  })
})

describe('huge outputs', () => {
  const folder = new Folder()
  const lines = Array.from({ length: 20_000 }, (_, index) =>
    lineOf({ id: `e${index}`, type: 't', subject: `s${index}`, occurredAt: '2025' }),
  )

  beforeAll(() => {
    expect(folder.asof('ingest -', { input: lines.join('') }).status).toBe(0)
  })

  test('come whole through a pipe', () => {
    expect(JSON.parse(folder.asof('events --json').stdout)).toHaveLength(lines.length)
    expect(folder.asof('export').stdout.match(/\n/g)).toHaveLength(lines.length)
  })

  test.for(['export', 'state', 'events --json'])('asof %s ends quietly when its reader has seen enough', async (args) => {
    const child = spawn(process.execPath, [COMMAND, ...args.split(' ')], { cwd: folder.path })
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await once(child, 'close')).toEqual([0, null])
    expect(told).toBe('')
  })

  test('that cannot be written are told in one line', ({ skip }) => {
    if (!existsSync('/dev/full')) {
      console.warn('skipped: /dev/full is not there to be written to')
      skip('/dev/full is not there')
    }
    const { stderr, status } = folder.toFullDisk('state')
    expect(stderr).toMatch(/^asof: ENOSPC[^\n]*\n$/)
    expect(status).toBe(4)
  })
})
