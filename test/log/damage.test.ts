import { appendFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Timeline, fileLog } from 'asof'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../refusal.js'
import { temporaryPath } from './folder.js'
import { collected, idsIn, note, openNotes } from './note.js'

/** A log of three commits, a to d, with characters of every length, and where each of its lines begins and the last one ends. */
async function threeCommits(path = temporaryPath()) {
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  await timeline.append([note('b', { data: 'é\uFFFD' }), note('c')])
  await timeline.append(note('d', { data: '\u{1F600}' }))
  const bytes = readFileSync(path)
  const starts = [0]
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1)
  const [first = 0, second = 0, third = 0, end = 0] = starts
  return { path, timeline, bytes, starts: [first, second, third, end] as const, head: (await timeline.verify()).head }
}

const recordsOf = (path: string) => collected(fileLog(path).read(1))
const corrupt = (record: number, offset: number) => ({ code: 'LOG_CORRUPT', details: { record, offset } })
const reopenedIn = async (path: string) => idsIn(await openNotes(fileLog(path)))

describe('a torn tail', () => {
  test('wherever the last record was cut, a log is opened up to the whole ones, and readers leave the rest alone', async () => {
    const { path, bytes, starts } = await threeCommits()
    for (let cut = starts[2] + 1; cut < starts[3] - 1; cut += 1) {
      writeFileSync(path, bytes.subarray(0, cut))
      const timeline = await openNotes(fileLog(path))
      expect([await idsIn(timeline), await timeline.verify()]).toMatchObject([['a', 'b', 'c'], { commits: 2, events: 3 }])
      expect((await recordsOf(path)).length).toBe(2)
      expect(readFileSync(path).equals(bytes.subarray(0, cut))).toBe(true)
    }
    expect(readdirSync(dirname(path))).toEqual(['log.asof'])
  })

  test('wherever the last record was cut, the next append moves it aside byte for byte, and the chain goes on', async () => {
    const { path, bytes, starts } = await threeCommits()
    for (let cut = starts[2] + 1; cut < starts[3] - 1; cut += 1) {
      writeFileSync(path, bytes.subarray(0, cut))
      expect(await (await openNotes(fileLog(path))).append(note('e'))).toMatchObject({ position: 4 })
      const after = readFileSync(path)
      expect(readFileSync(`${path}.torn-1`).equals(bytes.subarray(starts[2], cut))).toBe(true)
      expect(after.subarray(0, starts[2]).equals(bytes.subarray(0, starts[2]))).toBe(true)
      expect([after.filter((byte) => byte === 10).length, after.at(-1)]).toEqual([3, 10])
      expect(await reopenedIn(path)).toEqual(['a', 'b', 'c', 'e'])
      rmSync(`${path}.torn-1`)
    }
    expect(readdirSync(dirname(path))).toEqual(['log.asof'])
  })

  test('each one gets a file of its own, and none is written over', async () => {
    const { path, timeline } = await threeCommits()
    writeFileSync(`${path}.torn-2`, 'from before')
    for (const [index, tail] of ['{"seq":4', '\u{1F600}', 'x'.repeat(5_000_000)].entries()) {
      appendFileSync(path, tail)
      expect(await timeline.append(note(`e${index}`))).toMatchObject({ position: 5 + index })
    }
    const torn = ['1', '2', '3', '4'].map((number) => readFileSync(`${path}.torn-${number}`, 'utf8'))
    expect(torn.map((text) => text.slice(0, 12))).toEqual(['{"seq":4', 'from before', '\u{1F600}', 'x'.repeat(12)])
    expect([torn[3]!.length, existsSync(`${path}.torn-5`)]).toEqual([5_000_000, false])
    expect(await reopenedIn(path)).toEqual(['a', 'b', 'c', 'd', 'e0', 'e1', 'e2'])
  })

  test.for(['[{"type":"halted"}]', 'x', '{"id":1}'])('a file of %s is no log, and is left as it is', async (text) => {
    const path = temporaryPath()
    writeFileSync(path, text)
    expect(await failureOf(() => openNotes(fileLog(path)))).toMatchObject(corrupt(1, 0))
    expect(await failureOf(() => fileLog(path).append(1, 'a'))).toMatchObject(corrupt(1, 0))
    expect([readFileSync(path, 'utf8'), readdirSync(dirname(path)).length]).toEqual([text, 1])
  })

  test('where nothing but a torn record is there, the log begins anew', async () => {
    const { path, bytes } = await threeCommits()
    writeFileSync(path, bytes.subarray(0, 100))
    expect(await (await openNotes(fileLog(path))).append(note('e'))).toMatchObject({ position: 1 })
    expect([await reopenedIn(path), readFileSync(`${path}.torn-1`).equals(bytes.subarray(0, 100))]).toEqual([['e'], true])
  })

  test('a last record that only lacks its line break is whole, and gets it from the next append', async () => {
    const { path, bytes, starts, head, timeline } = await threeCommits()
    truncateSync(path, starts[3] - 1)
    expect(await timeline.refresh()).toBe(0)
    const again = await openNotes(fileLog(path))
    expect([await idsIn(again), await again.verify({ expectHead: head })]).toMatchObject([['a', 'b', 'c', 'd'], { commits: 3 }])
    expect(await again.append(note('e'))).toMatchObject({ position: 5 })
    expect(readFileSync(path).subarray(0, starts[3]).equals(bytes)).toBe(true)
    truncateSync(path, readFileSync(path).length - 1)
    expect(await timeline.append(note('f'))).toMatchObject({ position: 6 })
    expect([await reopenedIn(path), readdirSync(dirname(path))]).toEqual([['a', 'b', 'c', 'd', 'e', 'f'], ['log.asof']])
  })
})

