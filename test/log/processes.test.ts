import { statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileLog } from 'asof'
import { expect, test, vi } from 'vitest'
import { type Child, startChild } from './child.js'
import { temporaryPath } from './folder.js'
import { idsIn, note, openNotes } from './note.js'
import { numbers } from './store.js'

const KILLS = 30

/** What a process has said to be appended, in the order in which it said so. */
const acknowledgedBy = ({ sayings }: Child) => sayings.flatMap((saying) => ('acknowledged' in saying ? [saying] : []))
const heardBy = ({ sayings }: Child) => sayings.flatMap((saying) => ('heard' in saying ? saying.heard : []))

/** Returns at the moment at which a file grows: a long record is written in two pieces, and often only the first is there. */
function awaitGrowth(path: string): void {
  const { size } = statSync(path)
  const until = performance.now() + 10_000
  while (statSync(path).size <= size && performance.now() < until);
}

/** Expects a log to be whole, and to hold all that was acknowledged where it was said to be; resolves with its ids. */
async function expectKept(path: string, acknowledged: ReturnType<typeof acknowledgedBy>): Promise<string[]> {
  const timeline = await openNotes(fileLog(path))
  const ids = await idsIn(timeline)
  expect(await timeline.verify()).toMatchObject({ events: ids.length })
  expect(new Set(ids).size).toBe(ids.length)
  expect(acknowledged.map(({ position }) => ids[position - 1])).toEqual(acknowledged.map((saying) => saying.acknowledged))
  return ids
}

test.each([1, 8])('two processes append 500 events each, %i in flight, and get one order without gaps', async (inFlight) => {
  const path = temporaryPath()
  const children = await Promise.all([startChild(path), startChild(path)])
  await Promise.all(children.map((child, index) => child.ask({ run: `p${index}`, count: 500, inFlight })))
  const acknowledged = children.map(acknowledgedBy)
  for (const [index, own] of acknowledged.entries()) {
    expect(own.map((saying) => saying.acknowledged).toSorted()).toEqual(
      numbers(500)
        .map((number) => `p${index}.${number}`)
        .toSorted(),
    )
    expect(own.map(({ position }) => position)).toEqual(own.map(({ position }) => position).toSorted((one, other) => one - other))
  }
  const positions = acknowledged.flat().map(({ position }) => position)
  expect(positions.toSorted((one, other) => one - other)).toEqual(numbers(1000))
  expect(await expectKept(path, acknowledged.flat())).toHaveLength(1000)
  for (const child of children) expect(await child.ask({ do: 'verify' })).toMatchObject({ events: 1000 })
})

test(`${KILLS} processes killed while they append lose nothing that was acknowledged, and keep no other from appending`, async () => {
  const path = temporaryPath()
  const here = await openNotes(fileLog(path))
  const steady = await startChild(path)
  const all: ReturnType<typeof acknowledgedBy> = []
  let next = startChild(path)
  for (const cycle of numbers(KILLS)) {
    const [child, inFlight, bytes] = [await next, cycle % 2 === 0 ? 4 : 1, cycle % 3 === 0 ? 990_000 : 0]
    if (cycle < KILLS) next = startChild(path)
    const count = cycle % 2 === 0 ? 40 : 0 // a process that goes on, beside every other one that is killed
    const going = steady.ask({ run: `steady${cycle}`, count, inFlight: 1 })
    const ended = expect(child.ask({ run: `killed${cycle}`, count: 1e9, inFlight, bytes })).rejects.toThrow('ended without an answer')
    const atLeast = Math.floor(Math.random() * 4)
    await vi.waitFor(() => expect(acknowledgedBy(child).length).toBeGreaterThanOrEqual(atLeast), { timeout: 20_000, interval: 1 })
    if (bytes > 0) awaitGrowth(path)
    else await setTimeout(Math.random() * 6)
    await child.kill()
    await ended
    expect(await going).toBe(count)
    const appended = await here.append(note(`here${cycle}`))
    all.push(...acknowledgedBy(child), { acknowledged: appended.id, position: appended.position })
  }
  expect(acknowledgedBy(steady)).toHaveLength((KILLS / 2) * 40)
  const ids = await expectKept(path, [...all, ...acknowledgedBy(steady)])
  await here.refresh()
  expect(await idsIn(here)).toEqual(ids)
  expect(ids.at(-1)).toBe(`here${KILLS}`)
})

test('a process that watches the log hears of every event that another appends, in order', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('before'))
  const child = await startChild(path)
  expect([child.position, await child.ask({ do: 'follow' })]).toEqual([1, 0])
  const ids = numbers(50).map((number) => `n${number}`)
  for (const id of ids) await timeline.append(note(id))
  await vi.waitFor(() => expect(heardBy(child)).toEqual(ids), { timeout: 20_000, interval: 5 })
})

test('a process that has not refreshed still keeps the rules on what another appended', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  const child = await startChild(path)
  await timeline.append([note('a'), note('b', { subject: 't' })])
  expect(await child.ask({ append: note('c'), after: 0 })).toBe('CONFLICT')
  expect(await child.ask({ append: note('a2', { supersedes: 'a' }), after: 1 })).toBe(3)
  expect(await child.ask({ append: note('a3', { supersedes: 'a' }) })).toBe('ALREADY_SUPERSEDED')
  expect(await child.ask({ append: note('b', { subject: 't' }) })).toBe(2)
  expect(await child.ask({ append: note('b', { subject: 'u' }) })).toBe('DUPLICATE_ID')
  expect([timeline.position, await timeline.refresh(), await child.ask({ do: 'refresh' })]).toEqual([2, 1, 0])
  expect(await idsIn(timeline)).toEqual(['a', 'b', 'a2'])
})
