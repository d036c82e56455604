import { gzipSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import { Folder, lineOf } from './folder.js'
import { expectRefused } from './refused.js'

const HALT = lineOf({ id: 'halt', type: 'export.halted', subject: 'chip/h20', occurredAt: '2025-04', data: { by: 'US' } })
const RESUME = lineOf({ id: 'resume', type: 'export.resumed', subject: 'chip/h20', occurredAt: '2025-07-15' })
const REFUSED = [
  'null\n',
  lineOf({ id: 'month', type: 't', subject: 's', occurredAt: '2025-13' }),
  lineOf({ id: 'halt', type: 'export.halted', subject: 'chip/h20', occurredAt: '2025-05' }),
  lineOf({ id: 'better', type: 't', subject: 's', occurredAt: '2025', supersedes: 'nobody' }),
  lineOf({ id: 'field', type: 't', subject: 's', occurred: '2025' }),
  '{"id":"big","type":"t","subject":"s","occurredAt":"2025","data":{"n":12345678901234567890}}\n',
  '{"id":"twice","type":"t","subject":"s","occurredAt":"2025","data":{"n":1,"n":1}}\n',
]

let desk: Folder
beforeEach(() => (desk = new Folder()))

test('standard input is taken in as a file named -', () => {
  expect(desk.asof('ingest -', { input: HALT + RESUME })).toEqual({
    stdout: '2 events appended to timeline.asof, 0 duplicates, 0 refused\n',
    stderr: '',
    status: 0,
  })
  expect(desk.names()).toEqual(['timeline.asof'])
  expect(desk.asof('ingest -').stdout).toBe('0 events appended to timeline.asof, 0 duplicates, 0 refused\n')
})

test('what is gzip is known by its content, whatever its name, in a file and on standard input', () => {
  desk.write('halt.txt', gzipSync(HALT))
  desk.write('resume.gz', RESUME)
  expect(desk.asof('ingest halt.txt resume.gz').stdout).toBe('2 events appended to timeline.asof, 0 duplicates, 0 refused\n')
  expect(desk.asof('ingest -', { input: gzipSync(HALT) }).stdout).toBe('0 events appended to timeline.asof, 1 duplicate, 0 refused\n')
})

test('several files are taken in one after the other, and counted together', () => {
  desk.write('one.jsonl', HALT)
  desk.write('both.json', `[${HALT},${RESUME}]`)
  expect(desk.asof('ingest one.jsonl one.jsonl both.json').stdout).toBe('2 events appended to timeline.asof, 2 duplicates, 0 refused\n')
})

test('a dry run counts what would be appended and leaves no file', () => {
  desk.write('halt.jsonl', HALT)
  expect(desk.asof('ingest halt.jsonl --dry-run')).toMatchObject({
    stdout: '1 event would be appended to timeline.asof, 0 duplicates, 0 refused\n',
    status: 0,
  })
  expect(desk.names()).toEqual(['halt.jsonl'])
  desk.asof('ingest halt.jsonl')
  const log = desk.read('timeline.asof')
  expect(desk.asof('ingest - --dry-run', { input: HALT + RESUME + REFUSED[0]! })).toMatchObject({
    stdout: '1 event would be appended to timeline.asof, 1 duplicate, 1 refused\n',
    status: 1,
  })
  expect(desk.read('timeline.asof')).toBe(log)
})

test('a dry run over several files counts as the run itself does', () => {
  desk.write('one.jsonl', HALT + RESUME)
  desk.write('two.jsonl', HALT + lineOf({ id: 'better', type: 't', subject: 's', occurredAt: '2025', supersedes: 'resume' }))
  desk.write('three.jsonl', lineOf({ id: 'again', type: 't', subject: 's', occurredAt: '2025', supersedes: 'resume' }))
  const files = 'ingest one.jsonl two.jsonl three.jsonl'
  const rehearsed = desk.asof(`${files} --dry-run`)
  expect(desk.names()).toEqual(['one.jsonl', 'three.jsonl', 'two.jsonl'])
  expect(rehearsed.stdout).toBe('3 events would be appended to timeline.asof, 1 duplicate, 1 refused\n')
  expect(desk.asof(files)).toEqual({ ...rehearsed, stdout: rehearsed.stdout.replace('would be ', '') })
})

test('a dry run finds damage too', () => {
  desk.asof('ingest -', { input: HALT })
  desk.write('timeline.asof', desk.read('timeline.asof').replace('halted', 'hacked') + desk.read('timeline.asof'))
  const damaged = desk.read('timeline.asof')
  expectRefused(desk.asof('ingest - --dry-run', { input: RESUME }), 3, 'timeline.asof could not be opened.')
  expect(desk.read('timeline.asof')).toBe(damaged)
})

test('lines that are refused are told with their number, code, reason and text, and do not keep their neighbours out', () => {
  desk.write('lines.jsonl', HALT + REFUSED.join('') + RESUME)
  expect(desk.transcript('ingest lines.jsonl')).toMatchSnapshot()
  expect(desk.asof('events --json').stdout.match(/"id": "(halt|resume)"/g)).toHaveLength(2)
})

test('a line that is not JSON is told with what is wrong with it', () => {
  const { stderr, status } = desk.asof('ingest -', { input: '{"id":"cut","type":"t"\n\n' + HALT })
  expect(stderr).toMatch(
    /^-:1 INVALID_EVENT Got "\{.*": .*JSON.*\. Expected one JSON object, in UTF-8\. Mend this line.*\n {2}\{"id":"cut","type":"t"\n/,
  )
  expect(status).toBe(1)
})

test('of many lines that are refused a hundred are shown, and all are counted', () => {
  const { stdout, stderr, status } = desk.asof('ingest -', { input: 'null\n'.repeat(1_011) })
  expect(stdout).toBe('0 events appended to timeline.asof, 0 duplicates, 1,011 refused\n')
  expect(stderr.match(/^-:\d+ INVALID_EVENT /gm)).toHaveLength(100)
  expect(stderr).toContain('\n… and 911 more\nSave the refused lines with --rejected FILE')
  expect(status).toBe(1)
})

test('the summary in JSON has the counts, and every refused line with its file', () => {
  desk.write('lines.jsonl', HALT + 'null\n'.repeat(12))
  const { stdout, stderr, status } = desk.asof('ingest lines.jsonl - --json', { input: `\n${HALT}${REFUSED[1]!}` })
  const { rejected, ...counts } = JSON.parse(stdout) as { rejected: { file: string; line: number; code: string; text: string }[] }
  expect({ counts, stderr, status }).toEqual({ counts: { appended: 1, duplicates: 1 }, stderr: '', status: 1 })
  expect(rejected.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
    ...Array.from({ length: 12 }, (_, index) => `lines.jsonl:${index + 2} INVALID_EVENT`),
    '-:3 INVALID_DATE',
  ])
  expect(rejected.at(-1)!.text).toBe(REFUSED[1]!.trim())
})

test('a file that is not there keeps those beside it out too', () => {
  desk.write('halt.jsonl', HALT)
  expectRefused(desk.asof('ingest halt.jsonl hlat.jsonl'), 4, 'There is no file hlat.jsonl. Nothing was taken in.')
  expect(desk.asof('ingest .')).toEqual({
    stdout: '0 events appended to timeline.asof, 0 duplicates, 0 refused\n',
    stderr: expect.stringMatching(/^asof: \. was not taken in to its end: EISDIR.*[^.]\.\n$/) as string,
    status: 4,
  })
  expect(desk.names()).toEqual(['halt.jsonl'])
})

test('a file that was cut short is told, and never passes for a whole one', () => {
  desk.write('cut.gz', gzipSync(HALT + RESUME).subarray(0, -12))
  desk.write('broken.gz', Buffer.concat([gzipSync(HALT).subarray(0, 12), Buffer.from('nonsense')]))
  expect(desk.asof('ingest cut.gz')).toMatchObject({
    stderr: 'asof: cut.gz was not taken in to its end: unexpected end of file. See whether it is whole.\n',
    status: 4,
  })
  expect(desk.asof('ingest broken.gz')).toMatchObject({
    stderr: expect.stringMatching(/^asof: broken\.gz was not taken in to its end: .*\n$/) as string,
    status: 4,
  })
})

test('a log in the place of a file is refused line by line', () => {
  desk.asof('ingest -', { input: HALT })
  expect(desk.asof('ingest timeline.asof --log other.asof')).toMatchObject({
    stdout: '0 events appended to other.asof, 0 duplicates, 1 refused\n',
    stderr: expect.stringMatching(/^timeline\.asof:1 INVALID_EVENT Got the field "seq"/) as string,
    status: 1,
  })
})

test('control characters in lines and names reach nobody', () => {
  const { stdout, stderr } = desk.asof('ingest -', { input: 'text \u001B[2J\u009B31m\u0007\n' })
  expect(stderr).toContain('  text \\u001b[2J\\u009b31m\\u0007\n')
  expect(stdout + stderr).toMatch(/^[^\p{Cc}\n]*(\n[^\p{Cc}]*)+$/u)
})
