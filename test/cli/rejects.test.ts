import { randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
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

test('a run that fails saves and tells what was refused so far', () => {
  desk.write('refused.jsonl', 'before\n')
  desk.write('cut.gz', gzipSync(`${HALT}null\n${'\n'.repeat(100_000)}`).subarray(0, -10))
  const { stdout, stderr, status } = desk.asof('ingest lines.jsonl cut.gz lines.jsonl --rejected refused.jsonl')
  expect(stdout).toBe('1 event appended to timeline.asof, 0 duplicates, 2 refused\n')
  expect(stderr).toMatch(
    /^lines\.jsonl:1 INVALID_EVENT .*\n.*\nlines\.jsonl:3 INVALID_DATE .*\n.*\nThe refused lines are in refused\.jsonl\.\n/,
  )
  expect(stderr).toMatch(
    /\nasof: cut\.gz was not taken in to its end: unexpected end of file\. See whether it is whole\. Not read: lines\.jsonl\.\n$/,
  )
  expect(status).toBe(4)
  expect(desk.read('refused.jsonl')).toBe(CUT + MONTH)
  expect(desk.names()).toEqual(['cut.gz', 'lines.jsonl', 'refused.jsonl', 'timeline.asof'])
})

test('a file that fails half way has its counts and its refused lines told, in JSON too', () => {
  const lines = Array.from({ length: 2_000 }, (_, index) =>
    index < 3 ? MONTH : `{"type":"t","subject":"s${index}","occurredAt":"2025"}\n`,
  )
  desk.write('cut.gz', gzipSync(`${lines.join('')}${randomBytes(100_000).toString('base64')}`).subarray(0, -50_000))
  const { stdout, stderr, status } = desk.asof('ingest cut.gz --rejected refused.jsonl --json')
  const { rejected, ...counts } = JSON.parse(stdout) as { rejected: { file: string; line: number }[] }
  expect(counts).toEqual({ appended: 1997, duplicates: 0 })
  expect(rejected).toMatchObject([
    { file: 'cut.gz', line: 1 },
    { file: 'cut.gz', line: 2 },
    { file: 'cut.gz', line: 3 },
  ])
  expect(stderr).toMatch(/\nasof: cut\.gz was not taken in .* Taken in again, nothing is appended twice\.\n$/)
  expect(status).toBe(4)
  expect(desk.read('refused.jsonl')).toBe(MONTH.repeat(3))
})

test('of a run that fails and appends nothing, no more is told than why', () => {
  desk.write('cut.gz', gzipSync(`${HALT}null\n${'\n'.repeat(100_000)}`).subarray(0, -10))
  const { stdout, stderr } = desk.asof('ingest lines.jsonl cut.gz --dry-run')
  expect(stdout).toBe('1 event would be appended to timeline.asof, 0 duplicates, 2 refused\n')
  expect(stderr).not.toMatch(/--rejected|taken in again/i)
  expect(stderr).toMatch(/\nasof: cut\.gz was not taken in to its end: unexpected end of file\. See whether it is whole\.\n$/)
})

test('a run that fails leaves a file that is read as it was', () => {
  const { stderr, status } = desk.asof('ingest lines.jsonl . --rejected ./lines.jsonl')
  expect(stderr).toMatch(/\n\.\/lines\.jsonl stays as it was\.\nasof: \. was not taken in to its end: EISDIR.*\n$/)
  expect(status).toBe(4)
  expect(desk.read('lines.jsonl')).toBe(CUT + HALT + MONTH)
})

describe('a line over 8,000,000 bytes', () => {
  const HUGE = lineOf({ id: 'huge', type: 't', subject: 's', occurredAt: '2025', data: 'x'.repeat(8_000_000) })
  const LARGE = lineOf({ id: 'large', type: 't', subject: 's', occurredAt: '2025', data: 'x'.repeat(1_000_000) })

  test('is told and not saved, since only its beginning is kept', () => {
    desk.write('big.jsonl', HUGE + LARGE)
    const { stderr, status } = desk.asof('ingest big.jsonl --rejected refused.jsonl')
    expect(stderr).toMatch(/\n1 line over 8,000,000 bytes cannot be saved\.\nThe refused lines are in refused\.jsonl\.\n$/)
    expect(status).toBe(1)
    expect(desk.read('refused.jsonl') === LARGE).toBe(true)
  })

  test('leaves a file that is read as it was', () => {
    desk.write('big.jsonl', HUGE + HALT)
    const { stderr, status } = desk.asof('ingest big.jsonl --rejected ./big.jsonl')
    expect(stderr).toMatch(
      /\nasof: \.\/big\.jsonl stays as it was, since 1 line over 8,000,000 bytes cannot be saved\. Name another file for --rejected\.\n$/,
    )
    expect(status).toBe(4)
    expect(desk.read('big.jsonl') === HUGE + HALT).toBe(true)
    expect(desk.names()).toEqual(['big.jsonl', 'lines.jsonl', 'timeline.asof'])
  })
})

describe('nothing else is written over', () => {
  test('no file that is called FILE.part', () => {
    desk.asof('ingest lines.jsonl --log refused.jsonl.part --rejected refused.jsonl')
    expect(desk.asof('verify --log refused.jsonl.part').status).toBe(0)
    expect(desk.read('refused.jsonl')).toBe(CUT + MONTH)
  })

  test('no link, but what it names, which keeps its mode', () => {
    desk.write('kept/mend.jsonl', '')
    chmodSync(join(desk.path, 'kept/mend.jsonl'), 0o640)
    symlinkSync('kept/mend.jsonl', join(desk.path, 'refused.jsonl'))
    desk.asof('ingest lines.jsonl --rejected refused.jsonl')
    expect(lstatSync(join(desk.path, 'refused.jsonl')).isSymbolicLink()).toBe(true)
    expect(desk.read('kept/mend.jsonl')).toBe(CUT + MONTH)
    expect(statSync(join(desk.path, 'kept/mend.jsonl')).mode & 0o777).toBe(0o640)
  })

  test('neither a log, by whatever name, nor what is no file', () => {
    desk.asof('ingest lines.jsonl')
    desk.asof('ingest lines.jsonl --log other.asof')
    symlinkSync('timeline.asof', join(desk.path, 'link.asof'))
    symlinkSync('.', join(desk.path, 'here'))
    const names = desk.names()
    for (const [args, sentence] of [
      ['--rejected link.asof', 'Got the log link.asof for --rejected. Expected a file that may be written over. Name another file.'],
      ['--log new.asof --rejected here/new.asof', 'Got the log here/new.asof for --rejected.'],
      ['--rejected other.asof', 'Got other.asof for --rejected, which is a log.'],
      ['--rejected /dev/null', 'Got /dev/null for --rejected, which is no file.'],
      ['--rejected here', 'Got here for --rejected, which is no file.'],
    ])
      expectRefused(desk.asof(`ingest lines.jsonl ${args}`), 2, sentence!)
    expect(desk.names()).toEqual(names)
  })

  test('in a dry run not what is read, by whatever name', () => {
    symlinkSync('lines.jsonl', join(desk.path, 'link.jsonl'))
    expectRefused(desk.asof('ingest lines.jsonl --dry-run --rejected link.jsonl'), 2, 'Got --dry-run with link.jsonl both to read and')
    expect(desk.names()).toEqual(['lines.jsonl', 'link.jsonl'])
  })
})

test('a line break within a text stays refused, though it is saved on one line', () => {
  const broken = '[\n{"type":"t","subject":"s","occurredAt":"2025",\n "data":"one\ntwo"}\n]'
  expect(desk.asof('ingest - --rejected refused.jsonl', { input: broken }).status).toBe(1)
  expect(desk.read('refused.jsonl')).toContain('\t "data":"one')
  expect(desk.asof('ingest refused.jsonl').stdout).toMatch(/^0 events appended .* [1-9]\d* refused\n$/)
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
