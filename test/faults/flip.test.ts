import { readFileSync, writeFileSync } from 'node:fs'
import { type Timeline, fileLog } from 'asof'
import { expect, test } from 'vitest'
import { idsIn, note, openNotes } from '../log/note.js'
import { numbers } from '../log/store.js'
import { failureOf } from '../refusal.js'
import { corrupt, reopenedIn, threeCommits } from './three-commits.js'

type Scene = Awaited<ReturnType<typeof threeCommits>>

/** What every byte is changed by: each of its bits, all of them, and what makes of U+FFFD what many a decoder takes for the same. */
const FLIPS = [...numbers(8).map((number) => 1 << (number - 1)), 0xff, 0x1c]

/** Every change of one byte from an offset on, with what is then in the file, and the record that it hits. */
function* flipped({ path, starts }: Scene, bytes: Buffer, from = 0) {
  for (let at = from; at < bytes.length; at += 1) {
    for (const flip of FLIPS) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= flip
      writeFileSync(path, damaged)
      const record = starts.findLastIndex((start) => start <= at) + 1
      yield { damaged, record, offset: starts[record - 1]!, isLine: damaged.includes(10, from), name: `byte ${at}, flipped by ${flip}` }
    }
  }
}

/** How many events a refresh takes in; undefined where it tells that the log is damaged, with the record and a byte. */
function refreshed(timeline: Timeline): Promise<number | undefined> {
  return timeline.refresh().catch((error: unknown) => {
    expect(error).toMatchObject(corrupt(3, expect.any(Number) as number)) // the last one, and where the part of it that is compared begins
    return undefined
  })
}

test('a bit that is flipped anywhere is LOG_CORRUPT when the log is opened, with its record and where that begins', async () => {
  const scene = await threeCommits()
  for (const { record, offset, name } of flipped(scene, scene.bytes))
    expect(await failureOf(() => openNotes(fileLog(scene.path))), name).toMatchObject(corrupt(record, offset))
})

test('a bit that is flipped anywhere under an open timeline is found by verify, and changes no answer', async () => {
  const scene = await threeCommits()
  const { timeline } = scene
  for (const { record, offset, name } of flipped(scene, scene.bytes)) {
    expect(await failureOf(() => timeline.verify()), name).toMatchObject(corrupt(record, offset))
    expect([0, undefined]).toContain(await refreshed(timeline))
    expect(await idsIn(timeline)).toEqual(['a', 'b', 'c', 'd'])
  }
})

test('a bit that is flipped behind what a timeline has read is LOG_CORRUPT when it goes on', async () => {
  const scene = await threeCommits()
  const { path, bytes, starts } = scene
  writeFileSync(path, bytes.subarray(0, starts[2]))
  const timeline = await openNotes(fileLog(path))
  for (const { name, damaged } of flipped(scene, bytes, starts[2])) {
    for (const work of [() => timeline.refresh(), () => timeline.append(note('e'))])
      expect(await failureOf(work), name).toMatchObject(corrupt(3, expect.any(Number) as number)) // it may be another than at the last flip
    expect([await idsIn(timeline), readFileSync(path).equals(damaged)]).toEqual([['a', 'b', 'c'], true])
  }
})

test('what is appended after a flip that the timeline does not see is kept behind the damage, which verify still finds', async () => {
  for (const [at, record] of [
    [20, 1],
    [-120, 3],
  ] as const) {
    const { path, timeline, bytes, starts } = await threeCommits()
    const damaged = Buffer.from(bytes)
    damaged[damaged.length * Number(at < 0) + at]! ^= 1
    writeFileSync(path, damaged)
    expect(await timeline.append(note('e'))).toMatchObject({ position: 5 })
    expect(await failureOf(() => timeline.verify())).toMatchObject(corrupt(record, starts[record - 1]!))
    bytes.copy(damaged)
    writeFileSync(path, Buffer.concat([damaged, readFileSync(path).subarray(bytes.length)]))
    expect([await timeline.verify(), await reopenedIn(path)]).toMatchObject([{ events: 5 }, ['a', 'b', 'c', 'd', 'e']])
  }
})

test('a bit that is flipped in a torn tail does no harm, unless it ends the line', async () => {
  const scene = await threeCommits()
  const { path, bytes, starts } = scene
  const torn = bytes.subarray(0, starts[3] - 30)
  writeFileSync(path, bytes.subarray(0, starts[2]))
  for (const { isLine, name } of flipped(scene, torn, starts[2])) {
    if (isLine) expect(await failureOf(() => openNotes(fileLog(path))), name).toMatchObject(corrupt(3, starts[2]))
    else {
      const again = await openNotes(fileLog(path))
      expect([await idsIn(again), await again.verify()], name).toMatchObject([['a', 'b', 'c'], { commits: 2 }])
    }
  }
})
