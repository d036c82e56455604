import { setTimeout } from 'node:timers/promises'
import type { Log } from 'asof'
import { describe, expect, test, vi } from 'vitest'
import { expectRefusal, failureOf } from '../refusal.js'
import { describeSharing } from './sharing.js'
import { type Store, numbers, recordsOf } from './store.js'

/** What every log must do, whatever holds its records. `make` makes a new store. */
export function describeLog(name: string, make: () => Store): void {
  describe(name, () => {
    describeRecords(make)
    describeWatching(make)
    describeSharing(make)
  })
}

function describeRecords(make: () => Store): void {
  test('two logs are isolated', async () => {
    const [one, other] = [make().open(), make().open()]
    await one.append(1, 'a')
    expect([await recordsOf(one), await recordsOf(other)]).toEqual([['a'], []])
    await other.append(1, 'b')
    expect([await recordsOf(one), await recordsOf(other)]).toEqual([['a'], ['b']])
  })

  test('reads records from a number on, in order', async () => {
    const log = make().open()
    for (const [index, record] of ['a', 'b', 'c'].entries()) await log.append(index + 1, record)
    for (const [from, records] of [['a', 'b', 'c'], ['b', 'c'], ['c'], [], []].entries())
      expect(await recordsOf(log, from + 1)).toEqual(records)
    expect(await recordsOf(log, 2)).toEqual(['b', 'c']) // whatever was read before
  })

  test('reads up to the end that there is when it begins, undisturbed by what is appended meanwhile', async () => {
    const log = make().open()
    await log.append(1, 'a')
    await log.append(2, 'b')
    const reading = log.read(1)[Symbol.asyncIterator]()
    expect(await reading.next()).toEqual({ value: 'a', done: false })
    await log.append(3, 'c')
    expect(await reading.next()).toEqual({ value: 'b', done: false })
    expect(await reading.next()).toMatchObject({ done: true })
    expect(await recordsOf(log)).toEqual(['a', 'b', 'c'])
  })

  test('a reading that is given up disturbs nothing', async () => {
    const log = make().open()
    await log.append(1, 'a')
    await log.append(2, 'b')
    for await (const record of log.read(1)) if (record === 'a') break
    await log.append(3, 'c')
    expect(await recordsOf(log)).toEqual(['a', 'b', 'c'])
  })

  test('refuses a number that is taken or leaves a gap, and leaves nothing behind', async () => {
    const store = make()
    const [log, other] = [store.open(), store.open()]
    expect((await failureOf(() => log.append(2, 'b'))).code).toBe('CONFLICT')
    await log.append(1, 'a')
    for (const each of [log, other])
      for (const seq of [1, 3])
        await expectRefusal(() => each.append(seq, 'b'), 'CONFLICT', [
          `record ${seq} for a log of 1 records`,
          'record 2',
          'append after it',
        ])
    expect([await recordsOf(log), await recordsOf(other)]).toEqual([['a'], ['a']])
    await other.append(2, 'c')
    expect([await recordsOf(log), await recordsOf(other)]).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ])
  })

  test('of overlapping appends of one number exactly one wins', async () => {
    const store = make()
    const logs = [store.open(), store.open()]
    for (const seq of numbers(5)) {
      const records = numbers(8).map((number) => `${seq}.${number}`)
      const calls = await Promise.allSettled(records.map((record, index) => logs[index % 2]!.append(seq, record)))
      expect(calls.flatMap((call) => (call.status === 'rejected' ? [call.reason.code] : []))).toEqual(Array(7).fill('CONFLICT'))
      const winner = records[calls.findIndex(({ status }) => status === 'fulfilled')]
      for (const log of [...logs, store.open()]) expect(await recordsOf(log, seq)).toEqual([winner])
    }
  })

  test('records come back as they were, whatever they are made of, given as texts or as bytes too', async () => {
    const store = make()
    const log = store.open()
    const records = [
      '{"seq":1}',
      '\u{1F600}\u{10FFFF} ä é\u0301 \u4E2D\u6587 \u0627\u0644',
      'between\u2028lines\u2029and\u0085others',
      '"quoted" \'single\' \\n \\\\ `back` $1 %s',
      '\uFEFFa mark first',
      'a replacement \uFFFD',
      ' \tspace around\t ',
      'carriage\rreturn\r',
      '\u0001\u001F\u007F',
    ]
    for (const [index, record] of records.entries()) await log.append(index + 1, record)
    expect([await recordsOf(log), await recordsOf(store.open())]).toEqual([records, records])
    const other = make()
    const bytesToo = other.open()
    for (const [index, record] of records.entries()) await bytesToo.append(index + 1, record, within(record))
    expect([await recordsOf(bytesToo), await recordsOf(other.open())]).toEqual([records, records])
  })

  test('a record may have 1,000,000 bytes, of one byte a character or of four', async () => {
    const store = make()
    const log = store.open()
    expect(log.maxRecordBytes).toBe(1_000_000)
    const records = [
      'x'.repeat(1_000_000),
      '\u{1F600}'.repeat(250_000),
      'a',
      `é${'x'.repeat(999_998)}`,
      ...numbers(8).map((number) => String(number).repeat(999_999)),
    ]
    for (const [index, record] of records.entries()) await log.append(index + 1, record)
    for (const each of [log, store.open()])
      expect((await recordsOf(each)).map((record, index) => record === records[index])).toEqual(Array(12).fill(true))
    expect((await recordsOf(store.open(), 12))[0] === records[11]).toBe(true)
  })

  test('whoever takes time over each record gets it as it was written', async () => {
    const store = make()
    const records = numbers(12).map((number) => String.fromCharCode(96 + number).repeat(900_000))
    for (const [index, record] of records.entries()) await store.open().append(index + 1, record)
    let seq = 0
    for await (const record of store.open().read(1)) {
      await setTimeout(5)
      expect(record === records[seq++]).toBe(true)
    }
    expect(seq).toBe(12)
  })

  test('another handle reads what the first one appended, and appends after it', async () => {
    const store = make()
    const [one, other] = [store.open(), store.open()]
    expect([await recordsOf(one), await recordsOf(other)]).toEqual([[], []])
    for (const seq of numbers(6)) await [one, other][seq % 2]!.append(seq, `r${seq}`)
    for (const log of [one, other, store.open()]) expect(await recordsOf(log, 2)).toEqual(['r2', 'r3', 'r4', 'r5', 'r6'])
    await one.close()
    expect(await recordsOf(other, 6)).toEqual(['r6'])
  })
}

