import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileLog } from 'asof'
import { expect, test } from 'vitest'
import { Folder } from '../cli/folder.js'
import { expectRefused } from '../cli/refused.js'
import { startChild } from '../log/child.js'
import { temporaryPath } from '../log/folder.js'
import { need, works } from '../log/need.js'
import { idsIn, note, openNotes } from '../log/note.js'
import { failureOf } from '../refusal.js'
import { canMount, mounted } from './mounted.js'
import { reopenedIn } from './three-commits.js'

const unavailable = (code: string) => ({ code: 'LOG_UNAVAILABLE', cause: { code } })
const long = (id: string) => note(id, { data: id.repeat(50_000) })
const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index))

/** A disk of 1 MB, of which a file takes half. */
function smallDisk() {
  const folder = mounted('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs')
  writeFileSync(`${folder}/filler`, Buffer.alloc(500_000))
  return { path: `${folder}/log.asof`, makeRoom: () => rmSync(`${folder}/filler`) }
}

test('a disk that is full keeps all that was acknowledged readable, and is appended to once there is room', async ({ skip }) => {
  need('the right to mount', canMount(), skip)
  const { path, makeRoom } = smallDisk()
  const timeline = await openNotes(fileLog(path))
  const kept: string[] = []
  const failure = await failureOf(async () => {
    for (const id of letters) kept.push((await timeline.append(long(id))).id)
  })
  expect([failure, kept.length]).toMatchObject([unavailable('ENOSPC'), 10])
  for (const _ of ['once', 'and again']) {
    const bytes = readFileSync(path)
    expect(await failureOf(() => timeline.append(long('k')))).toMatchObject(unavailable('ENOSPC'))
    expect([readFileSync(path).equals(bytes), await timeline.refresh(), await timeline.verify()]).toMatchObject([true, 0, { events: 10 }])
    expect([await idsIn(timeline), await reopenedIn(path)]).toEqual([kept, kept])
  }
  expect(await timeline.append(note('small'))).toMatchObject({ position: 11 })
  makeRoom()
  expect(await timeline.append(long('k'))).toMatchObject({ position: 12 })
  expect([await reopenedIn(path), readdirSync(dirname(path))]).toEqual([[...kept, 'small', 'k'], ['log.asof']])
})

test('a torn record for which there is no room beside the log stays where it is, and is moved once there is', async ({ skip }) => {
  need('the right to mount', canMount(), skip)
  const { path, makeRoom } = smallDisk()
  await (await openNotes(fileLog(path))).append(note('a'))
  writeFileSync(path, 'x'.repeat(300_000), { flag: 'a' })
  const bytes = readFileSync(path)
  const timeline = await openNotes(fileLog(path))
  for (const _ of ['once', 'and again']) {
    expect(await failureOf(() => timeline.append(note('b')))).toMatchObject(unavailable('ENOSPC'))
    expect([readFileSync(path).equals(bytes), await reopenedIn(path), readdirSync(dirname(path))]).toEqual([
      true,
      ['a'],
      ['filler', 'log.asof'],
    ])
  }
  makeRoom()
  expect(await timeline.append(note('b'))).toMatchObject({ position: 2 })
  expect([readFileSync(`${path}.torn-1`, 'utf8'), await reopenedIn(path)]).toEqual(['x'.repeat(300_000), ['a', 'b']])
})

test('the command line tells that the disk is full in one line, and appends once it is not', async ({ skip }) => {
  need('the right to mount', canMount(), skip)
  const { path, makeRoom } = smallDisk()
  const desk = new Folder()
  const ingest = (count: number) => {
    const lines = letters.slice(0, count).map((id) => JSON.stringify(long(id)))
    return desk.asof(`ingest - --log ${path}`, { input: lines.join('\n') })
  }
  expect(ingest(5)).toMatchObject({ stderr: '', status: 0 })
  expect(ingest(12)).toMatchObject({ stderr: expect.stringMatching(/^asof: [^\n]+ENOSPC[^\n]+\n$/) as string, status: 4 })
  expect(await reopenedIn(path)).toEqual(letters.slice(0, 5))
  makeRoom()
  expect(ingest(12)).toMatchObject({ stderr: '', status: 0 })
  expect(await reopenedIn(path)).toEqual(letters.slice(0, 12))
})

