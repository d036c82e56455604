import { statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileLog } from 'asof'
import { expect, test, vi } from 'vitest'
import { type Acknowledged, acknowledgedBy, expectKept } from '../log/acknowledged.js'
import { type Child, startChild } from '../log/child.js'
import { temporaryPath } from '../log/folder.js'
import { note, openNotes } from '../log/note.js'
import { numbers } from '../log/store.js'

const FILES = 6
const CYCLES = 50 // each kills one process
const GOES_ON_WITHIN_MS = 1000
const LONG = 990_000 // bytes, which are written in two pieces

/** How a process is killed. The last four hold the lock for certain. */
const WAYS = ['at random', 'with four in flight', 'while a long record grows', 'half', 'written', 'flushed', 'holding'] as const
type Way = (typeof WAYS)[number]
const inFlightOf = (way: Way) => (way === 'with four in flight' ? 4 : 1)

test(`${FILES * CYCLES} times one of two processes is killed while they append: nothing acknowledged is lost, and the other goes on`, async () => {
  for (const _ of numbers(FILES)) await killOneAfterTheOther(temporaryPath())
})

async function killOneAfterTheOther(path: string): Promise<void> {
  const here = await openNotes(fileLog(path))
  const all: Omit<Acknowledged, 'at'>[] = []
  const coming = [startChild(path), startChild(path)]
  let [victim, other] = [await startChild(path), await startChild(path)]
  const dead: Child[] = []
  for (const cycle of numbers(CYCLES)) {
    if (Math.random() < 0.5) [victim, other] = [other, victim]
    const way = WAYS[cycle % WAYS.length]!
    const [data, before] = ['x'.repeat(way.startsWith('while') || way === 'half' ? LONG : 0), acknowledgedBy(victim).length]
    const killing = kill(path, victim, way, { run: `killed${cycle}`, bytes: data.length })
    await appendUntil(other, `other${cycle}`, killing)
    expectGoneOn(other, await killing, way)
    dead.push(victim)
    const unknown = acknowledgedBy(victim).length - before
    for (const number of numbers(inFlightOf(way))) {
      const id = `killed${cycle}.${unknown + number}` // which is in the log or not, and afterwards once
      all.push({ acknowledged: id, position: (await here.append(note(id, { data }))).position })
    }
    victim = await coming.shift()!
    if (cycle < CYCLES - 1) coming.push(startChild(path))
  }
  await expectKept(path, [...all, ...[...dead, victim, other].flatMap(acknowledgedBy)])
  expect(await here.refresh()).toBe(0)
  await Promise.all([victim.kill(), other.kill()])
}

/** Has a process append until something is done, and a little longer. */
async function appendUntil(child: Child, run: string, done: Promise<unknown>): Promise<void> {
  const state = { isDone: false }
  const settled = done.finally(() => (state.isDone = true)).catch(() => {})
  for (let part = 1; !state.isDone; part += 1) await child.ask({ run: `${run}-${part}`, count: 3, inFlight: 1 })
  await child.ask({ run: `${run}-last`, count: 1, inFlight: 1 })
  await settled
}

/** Kills a process that appends; resolves with when that was. */
async function kill(path: string, child: Child, way: Way, { run, bytes }: { run: string; bytes: number }): Promise<number> {
  if (way === 'holding') {
    await vi.waitFor(async () => expect(await child.ask({ do: 'hold' })).toBe(true), { timeout: 20_000, interval: 1 })
    await setTimeout(Math.random() * 20)
    return killNow(child)
  }
  const dies = way === 'half' || way === 'written' || way === 'flushed'
  if (dies) await child.ask({ die: way })
  const before = acknowledgedBy(child).length
  const inFlight = inFlightOf(way)
  const ended = expect(child.ask({ run, count: 1e9, inFlight, bytes })).rejects.toThrow('ended without an answer')
  if (dies) return ended.then(Date.now)
  const atLeast = before + Math.floor(Math.random() * 3)
  await vi.waitFor(() => expect(acknowledgedBy(child).length).toBeGreaterThanOrEqual(atLeast), { timeout: 20_000, interval: 1 })
  if (bytes > 0) awaitGrowth(path)
  else await setTimeout(Math.random() * 6)
  const killedAt = killNow(child)
  await ended
  return killedAt
}

async function killNow(child: Child): Promise<number> {
  const at = Date.now()
  await child.kill()
  return at
}

/** Returns at the moment at which a file has grown much: often only the first piece of a long record is there. */
function awaitGrowth(path: string): void {
  const { size } = statSync(path)
  const until = performance.now() + 10_000
  while (statSync(path).size <= size + LONG / 4 && performance.now() < until);
}

/** The next append to be acknowledged after the other's death was so in time. */
function expectGoneOn(child: Child, killedAt: number, way: Way): void {
  const next = acknowledgedBy(child).find(({ at }) => at >= killedAt)
  expect(next!.at - killedAt, way).toBeLessThan(GOES_ON_WITHIN_MS)
}
