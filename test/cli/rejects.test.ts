import { beforeEach, expect, test } from 'vitest'
import { Folder, lineOf } from './folder.js'
import { expectRefused } from './refused.js'

const HALT = lineOf({ id: 'halt', type: 'export.halted', subject: 'chip/h20', occurredAt: '2025-04' })
const MONTH = lineOf({ id: 'resume', type: 'export.resumed', subject: 'chip/h20', occurredAt: '2025-13' })
const CUT = '{"id":"cut","type":"t","subject":"s"\n'

let desk: Folder
beforeEach(() => {
  desk = new Folder()
  desk.write('lines.jsonl', CUT + HALT + MONTH)
})

test('refused lines are saved whole and as they came, in order, to be mended and taken in again', () => {
  const { stdout, stderr, status } = desk.asof('ingest lines.jsonl --rejected refused.jsonl')
  expect(stdout).toBe('1 event appended to timeline.asof, 0 duplicates, 2 refused\n')
  expect(stderr).toMatch(/\nThe refused lines are in refused\.jsonl\.\n$/)
  expect(status).toBe(1)
  expect(desk.read('refused.jsonl')).toBe(CUT + MONTH)

  desk.write('refused.jsonl', desk.read('refused.jsonl').replace('"s"\n', '"s","occurredAt":"2025"}\n').replace('-13', '-07'))
  expect(desk.asof('ingest refused.jsonl')).toEqual({
    stdout: '2 events appended to timeline.asof, 0 duplicates, 0 refused\n',
    stderr: '',
    status: 0,
  })
  expect(desk.names()).toEqual(['lines.jsonl', 'refused.jsonl', 'timeline.asof'])
})

test('the file of refused lines may be the very file that is read', () => {
  expect(desk.asof('ingest lines.jsonl --rejected lines.jsonl').status).toBe(1)
  expect(desk.read('lines.jsonl')).toBe(CUT + MONTH)
  desk.write('lines.jsonl', desk.read('lines.jsonl').replace('-13', '-07'))
  expect(desk.asof('ingest lines.jsonl --rejected lines.jsonl').stdout).toBe('1 event appended to timeline.asof, 0 duplicates, 1 refused\n')
  expect(desk.read('lines.jsonl')).toBe(CUT)
})

test('lines of several files and of standard input are saved together', () => {
  desk.asof('ingest lines.jsonl - --rejected refused.jsonl', { input: `null\n${HALT}` })
  expect(desk.read('refused.jsonl')).toBe(`${CUT}${MONTH}null\n`)
})

test('what cannot be read as text is saved byte by byte', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])
  desk.asof('ingest - --rejected refused.jsonl', { input: bytes })
  expect(desk.readBytes('refused.jsonl')).toEqual(bytes)
})

test('a long line is saved whole, though a part of it is shown', () => {
  const long = lineOf({ id: 'long', type: 't', subject: 's', occurredAt: '2025-13', data: 'x'.repeat(10_000) })
  const { stderr } = desk.asof('ingest - --rejected refused.jsonl', { input: long })
  expect(desk.read('refused.jsonl') === long).toBe(true)
  expect(stderr.length).toBeLessThan(1_000)
})

test('an element of an array is saved on a line of its own', () => {
  desk.asof('ingest - --rejected refused.jsonl', {
    input: '[\n {"id":"a","type":"t","subject":"s","occurredAt":"2025"},\n {"id":"b",\n  "type":"t"}\n]',
  })
  const lines = desk.read('refused.jsonl').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([{ id: 'b', type: 't' }])
})

test('a run that fails leaves the file of refused lines as it was', () => {
  desk.write('refused.jsonl', 'before\n')
  expectRefused(desk.asof('ingest lines.jsonl . --rejected refused.jsonl'), 4, 'was not taken in to its end: EISDIR')
  expect(desk.read('refused.jsonl')).toBe('before\n')
  expect(desk.names()).toEqual(['lines.jsonl', 'refused.jsonl', 'timeline.asof'])
})

test('a run that refuses nothing leaves the file empty', () => {
  desk.write('refused.jsonl', 'before\n')
  expect(desk.asof('ingest - --rejected refused.jsonl', { input: HALT })).toMatchObject({ stderr: '', status: 0 })
  expect(desk.read('refused.jsonl')).toBe('')
})

test('a dry run saves what would be refused and appends nothing', () => {
  desk.asof('ingest lines.jsonl --dry-run --rejected refused.jsonl')
  expect(desk.read('refused.jsonl')).toBe(CUT + MONTH)
  expect(desk.has('timeline.asof')).toBe(false)
})

test('a folder that is not there for the refused lines is told before anything is taken in', () => {
  expectRefused(desk.asof('ingest lines.jsonl --rejected no/refused.jsonl'), 4, 'no/refused.jsonl')
  expect(desk.names()).toEqual(['lines.jsonl'])
})