test('a record beyond the limit of a file leaves the file as it was, and smaller ones are appended on', async ({ skip }) => {
  need('prlimit', works('prlimit', '--version'), skip)
  const path = temporaryPath()
  await (await openNotes(fileLog(path))).append(note('a'))
  const bytes = readFileSync(path)
  const tooLong = 'x'.repeat(200_000)
  const child = await startChild(path, { through: ['prlimit', '--fsize=100000:'] })
  expect(await child.ask({ append: note('b', { data: tooLong }) })).toBe('LOG_UNAVAILABLE EFBIG')
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(await child.ask({ append: note('c') })).toBe(2)
  expect(await child.ask({ append: note('d', { data: tooLong }) })).toBe('LOG_UNAVAILABLE EFBIG')
  expect([await child.ask({ do: 'verify' }), await reopenedIn(path)]).toMatchObject([{ events: 2 }, ['a', 'c']])
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:'])
  expect(await child.ask({ append: note('d', { data: tooLong }) })).toBe(3)
  expect([await reopenedIn(path), readdirSync(dirname(path))]).toEqual([['a', 'c', 'd'], ['log.asof']])
})

test('a torn record beyond the limit of a file is kept, and moved aside once it can be', async ({ skip }) => {
  need('prlimit', works('prlimit', '--version'), skip)
  const path = temporaryPath()
  await (await openNotes(fileLog(path))).append(note('a'))
  const whole = statSync(path).size
  const torn = 'x'.repeat(200_000)
  writeFileSync(path, torn, { flag: 'a' })
  const child = await startChild(path, { through: ['prlimit', '--fsize=100000:'] })
  expect(await child.ask({ append: note('b') })).toBe('LOG_UNAVAILABLE EFBIG')
  expect([statSync(path).size, readdirSync(dirname(path))]).toEqual([whole + 200_000, ['log.asof']])
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:'])
  expect(await child.ask({ append: note('b') })).toBe(2)
  expect([readFileSync(`${path}.torn-1`, 'utf8'), await reopenedIn(path)]).toEqual([torn, ['a', 'b']])
})

test('a file that may only be read is read, refuses what is appended, and takes it once it may be written', async ({ skip }) => {
  need('the right to mount', canMount(), skip)
  const folder = mounted('-t', 'tmpfs', 'tmpfs')
  const path = `${folder}/log.asof`
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  writeFileSync(path, '{"seq":', { flag: 'a' }) // a torn tail, which stays
  const bytes = readFileSync(path)
  execFileSync('mount', ['-o', 'remount,ro', folder])
  const reader = await openNotes(fileLog(path))
  for (const each of [timeline, reader]) {
    expect(await failureOf(() => each.append(note('b')))).toMatchObject(unavailable('EROFS'))
    expect([await each.refresh(), await each.verify(), await idsIn(each)]).toMatchObject([0, { events: 1 }, ['a']])
  }
  const absent = await openNotes(fileLog(`${folder}/absent.asof`))
  expect(await failureOf(() => absent.append(note('a')))).toMatchObject(unavailable('EROFS'))
  const desk = new Folder()
  expect(desk.asof(`verify --log ${path}`)).toMatchObject({ stderr: '', status: 0 })
  expectRefused(desk.asof(`add noted s --occurred 2025-04 --log ${path}`), 4, 'EROFS')
  expect([readFileSync(path).equals(bytes), readdirSync(folder)]).toEqual([true, ['log.asof']])
  execFileSync('mount', ['-o', 'remount,rw', folder])
  for (const [index, each] of [timeline, reader].entries())
    expect(await each.append(note(`b${index}`))).toMatchObject({ position: 2 + index })
  expect([await reopenedIn(path), await absent.append(note('a'))]).toMatchObject([['a', 'b0', 'b1'], { position: 1 }])
})
