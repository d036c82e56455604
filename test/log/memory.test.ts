import { type Log, memoryLog } from 'asof'
import { expect, test } from 'vitest'
import { failureOf } from '../refusal.js'

const recordsOf = async (log: Log, from = 1) => {
  const records: string[] = []
  for await (const record of log.read(from)) records.push(record)
  return records
}

test('two logs are isolated', async () => {
  const [one, other] = [memoryLog(), memoryLog()]
  await one.append(1, 'a')
  expect([await recordsOf(one), await recordsOf(other)]).toEqual([['a'], []])
})

test('reads records from a number on, in order, up to the end that there is when it begins', async () => {
  const log = memoryLog()
  for (const [index, record] of ['a', 'b', 'c'].entries()) await log.append(index + 1, record)
  expect([await recordsOf(log, 2), await recordsOf(log, 4)]).toEqual([['b', 'c'], []])
  const reading = log.read(3)[Symbol.asyncIterator]()
  expect(await reading.next()).toEqual({ value: 'c', done: false })
  await log.append(4, 'd')
  expect(await reading.next()).toMatchObject({ done: true })
})

test('refuses a number that is taken, and one that leaves a gap', async () => {
  const log = memoryLog()
  await log.append(1, 'a')
  for (const seq of [1, 3]) expect((await failureOf(() => log.append(seq, 'b'))).code).toBe('CONFLICT')
  expect(await recordsOf(log)).toEqual(['a'])
})
