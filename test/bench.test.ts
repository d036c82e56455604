import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NAMES } from '../bench/groups.js'
import { contender, race, ratio, ratioOfRatios } from '../bench/race.js'
import { type Row, above, atLeast, atMost, below, isReached } from '../bench/row.js'
import { spreadOf } from '../bench/spread.js'
import { tableOf } from '../bench/table.js'

/** The goals of each case that has any, in the order of its rows. */
const GOALS = {
  'as-of': ['< 1', '≤ 2', '≤ 1'], // on the largest log, on the smallest, growth
  peers: ['≥ 1000', '≥ 10', '≥ 10', '≥ 10', '> 1'], // the oracle, two event stores of few streams, one of all, SQL
  single: ['≥ 50'],
  states: ['≤ 10'],
  replay: ['≥ 0.25', '≥ 0.25'],
  'replay-peers': Array.from({ length: 8 }, () => '≥ 5'), // keyed and single, reducers of two kinds, two event stores
  late: ['≤ 3'],
  hot: ['≤ 6'],
  ingest: ['≥ 0.25'],
  open: ['≥ 0.4'],
  flushes: ['≥ 20'],
  memory: ['≤ 100', '≤ 2', '≤ 2'],
}

type Kept = { machine: object; events: number; rows: (Row & { case: string; reached?: boolean })[]; stopped: string[] }

test('every case of the bench runs on small logs, its contenders agree, and its rows have figures and goals', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asof-'))
  const file = join(folder, 'bench.json')
  const table = execFileSync(process.execPath, ['dist/bench/bench.js', '--events', '1000', '--json', file], { encoding: 'utf8' })
  const { machine, events, rows, stopped } = JSON.parse(readFileSync(file, 'utf8')) as Kept
  rmSync(folder, { recursive: true })
  expect(Object.keys(machine)).toEqual(['cpu', 'cores', 'memoryGb', 'node', 'platform', 'date'])
  expect(events).toBe(1000)
  expect(stopped).toEqual([])
  expect([...new Set(rows.map((row) => row.case))]).toEqual(NAMES)
  for (const { what, unit } of rows) {
    expect(table, what).toContain(`| ${what} `)
    expect(unit, what).not.toBe('')
  }
  const withGoals = rows.filter(({ goal, what }) => goal !== undefined && !what.includes('endoflife.date')) // which need not be there
  for (const { what, figure, goal, reached } of withGoals) expect(reached, what).toBe(isReached(figure, goal!))
  const goalsOf = (name: string) => withGoals.filter((row) => row.case === name).map(({ goal }) => `${goal!.relation} ${goal!.bound}`)
  expect(Object.fromEntries(NAMES.map((name) => [name, goalsOf(name)]).filter(([, goals]) => goals!.length > 0))).toEqual(GOALS)
})

test('the bench refuses a case that is not there, and a log that is too large', () => {
  const run = (...given: string[]) => execFileSync(process.execPath, ['dist/bench/bench.js', ...given], { stdio: 'pipe' })
  expect(() => run('as-off')).toThrow(/Got the case as-off; there are as-of, peers, /)
  expect(() => run('--events', '2000000')).toThrow('Got --events 2000000')
})

test('a median is of numbers, not of texts, and has its quartiles', () => {
  expect(spreadOf([10, 9, 100, 8, 1000])).toEqual({ median: 10, lower: 9, upper: 100, count: 5 })
  expect(spreadOf([3])).toEqual({ median: 3, lower: 3, upper: 3, count: 1 })
  expect(() => spreadOf([])).toThrow('no figures')
  expect(() => spreadOf([1, NaN])).toThrow('no figures')
})

test('a goal is reached at its bound, unless it is to be passed', () => {
  const two = spreadOf([2])
  expect([below(2), atMost(2), atLeast(2), above(2)].map((goal) => isReached(two, goal))).toEqual([false, true, true, false])
  expect([below(3), atMost(1), atLeast(3), above(1)].map((goal) => isReached(two, goal))).toEqual([true, false, false, true])
})

test('a race times every contender, prepared or not, in each round, and asks no query twice', async () => {
  const asked: string[] = []
  const numbered = (name: string) => {
    let number = 0
    return () => `${name}${(number += 1)}`
  }
  const ask = (query: string) => void asked.push(query)
  const prepare = async (query: string) => void asked.push(`before ${query}`)
  const times = await race([contender('plain', numbered('a'), ask), contender('prepared', numbered('b'), ask, prepare)], 10)
  expect([...times.keys()]).toEqual(['plain', 'prepared'])
  const rounds = times.get('plain')!.length
  expect(rounds).toBeGreaterThanOrEqual(3)
  for (const figures of times.values()) expect(figures.filter((ms) => ms > 0)).toHaveLength(rounds)
  expect(new Set(asked).size).toBe(asked.length)
  const prepared = asked.filter((query) => query.startsWith('b') && !query.startsWith('before'))
  expect(prepared.length).toBeGreaterThanOrEqual(rounds)
  for (const query of prepared) expect(asked[asked.indexOf(query) - 1]).toBe(`before ${query}`)
})

test('a ratio is of the times of one round', () => {
  const times = new Map([
    ['one', [1, 2, 4]],
    ['other', [1, 1, 1]],
    ['another', [2, 1, 2]],
  ])
  expect(ratio(times, 'one', 'other').median).toBe(2)
  expect(ratio(times, ['one', 'other'], 'another').median).toBe(2.5)
  expect(ratioOfRatios(times, ['one', 'other'], ['another', 'other']).median).toBe(2)
})

test('the table says of each row whether it reached its goal', () => {
  const row = { what: 'one', figure: spreadOf([1, 2, 3]), unit: '×', goal: atMost(2), note: 'note' }
  const lines = tableOf([
    row,
    { ...row, goal: atMost(1.5) },
    { what: 'another', figure: spreadOf([1234.5]), unit: 'bytes', note: '' },
  ]).split('\n')
  expect(lines.slice(2).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    '| one | 2 [1.5 – 2.5] × | 3 | ≤ 2 | yes | note |',
    '| one | 2 [1.5 – 2.5] × | 3 | ≤ 1.5 | NO | note |',
    '| another | 1,235 bytes | | | | |',
  ])
})
