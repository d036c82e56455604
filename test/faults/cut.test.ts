import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileLog } from 'asof'
import { expect, test } from 'vitest'
import { Folder } from '../cli/folder.js'
import { temporaryPath } from '../log/folder.js'
import { collected, idsIn, note, openNotes } from '../log/note.js'
import { failureOf } from '../refusal.js'
import { COMMITS, corrupt, reopenedIn, threeCommits } from './three-commits.js'

type Scene = Awaited<ReturnType<typeof threeCommits>>

/** What is left of a log that is cut at a byte: its whole commits, of which the last may lack its line break, and what is torn. */
function cutAt({ bytes, starts }: Scene, cut: number) {
  const commits = starts.slice(1).filter((end) => end - 1 <= cut).length
  const end = starts[commits]!
  const left = bytes.subarray(0, cut)
  return { left, whole: bytes.subarray(0, end), torn: left.subarray(end), commits, ids: COMMITS.slice(0, commits).flat() }
}

test('wherever a log was cut, it opens to exactly the commits that were whole, and readers leave the file as it is', async () => {
  const scene = await threeCommits()
  const { path, bytes } = scene
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { left, commits, ids } = cutAt(scene, cut)
    writeFileSync(path, left)
    const timeline = await openNotes(fileLog(path))
    expect([await idsIn(timeline), await timeline.verify(), await timeline.refresh()], `byte ${cut}`).toMatchObject([
      ids,
      { commits, events: ids.length },
      0,
    ])
    expect(readFileSync(path).equals(left)).toBe(true)
  }
  expect(readdirSync(dirname(path))).toEqual(['log.asof'])
})

test('wherever a log was cut, the next append moves what is torn aside byte for byte, and the chain goes on', async () => {
  const scene = await threeCommits()
  const { path, bytes } = scene
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { left, whole, torn, ids } = cutAt(scene, cut)
    writeFileSync(path, left)
    expect(await (await openNotes(fileLog(path))).append(note('e')), `byte ${cut}`).toMatchObject({ position: ids.length + 1 })
    const after = readFileSync(path)
    const aside = existsSync(`${path}.torn-1`) ? readFileSync(`${path}.torn-1`) : Buffer.alloc(0)
    expect([aside.equals(torn), after.subarray(0, whole.length).equals(whole), after.at(-1)]).toEqual([true, true, 10])
    expect(await reopenedIn(path)).toEqual([...ids, 'e'])
    expect(readdirSync(dirname(path))).toEqual(torn.length > 0 ? ['log.asof', 'log.asof.torn-1'] : ['log.asof'])
    rmSync(`${path}.torn-1`, { force: true })
  }
})

test('wherever a log was cut, a timeline that had read the commits that are left goes on', async () => {
  const scene = await threeCommits()
  const { path, bytes, starts } = scene
  for (let cut = 0; cut <= bytes.length; cut += 7) {
    const { left, ids } = cutAt(scene, cut)
    writeFileSync(
      path,
      bytes.subarray(
        0,
        starts.findLast((start) => start <= cut),
      ),
    )
    const timeline = await openNotes(fileLog(path))
    writeFileSync(path, left)
    expect(await timeline.append(note('e')), `byte ${cut}`).toMatchObject({ position: ids.length + 1 })
    expect([await idsIn(timeline), await reopenedIn(path)]).toEqual([
      [...ids, 'e'],
      [...ids, 'e'],
    ])
  }
})

test('the command line reads what is whole of a log that was cut, and appends after it', async () => {
  const scene = await threeCommits()
  const { starts } = scene
  for (const cut of [0, 9, starts[1] - 2, starts[1] - 1, starts[2], starts[2] + 1, starts[3] - 9]) {
    const desk = new Folder()
    const { left, torn, commits, ids } = cutAt(scene, cut)
    desk.write('timeline.asof', left)
    const told = `intact: timeline.asof has ${ids.length} event${ids.length === 1 ? '' : 's'} in ${commits} commit${commits === 1 ? '' : 's'}\n`
    expect([desk.asof('verify'), desk.readBytes('timeline.asof').equals(left)], `byte ${cut}`).toMatchObject([
      { stdout: expect.stringContaining(told) as string, stderr: '', status: 0 },
      true,
    ])
    expect(desk.asof('add noted s --occurred 2025-04')).toMatchObject({ stderr: '', status: 0 })
    expect(desk.asof('verify --json')).toMatchObject({
      stdout: expect.stringContaining(`"events": ${ids.length + 1},`) as string,
      status: 0,
    })
    const names = desk.names().filter((name) => name.startsWith('timeline'))
    expect(names).toEqual(torn.length > 0 ? ['timeline.asof', 'timeline.asof.torn-1'] : ['timeline.asof'])
    if (torn.length > 0) expect(desk.readBytes('timeline.asof.torn-1').equals(torn)).toBe(true)
  }
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

test('a log that is cut while it is read ends with its last whole record, and what is left of the next is moved aside', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  for (const id of 'abcdefghijklmn') await timeline.append(note(id, { data: 'x'.repeat(900_000) }))
  truncateSync(path, statSync(path).size - 1) // the last one is whole without its line break
  const bytes = readFileSync(path)
  const log = fileLog(path)
  const read: string[] = []
  for await (const record of log.read(1)) {
    if (read.length === 0) truncateSync(path, 10_500_000) // beyond what is read by now
    read.push(record)
  }
  const { length } = read.join('\n')
  expect([read.length, bytes.toString('latin1', 0, length)]).toEqual([11, read.join('\n')])
  await log.append(12, 'next')
  expect((await collected(fileLog(path).read(1))).slice(11)).toEqual(['next'])
  expect(readFileSync(`${path}.torn-1`).equals(bytes.subarray(length + 1, 10_500_000))).toBe(true)
})