test('a log that is cut while it is read ends with its last whole record, and what is left of the next is moved aside', async () => {
  const path = temporaryPath()
  const records = Array.from({ length: 14 }, (_, index) => String.fromCharCode(97 + index).repeat(900_000))
  writeFileSync(path, records.map((record) => `${record}\n`).join(''))
  const log = fileLog(path)
  const read: string[] = []
  for await (const record of log.read(1)) {
    if (read.length === 0) truncateSync(path, 10_500_000) // beyond what is read by now
    read.push(record)
  }
  expect(read.map(([letter]) => letter).join('')).toBe('abcdefghijk')
  await log.append(12, 'next')
  expect((await recordsOf(path)).map(([letter]) => letter).join('')).toBe('abcdefghijkn')
  expect(readFileSync(`${path}.torn-1`, 'utf8')).toBe('l'.repeat(10_500_000 - 11 * 900_001))
})

describe('damage', () => {
  const flips = [0x01, 0x80, 0xff, 0x1c] // the last one makes of U+FFFD what many a decoder takes for the same

  test.each(flips)('a byte anywhere that differs by %i is LOG_CORRUPT, with the record and its offset', async (flip) => {
    const { path, bytes, starts } = await threeCommits()
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= flip
      writeFileSync(path, damaged)
      const record = starts.findLastIndex((start) => start <= at) + 1
      expect(await failureOf(() => openNotes(fileLog(path))), `byte ${at}`).toMatchObject(corrupt(record, starts[record - 1]!))
    }
  })

  test('lines that are missing, doubled, out of order or empty are LOG_CORRUPT, each at the first that does not follow', async () => {
    const { path, bytes } = await threeCommits()
    const lines = ['', ...bytes.toString().split('\n').slice(0, 3)]
    const cases = [
      [[2, 3], 1],
      [[1, 3], 2],
      [[1, 1, 2, 3], 2],
      [[1, 2, 3, 3], 4],
      [[1, 3, 2], 2],
      [[2, 1, 3], 1],
      [[0, 1, 2, 3], 1],
      [[1, 0, 2, 3], 2],
      [[1, 2, 3, 0], 4],
    ] as const
    for (const [order, record] of cases) {
      const left = order.map((line) => `${lines[line]}\n`)
      writeFileSync(path, left.join(''))
      const offset = Buffer.byteLength(left.slice(0, record - 1).join(''))
      expect(await failureOf(() => openNotes(fileLog(path))), String(order)).toMatchObject(corrupt(record, offset))
    }
  })

  test('a log whose last commits are missing is whole; who kept the head knows better', async () => {
    const { path, bytes, starts, head } = await threeCommits()
    writeFileSync(path, bytes.subarray(0, starts[2]))
    const timeline = await openNotes(fileLog(path))
    expect(await timeline.verify()).toMatchObject({ commits: 2 })
    expect(await failureOf(() => timeline.verify({ expectHead: head }))).toMatchObject({
      code: 'LOG_CORRUPT',
      details: { record: 3, hash: head },
    })
  })

  test('a log that was saved in Latin-1 is LOG_CORRUPT, though its text is the same', async () => {
    const path = temporaryPath()
    const timeline = await openNotes(fileLog(path))
    await timeline.append([note('a'), note('b', { data: 'é' })])
    writeFileSync(path, readFileSync(path, 'utf8'), 'latin1')
    expect(await failureOf(() => openNotes(fileLog(path)))).toMatchObject(corrupt(1, 0))
  })

  test('lines that somebody else wrote are LOG_CORRUPT, and nothing is appended after them', async () => {
    const line = 'x'.repeat(5_000_000)
    for (const text of ['oops\n', '{"seq":4,"position":5}\n', '\n', `${line}\n`, `${line}\n${line}`]) {
      const { path, timeline, starts } = await threeCommits()
      appendFileSync(path, text)
      await expectUntouched(path, timeline, corrupt(4, starts[3]))
      expect(await failureOf(() => openNotes(fileLog(path)))).toMatchObject(corrupt(4, starts[3]))
    }
  })
})

