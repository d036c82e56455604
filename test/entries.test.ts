import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { type Given, type Read, readAsGiven, stampOf } from '../src/event.js'
import { Entries } from '../src/ledger/entries.js'

const given = (id: string): Given => ({ id, type: 'noted', subject: 's', occurredAt: '2025' })

test('an event is read at any position and in any order, and how it was to be read is forgotten once all behind it are', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const entries = new Entries(7)
  const stamps = [1, 2, 3].map((day) => {
    const stamp = stampOf(`2025-07-0${day}T09:00:00.000Z`)
    for (const id of ['a', 'b']) entries.store(given(`${day}${id}`), stamp, readAsGiven)
    return new WeakRef(stamp)
  })
  const kept = async () => {
    await new Promise(setImmediate)
    collect()
    return stamps.map((stamp) => stamp.deref() !== undefined)
  }
  const read = (position: number) => expect(entries.at(position).event).toMatchObject({ position, ...entries.named(position) })
  expect(entries.reportedAt(13)).toBe('2025-07-03T09:00:00.000Z')
  for (const position of [13, 8, 12]) read(position)
  expect(await kept()).toEqual([true, true, false])
  for (const position of [9, 11, 10, 13]) read(position)
  expect(await kept()).toEqual([false, false, false])
  expect(entries.at(10).event).toBe(entries.at(10).event)
  expect(entries.reportedAt(13)).toBe('2025-07-03T09:00:00.000Z')
})

test('a read that asks for the event itself makes it once', () => {
  const entries = new Entries(0)
  let isFirst = true
  let asked: unknown
  const stamp = stampOf('2025-07-01T09:00:00.000Z')
  const read: Read = (one, position) => {
    const isToAsk = isFirst
    isFirst = false
    if (isToAsk) asked = entries.at(position).event
    return readAsGiven(one, position, stamp)
  }
  for (const id of ['a', 'b']) entries.store(given(id), stamp, read)
  expect(entries.at(1).event).toBe(asked)
  expect([2, 1].map((position) => entries.at(position).event.id)).toEqual(['b', 'a'])
})
