import { readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileLog } from 'asof'
import { beforeEach, expect, test } from 'vitest'
import { temporaryPath } from '../log/folder.js'
import { need } from '../log/need.js'
import { idsIn, note, openNotes } from '../log/note.js'
import { failureOf } from '../refusal.js'
import { reopenedIn } from './three-commits.js'
import { canTrace, startTraced } from './traced.js'

const LONG = 'x'.repeat(990_000) // which is written in two pieces

beforeEach(({ skip }) => need('strace', canTrace(), skip))

const FAILURES = [
  ['fdatasync', 'EIO', 2],
  ['fdatasync', 'ENOSPC', 2],
  ['write', 'EIO', 2],
  ['write', 'EROFS', 2],
  ['pread64', 'EIO', 1],
] as const

test.for(FAILURES)(
  '%s that fails with %s is told with it, takes nothing back, and the event is appended once it can be',
  async ([name, code, when]) => {
    const path = temporaryPath()
    const child = await startTraced(path, `${name}:error=${code}:when=${when}`)
    expect(await child.ask({ append: note('a') })).toBe(1)
    const bytes = readFileSync(path)
    expect(await child.ask({ append: note('b') })).toBe(`LOG_UNAVAILABLE ${code}`)
    expect([readFileSync(path).equals(bytes), await reopenedIn(path)]).toEqual([true, ['a']])
    expect(await child.ask({ do: 'verify' })).toMatchObject({ events: 1 })
    for (const [index, id] of ['b', 'b', 'c'].entries()) expect(await child.ask({ append: note(id) })).toBe(Math.max(2, index + 1))
    expect([await reopenedIn(path), readdirSync(dirname(path))]).toEqual([['a', 'b', 'c'], ['log.asof']])
  },
)

test('after a flush that failed the file is opened and verified anew, and nothing is flushed that was not written since', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=2')
  expect(await child.ask({ append: note('a') })).toBe(1)
  const end = statSync(path).size
  expect(await child.ask({ append: note('b') })).toBe('LOG_UNAVAILABLE EIO')
  expect(statSync(path).size).toBe(end)
  expect(await child.ask({ append: note('b') })).toBe(2)
  const calls = await child.calls()
  const after = calls.slice(calls.indexOf('fdatasync EIO')).join(' ')
  expect(after).toMatch(/^fdatasync EIO ftruncate close openat .*pread64@0 .*close openat pread64@\d+ write fdatasync close$/)
  for (const [, between] of after.matchAll(/ ftruncate(.*?) fdatasync/g)) expect(between).toMatch(/write/)
  expect(after.match(/ fdatasync/g)).toHaveLength(after.match(/ p?write/g)!.length)
})

test('damage that a flush that failed has left is found before anything is appended', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=3')
  for (const id of ['a', 'b']) await child.ask({ append: note(id) })
  expect(await child.ask({ append: note('c') })).toBe('LOG_UNAVAILABLE EIO')
  const bytes = readFileSync(path)
  const damaged = Buffer.from(bytes).fill(0, 20, 40) // not in the last record, which every append compares
  writeFileSync(path, damaged)
  for (const _ of ['once', 'and again']) expect(await child.ask({ append: note('c') })).toBe('LOG_CORRUPT')
  expect(readFileSync(path).equals(damaged)).toBe(true)
  writeFileSync(path, bytes)
  expect([await child.ask({ append: note('c') }), await reopenedIn(path)]).toEqual([3, ['a', 'b', 'c']])
})

test('a record that could be neither flushed nor taken out again is written once more before it counts', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=2', 'ftruncate:error=EIO:when=1')
  expect(await child.ask({ append: note('a') })).toBe(1)
  const end = statSync(path).size
  expect(await child.ask({ append: note('b') })).toBe('LOG_UNAVAILABLE EIO')
  expect(statSync(path).size).toBeGreaterThan(end)
  expect([await child.ask({ append: note('b') }), await child.ask({ append: note('c') })]).toEqual([2, 3])
  const calls = (await child.calls()).join(' ')
  expect(calls).toMatch(
    new RegExp(`fdatasync EIO ftruncate EIO close openat .* pread64@${end - 1} pwrite64@${end - 1} pread64@\\d+ fdatasync`),
  )
  expect(await reopenedIn(path)).toEqual(['a', 'b', 'c'])
})

test('where nothing can be flushed any more, all is read still, and nothing is appended or said to be there', async () => {
  const path = temporaryPath()
  await (await openNotes(fileLog(path))).append([note('a', { data: LONG }), note('b')])
  const bytes = readFileSync(path)
  const child = await startTraced(path, 'fdatasync:error=EIO')
  expect([child.position, await child.ask({ do: 'refresh' }), await child.ask({ do: 'verify' })]).toMatchObject([2, 0, { events: 2 }])
  for (const id of ['b', 'c', 'c']) expect(await child.ask({ append: note(id) })).toBe('LOG_UNAVAILABLE EIO')
  expect([readFileSync(path).equals(bytes), await child.ask({ do: 'verify' })]).toMatchObject([true, { events: 2 }])
})

test('what could not be flushed by who only read it is written once more before anything is appended', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=1')
  await (await openNotes(fileLog(path))).append([note('a', { data: LONG }), note('b')])
  const bytes = readFileSync(path)
  expect([await child.ask({ do: 'refresh' }), await child.ask({ append: note('b') }), await child.ask({ append: note('c') })]).toEqual([
    2, 2, 3,
  ])
  expect(readFileSync(path).subarray(0, bytes.length).equals(bytes)).toBe(true)
  expect((await child.calls()).join(' ')).toMatch(
    /fdatasync EIO .*close openat pread64@0 (pwrite64@\d+ pread64@\d+ )+fdatasync openat fsync close close .*fdatasync/,
  )
})