describe('a file that changed under an open timeline', () => {
  const emptied = (path: string) => truncateSync(path, 0)
  const deleted = (path: string) => rmSync(path)
  type Scene = Awaited<ReturnType<typeof threeCommits>>
  const changes: [string, (path: string, scene: Scene, other: Scene) => void, string][] = [
    ['cut between records', (path, { starts }) => truncateSync(path, starts[2]), 'LOG_CORRUPT'],
    ['cut within the last record', (path, { starts }) => truncateSync(path, starts[3] - 9), 'LOG_CORRUPT'],
    ['cut within the first record', (path) => truncateSync(path, 9), 'LOG_CORRUPT'],
    ['emptied', emptied, 'LOG_CORRUPT'],
    ['written over with other content of its length', (path, _, { bytes }) => writeFileSync(path, bytes), 'LOG_CORRUPT'],
    ['replaced by another log', (path, _, other) => renameSync(other.path, path), 'LOG_CORRUPT'],
    ['replaced by a longer one', (path, _, other) => writeFileSync(path, Buffer.concat([other.bytes, other.bytes])), 'LOG_CORRUPT'],
    ['deleted', deleted, 'LOG_UNAVAILABLE'],
  ]

  test.each(changes)('one that was %s is noticed by who wrote it, and never appended to', async (_, change, code) => {
    const [scene, other] = [await threeCommits(), await otherCommits()]
    change(scene.path, scene, other)
    await expectUntouched(scene.path, scene.timeline, { code })
  })

  test.each(changes)('one that was %s is noticed by who read it, and never appended to', async (_, change, code) => {
    const [scene, other] = [await threeCommits(), await otherCommits()]
    const reader = await openNotes(fileLog(scene.path))
    change(scene.path, scene, other)
    await expectUntouched(scene.path, reader, { code })
  })

  test('a record that was written over is noticed by verify, though the last one is the same', async () => {
    const { path, timeline, bytes } = await threeCommits()
    const [resealed, ...rest] = bytes.toString().split('\n')
    writeFileSync(path, [resealed!.replace('"s"', '"t"'), ...rest].join('\n'))
    expect(await failureOf(() => timeline.verify())).toMatchObject(corrupt(1, 0))
  })

  test('verify notices what was cut or written over behind the head that it is asked for', async () => {
    const [scene, other] = [await threeCommits(), await threeCommits()]
    const heads = scene.bytes
      .toString()
      .split('\n')
      .slice(0, 3)
      .map((line) => (JSON.parse(line) as { hash: string }).hash)
    const [first = '', second = ''] = heads
    truncateSync(scene.path, scene.starts[2])
    expect(await failureOf(() => scene.timeline.verify({ expectHead: first }))).toMatchObject({
      code: 'LOG_CORRUPT',
      details: { record: 3 },
    })
    truncateSync(other.path, other.starts[2])
    await (await openNotes(fileLog(other.path))).append([note('d'), note('e')])
    expect(await failureOf(() => other.timeline.verify({ expectHead: second }))).toMatchObject({
      code: 'LOG_CORRUPT',
      details: { record: 3 },
    })
  })

  /** Another log of the same length. */
  async function otherCommits(): Promise<Scene> {
    const scene = await threeCommits()
    const path = temporaryPath()
    const timeline = await openNotes(fileLog(path))
    for (const ids of [['w'], ['x', 'y'], ['z']])
      await timeline.append(ids.map((id) => note(id, id === 'x' ? { data: 'é\uFFFD' } : id === 'z' ? { data: '\u{1F600}' } : {})))
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(scene.bytes.length)
    return { ...scene, path, timeline, bytes }
  }
})

/** Expects refresh, append and verify to fail, time and again, and the file to be left as it is. */
async function expectUntouched(path: string, timeline: Timeline, failure: { code: string }): Promise<void> {
  const before = [existsSync(path) && readFileSync(path, 'latin1'), readdirSync(dirname(path)), timeline.position]
  for (const _ of ['once', 'and again']) {
    expect(await failureOf(() => timeline.append(note('n')))).toMatchObject(failure)
    expect(await failureOf(() => timeline.refresh())).toMatchObject(failure)
    expect((await failureOf(() => timeline.verify())).code).toMatch(/^LOG_(CORRUPT|UNAVAILABLE)$/)
  }
  expect([existsSync(path) && readFileSync(path, 'latin1'), readdirSync(dirname(path)), timeline.position]).toEqual(before)
}
