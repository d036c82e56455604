import { beforeEach, expect, test } from 'vitest'
import { Folder } from './folder.js'
import { expectRefused } from './refused.js'

let desk: Folder
let head: string
beforeEach(() => {
  desk = new Folder()
  for (const subject of ['one', 'two', 'three']) desk.asof(`add t ${subject} --occurred 2025 --reported 2025-12-31`)
  head = headOf()
})

const headOf = () => (JSON.parse(desk.asof('verify --json').stdout) as { head: string }).head

test('a log in which a byte has changed is refused by every command, with the record and the byte', () => {
  const log = desk.read('timeline.asof')
  const second = log.indexOf('\n') + 1
  desk.write('timeline.asof', log.replace('"two"', '"owt"'))
  const sentence = `timeline.asof could not be opened. Record 2, at byte ${second}, does not match its hash. Expected an unbroken chain of commits.`
  for (const args of ['verify', 'state', 'events', 'export', 'add t s --occurred 2025', 'ingest -', 'retract id', 'history one'])
    expectRefused(desk.asof(args), 3, sentence)
  expect(desk.read('timeline.asof')).toBe(log.replace('"two"', '"owt"'))
})

test('a log without one of its records is damaged', () => {
  const [first, , third] = desk.read('timeline.asof').split('\n')
  desk.write('timeline.asof', `${first}\n${third}\n`)
  expectRefused(desk.asof('verify'), 3, `at byte ${first!.length + 1}`)
})

test('a file that is no log is told as a damaged one', () => {
  desk.write('notes.txt', 'a note\n')
  expectRefused(desk.asof('verify --log notes.txt'), 3, 'notes.txt could not be opened. Record 1, at byte 0,')
})

test('a log that lost its last records fits, and the head that was noted gives it away', () => {
  const [first, second] = desk.read('timeline.asof').split('\n')
  desk.write('timeline.asof', `${first}\n${second}\n`)
  expect(desk.asof('verify').stdout).toContain('intact: timeline.asof has 2 events in 2 commits\n')
  expectRefused(desk.asof(`verify --expect-head ${head}`), 3, `No record has the hash ${head}; the log ends with record 2`)
})

test('the head that was noted is still there when the log has grown', () => {
  desk.asof('add t four --occurred 2025')
  expect(desk.asof(`verify --expect-head ${head}`)).toMatchObject({ stdout: expect.stringContaining('4 events') as string, status: 0 })
  expect(headOf()).not.toBe(head)
})

test('an empty file is a log with nothing in it', () => {
  desk.write('empty.asof', '')
  expect(desk.asof('verify --log empty.asof')).toEqual({ stdout: 'intact: empty.asof has 0 events in 0 commits\n', stderr: '', status: 0 })
  expect(desk.asof('export --log empty.asof')).toEqual({ stdout: '', stderr: '', status: 0 })
  expect(desk.asof('events --log empty.asof')).toEqual({ stdout: '', stderr: 'No such event is reported by then.\n', status: 0 })
})

test('a folder in the place of a log is told in one line', () => {
  expectRefused(desk.asof('verify --log .'), 4, /^asof: \. could not be opened\. .*it is no regular file/)
})
