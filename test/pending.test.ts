import { type EventInput, type Log, memoryLog } from 'asof'
import { expect, test, vi } from 'vitest'
import { idsIn, note, openNotes } from './log/note.js'
import { failureOf } from './refusal.js'

/** An append that should have been refused waits forever. */
const STUCK = { timeout: 10_000 }

/** A log that waits with each record until it is told to write it, or to fail. */
function waitingLog(): { log: Log; next: () => Promise<{ write: () => void; fail: () => void }> } {
  const memory = memoryLog()
  const waiting: { write: () => void; fail: () => void }[] = []
  const append: Log['append'] = (seq, record, utf8) =>
    new Promise((resolve, reject) => {
      waiting.push({ write: () => resolve(memory.append(seq, record, utf8)), fail: () => reject(new Error('disk gone')) })
    })
  const next = () => vi.waitFor(() => waiting.shift() ?? Promise.reject(new Error('nothing is written')))
  return { log: { ...memory, append }, next }
}

const written: readonly EventInput[] = [note('a'), note('b')]
const pending: readonly EventInput[] = [note('a2', { supersedes: 'a' }), note('c', { subject: 't' }), note('d')]

async function withPending() {
  const { log, next } = waitingLog()
  const timeline = await openNotes(log)
  const appending = timeline.append(written)
  ;(await next()).write()
  await appending
  const outcome = Promise.all(pending.map((input) => timeline.append(input))).catch((error: unknown) => error)
  return { timeline, next, outcome, record: await next() }
}

test(
  'what is being written is not there yet: no view has it, no hypothesis clashes with it, and none can supersede it',
  STUCK,
  async () => {
    const { timeline, outcome, record } = await withPending()
    expect(timeline.position).toBe(2)
    const before = timeline.asOf()
    const idsOf = (view = timeline.asOf()) => view.events().map(({ id }) => id)
    expect(idsOf()).toEqual(['a', 'b'])
    expect(idsOf(before.with(note('c')))).toEqual(['a', 'b', 'c'])
    expect(idsOf(before.with(note('a3', { supersedes: 'a' })))).toEqual(['b', 'a3'])
    expect((await failureOf(() => before.with(note('c2', { supersedes: 'c' })))).code).toBe('UNKNOWN_EVENT')
    record.write()
    expect(await outcome).toMatchObject([{ position: 3 }, { position: 4 }, { position: 5 }])
    expect(idsOf()).toEqual(['b', 'a2', 'c', 'd'])
    expect(idsOf(before)).toEqual(['a', 'b'])
    expect(idsOf(before.with(note('c')))).toEqual(['a', 'b', 'c'])
    expect(idsOf(before.with(note('a3', { supersedes: 'a' })))).toEqual(['b', 'a3'])
    expect((await failureOf(() => timeline.append(note('c', { data: 1 })))).code).toBe('DUPLICATE_ID')
    expect((await failureOf(() => timeline.append(note('a3', { supersedes: 'a' })))).code).toBe('ALREADY_SUPERSEDED')
  },
)

test('what could not be written leaves nothing: its ids, what it superseded and its subjects are as before', STUCK, async () => {
  const { timeline, next, outcome, record } = await withPending()
  record.fail()
  expect(await outcome).toMatchObject({ code: 'LOG_UNAVAILABLE' })
  expect((await failureOf(() => timeline.append(note('c2', { supersedes: 'c' })))).code).toBe('UNKNOWN_EVENT')
  const again = timeline.append([note('c', { data: 1, subject: 't' }), note('a3', { supersedes: 'a' })], { after: 2 })
  ;(await next()).write()
  expect(await again).toMatchObject([{ position: 3 }, { position: 4 }])
  expect(await idsIn(timeline)).toEqual(['a', 'b', 'c', 'a3'])
  expect(await failureOf(() => timeline.append(note('c')))).toMatchObject({ code: 'DUPLICATE_ID', details: { position: 3 } })
})