function describeWatching(make: () => Store): void {
  /** Appends until it is heard of. */
  async function appendUntil(log: Log, heard: () => boolean): Promise<void> {
    const wait = { timeout: 10_000, interval: 5 }
    let seq = (await recordsOf(log)).length
    await vi.waitFor(async () => {
      await log.append((seq += 1), 'a')
      expect(heard()).toBe(true)
    }, wait)
  }

  test('calls back when another handle has appended, until it is told to stop', async () => {
    const store = make()
    const [log, other] = [store.open(), store.open()]
    const heard = [0, 0]
    const stops = [0, 1].map((index) => log.watch(() => (heard[index]! += 1)))
    await appendUntil(other, () => heard[0]! > 0 && heard[1]! > 0)
    stops[0]!()
    stops[0]!()
    const [stopped, going] = heard
    await appendUntil(other, () => heard[1]! > going! + 5)
    expect(heard[0]).toBe(stopped)
    stops[1]!()
  })

  test('calls back no more once it is closed', async () => {
    const store = make()
    const [log, witness] = [store.open(), store.open()]
    let heard = 0
    let witnessed = 0
    log.watch(() => (heard += 1))
    await log.close()
    witness.watch(() => (witnessed += 1))
    await appendUntil(store.open(), () => witnessed > 5)
    expect(heard).toBe(0)
    await witness.close()
  })
}

/** The bytes of a record, in a buffer that has others around them. */
function within(record: string): Uint8Array {
  const bytes = Buffer.from(`before${record}behind`)
  return bytes.subarray(6, -6)
}
