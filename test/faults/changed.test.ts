import { appendFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Timeline, fileLog } from 'asof'
import { tryLock } from 'fs-native-extensions'
import { describe, expect, test } from 'vitest'
import { temporaryPath } from '../log/folder.js'
import { note, openNotes } from '../log/note.js'
import { expectRefusal, failureOf } from '../refusal.js'
import { corrupt, threeCommits } from './three-commits.js'

test('a log that was saved in Latin-1 is LOG_CORRUPT, though its text is the same', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append([note('a'), note('b', { data: 'é' })])
  writeFileSync(path, readFileSync(path, 'utf8'), 'latin1')
  expect(await failureOf(() => openNotes(fileLog(path)))).toMatchObject(corrupt(1, 0))
})

test('a file that is no log is told apart from one that is damaged', async () => {
  const path = temporaryPath()
  writeFileSync(path, 'To do: hold the log')
  const parts = ['is not empty, and does not begin as a log does', 'a log, or a file that is not there yet', 'Name another file'] as const
  expect(await expectRefusal(() => openNotes(fileLog(path)), 'LOG_CORRUPT', parts)).toMatchObject(corrupt(1, 0))
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

  test('one that was replaced is told by the last record that was read, and where its hash begins', async () => {
    const [{ path, timeline, starts, bytes }, other] = [await threeCommits(), await otherCommits()]
    renameSync(other.path, path)
    const arrived = `Record 3, which ends at byte ${starts[3] - 1}, is not the one that was read or written there`
    const parts = [arrived, 'nothing but appends changes', 'restore it from a copy'] as const
    const { details } = await expectRefusal(() => timeline.refresh(), 'LOG_CORRUPT', parts)
    expect(details).toEqual({ record: 3, offset: bytes.lastIndexOf(',"hash":') })
  })

  test.each(changes)('one that was %s while an append waited for its lock is not appended to', async (_, change, code) => {
    const [scene, other] = [await threeCommits(), await otherCommits()]
    const append = await waitingAppend(scene)
    change(scene.path, scene, other)
    await append.goOn()
    expect(await failureOf(() => append.outcome)).toMatchObject({ code })
    await expectUntouched(scene.path, scene.timeline, { code })
  })

  test('one that was replaced by its copy while an append waited for its lock has what is appended', async () => {
    const scene = await threeCommits()
    const append = await waitingAppend(scene)
    writeFileSync(`${scene.path}.copy`, scene.bytes)
    renameSync(`${scene.path}.copy`, scene.path)
    await append.goOn()
    const { position } = await append.outcome
    expect((await openNotes(fileLog(scene.path))).position).toBe(position)
  })

  test('a file that was deleted while the first append to it waited for its lock is made anew', async () => {
    const path = temporaryPath()
    const timeline = await openNotes(fileLog(path))
    writeFileSync(path, '')
    const append = await waitingAppend({ path, timeline })
    deleted(path)
    await append.goOn()
    expect(await append.outcome).toMatchObject({ position: 1 })
    expect((await openNotes(fileLog(path))).position).toBe(1)
  })

  /** An append that waits for the lock on the file, until it goes on. */
  async function waitingAppend({
    path,
    timeline,
  }: Pick<Scene, 'path' | 'timeline'>): Promise<{ outcome: Promise<{ position: number }>; goOn: () => Promise<void> }> {
    const holder = await open(path, 'r+')
    expect(tryLock(holder.fd, 0, 0)).toBe(true)
    const outcome = timeline.append(note('n'))
    await setTimeout(50)
    return { outcome, goOn: () => holder.close() }
  }

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