test('a flush that fails for who comes second is told, and nothing of either is lost', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=1')
  await (await openNotes(fileLog(path))).append(note('a'))
  expect(await child.ask({ append: note('b') })).toBe('LOG_UNAVAILABLE EIO')
  expect(await reopenedIn(path)).toEqual(['a'])
  expect([await child.ask({ append: note('a') }), await child.ask({ append: note('b') }), await reopenedIn(path)]).toEqual([
    1,
    2,
    ['a', 'b'],
  ])
})

test('an event that came with a conflict, and may not be flushed, is flushed before it is acknowledged to who appends it too', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'openat:delay_enter=1000000:when=4') // it opens the file to read after the conflict
  const timeline = await openNotes(fileLog(path))
  const events = ['a', 'b'].map((id) => note(id))
  for (const event of events) await timeline.append(event)
  const bytes = readFileSync(path)
  const end = bytes.indexOf(10) + 1
  truncateSync(path, end)
  const appended = child.ask({ append: events[1]! })
  await setTimeout(500)
  writeFileSync(path, bytes.subarray(end), { flag: 'a' }) // as a writer does that is yet to flush it
  expect(await appended).toBe(2)
  expect((await child.calls()).join(' ')).toMatch(/fdatasync .* openat pread64@0 pread64@0 close openat pread64@\d+ fdatasync close$/)
  expect(await reopenedIn(path)).toEqual(['a', 'b'])
})

test('who has read a record that was taken out again notices it', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fdatasync:error=EIO:when=2', 'ftruncate:delay_enter=1000000')
  expect(await child.ask({ append: note('a') })).toBe(1)
  const end = statSync(path).size
  const reader = await openNotes(fileLog(path))
  const failing = child.ask({ append: note('b') })
  while (statSync(path).size === end) await new Promise(setImmediate)
  expect(await reader.refresh()).toBe(1)
  const again = failureOf(() => reader.append(note('b'))) // which is not told to be there before it is known to stay
  expect(await failing).toBe('LOG_UNAVAILABLE EIO')
  expect((await again).code).toBe('LOG_CORRUPT')
  for (const work of [() => reader.refresh(), () => reader.append(note('c'))]) expect((await failureOf(work)).code).toBe('LOG_CORRUPT')
  expect(await child.ask({ append: note('c', { data: LONG }) })).toBe(2)
  for (const work of [() => reader.refresh(), () => reader.append(note('c'))]) expect((await failureOf(work)).code).toBe('LOG_CORRUPT')
  expect([await idsIn(reader), await reopenedIn(path)]).toEqual([
    ['a', 'b'],
    ['a', 'c'],
  ])
})

test('a new file whose folder could not be flushed is empty again, and its folder is flushed with the next record', async () => {
  const path = temporaryPath()
  const child = await startTraced(path, 'fsync:error=EIO:when=1')
  expect(await child.ask({ append: note('a') })).toBe('LOG_UNAVAILABLE EIO')
  expect([statSync(path).size, await reopenedIn(path)]).toEqual([0, []])
  expect([await child.ask({ append: note('a') }), await child.ask({ append: note('b') })]).toEqual([1, 2])
  expect(await reopenedIn(path)).toEqual(['a', 'b'])
  expect((await child.calls()).join(' ')).toMatch(/fdatasync openat fsync EIO .*fdatasync openat fsync .*write fdatasync close openat/)
})

test('who comes after a writer that died before it had flushed the folder of a new file flushes it', async () => {
  const path = temporaryPath()
  const child = await startTraced(path)
  await (await openNotes(fileLog(path))).append(note('a'))
  expect([await child.ask({ append: note('a') }), await child.ask({ append: note('b') })]).toEqual([1, 2])
  const calls = await child.calls()
  expect(calls.filter((call) => call === 'fsync')).toHaveLength(1)
  expect(calls.indexOf('fsync')).toBeLessThan(calls.indexOf('write'))
})

test.for([
  [['write:error=EIO:when=3'], []],
  [['write:error=EIO:when=3', 'ftruncate:error=EIO:when=1'], ['log.asof.torn-1']],
] as const)('a record of which half was written is torn, if it cannot be taken out again: %j', async ([injections, aside]) => {
  const path = temporaryPath()
  const child = await startTraced(path, ...injections)
  expect(await child.ask({ append: note('a') })).toBe(1)
  const end = statSync(path).size
  expect(await child.ask({ append: note('b', { data: LONG }) })).toBe('LOG_UNAVAILABLE EIO')
  expect([statSync(path).size > end, await reopenedIn(path)]).toEqual([aside.length > 0, ['a']])
  expect(await child.ask({ append: note('b', { data: LONG }) })).toBe(2)
  expect([await reopenedIn(path), readdirSync(dirname(path))]).toEqual([
    ['a', 'b'],
    ['log.asof', ...aside],
  ])
})

test('a torn record that cannot be taken out is kept in both places, and nothing is appended after it', async () => {
  const path = temporaryPath()
  await (await openNotes(fileLog(path))).append(note('a'))
  writeFileSync(path, '{"seq":2,', { flag: 'a' })
  const bytes = readFileSync(path)
  const child = await startTraced(path, 'ftruncate:error=EIO:when=1')
  expect(await child.ask({ append: note('b') })).toBe('LOG_UNAVAILABLE EIO')
  expect([readFileSync(path).equals(bytes), readFileSync(`${path}.torn-1`, 'utf8')]).toEqual([true, '{"seq":2,'])
  expect([await child.ask({ append: note('b') }), await reopenedIn(path)]).toEqual([2, ['a', 'b']])
})
