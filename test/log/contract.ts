import { type Change, type Log, latest } from 'asof'
import { describe, expect, test, vi } from 'vitest'
import { failureOf } from '../refusal.js'
import { collected, idsIn, note, openNotes } from './note.js'

/** A place that holds records, on which any number of logs may be opened. */
export type Store = { readonly open: () => Required<Log> }

const recordsOf = (log: Log, from = 1) => collected(log.read(from))
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const jsonOf = (record: string): { hash: string; events: unknown[] } => JSON.parse(record)

/** What every log must do, whatever holds its records. `make` makes a new store. */
export function describeLog(name: string, make: () => Store): void {
  describe(name, () => {
    describeRecords(make)
    describeWatching(make)
    describeTimelines(make)
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
    for (const each of [log, other]) for (const seq of [1, 3]) expect((await failureOf(() => each.append(seq, 'b'))).code).toBe('CONFLICT')
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

  test('records come back as they were, whatever they are made of', async () => {
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
      ...Array<string>(8).fill('y'.repeat(999_999)),
    ]
    for (const [index, record] of records.entries()) await log.append(index + 1, record)
    for (const each of [log, store.open()])
      expect((await recordsOf(each)).map((record, index) => record === records[index])).toEqual(Array(12).fill(true))
    expect((await recordsOf(store.open(), 12))[0] === records[11]).toBe(true)
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

function describeTimelines(make: () => Store): void {
  test('a timeline that is opened again gives the same answers', async () => {
    const store = make()
    const timeline = await openNotes(store.open())
    await timeline.append([note('a', { data: '\u{1F600}\u2028' }), note('b', { occurredAt: '2025-05?', subject: 't' })])
    await timeline.append({ id: 'c', type: 'retracted', subject: 's', supersedes: 'a' })
    const again = await openNotes(store.open())
    expect(again.position).toBe(3)
    expect(await collected(again.export())).toEqual(await collected(timeline.export()))
    expect(again.asOf('2025-06').events()).toEqual(timeline.asOf('2025-06').events())
    expect(again.asOf('2025-06').fingerprint(latest)).toBe(timeline.asOf('2025-06').fingerprint(latest))
  })

  test('two timelines that append at the same time get one order without gaps, and after a refresh the same states', async () => {
    const store = make()
    const timelines = [await openNotes(store.open()), await openNotes(store.open())] as const
    const append = async (which: 0 | 1, count: number) => {
      const positions: number[] = []
      for (const number of numbers(count)) positions.push((await timelines[which].append(note(`${which}.${number}`))).position)
      return positions
    }
    const overlap = (which: 0 | 1) =>
      Promise.all(numbers(20).map(async (number) => (await timelines[which].append(note(`${which}-${number}`))).position))
    const positions = await Promise.all([append(0, 20), append(1, 20), overlap(0), overlap(1)])
    for (const own of positions) expect(own).toEqual(own.toSorted((one, other) => one - other))
    expect(positions.flat().toSorted((one, other) => one - other)).toEqual(numbers(80))
    for (const timeline of timelines) await timeline.refresh()
    const ids = await idsIn(timelines[0])
    expect(new Set(ids).size).toBe(80)
    expect([await idsIn(timelines[1]), await idsIn(await openNotes(store.open()))]).toEqual([ids, ids])
    expect(timelines[0].asOf().fingerprint(latest)).toBe(timelines[1].asOf().fingerprint(latest))
    expect(await timelines[0].verify()).toMatchObject({ events: 80 })
  })

  test('a refresh while commits are under way takes every event in once', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    for (const number of numbers(10)) {
      const [, , count] = await Promise.all([
        one.append(note(`one${number}`)),
        other.append(note(`other${number}`)),
        one.refresh(),
        one.refresh(),
      ])
      expect(count).toBeLessThanOrEqual(1)
    }
    await Promise.all([one.refresh(), other.refresh()])
    expect([one.position, (await idsIn(one)).length, new Set(await idsIn(one)).size]).toEqual([20, 20, 20])
    expect(await idsIn(other)).toEqual(await idsIn(one))
    expect(await one.verify()).toMatchObject({ events: 20 })
  })

  test('`after` refuses what another timeline has appended about the subject, before any refresh', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    await other.append(note('a'))
    const conflict = await failureOf(() => one.append(note('b'), { after: one.position }))
    expect([conflict.code, conflict.details]).toEqual(['CONFLICT', { subject: 's', position: 1 }])
    await other.append(note('c', { subject: 'elsewhere' }))
    expect(await one.append(note('b'), { after: 1 })).toMatchObject({ position: 3 })
  })

  test('what another timeline has appended can be superseded without a refresh, by calls that overlap others too', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    await other.append([note('a'), note('b'), note('c')])
    expect(await one.append(note('a2', { supersedes: 'a' }))).toMatchObject({ position: 4 })
    expect((await failureOf(() => one.append(note('a3', { supersedes: 'a' })))).code).toBe('ALREADY_SUPERSEDED')
    await other.append(note('d'))
    const calls = [note('b2', { supersedes: 'b' }), note('d2', { supersedes: 'd' }), note('e'), note('x2', { supersedes: 'x' })]
    const settled = await Promise.allSettled(calls.map((call) => one.append(call)))
    expect(settled.map((call) => (call.status === 'fulfilled' ? call.value.position : call.reason.code))).toEqual([
      6,
      7,
      8,
      'UNKNOWN_EVENT',
    ])
    expect((await failureOf(() => other.append(note('b3', { supersedes: 'b' })))).code).toBe('ALREADY_SUPERSEDED')
  })

  test('an id that another timeline has appended resolves to its event, and to DUPLICATE_ID with other content', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    const event = await other.append(note('a', { data: 1 }))
    expect(await one.append(note('a', { data: 1 }))).toEqual(event)
    expect(await other.append(note('a', { data: 1 }))).toEqual(event)
    await other.append(note('b', { data: 1 }))
    expect((await failureOf(() => one.append(note('b', { data: 2 })))).code).toBe('DUPLICATE_ID')
    expect(await openNotes(store.open())).toHaveProperty('position', 2)
  })

  test('a call is refused for what the log holds, not for what it held before or what a refused call would have added', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    const first = await other.append(note('a'))
    const calls = [one.append(note('b'), { after: 0 }), one.append(note('b', { subject: 't' }))]
    expect((await Promise.allSettled(calls)).map((call) => (call.status === 'fulfilled' ? call.value.position : call.reason.code))).toEqual(
      ['CONFLICT', 2],
    )
    const third = await other.append(note('c'))
    expect(await one.append([note('c'), note('a')], { after: 0 })).toEqual([third, first]) // duplicates are set aside first
  })

  test('refresh counts what others have appended, and tells it to listeners, a commit at a time', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open(), { projections: [latest] }), await openNotes(store.open())]
    const appended: string[][] = []
    const changes: Change[] = []
    one.on('appended', (events) => void appended.push(events.map(({ id }) => id)))
    one.on('changed', (change) => void changes.push(change))
    expect(await one.refresh()).toBe(0)
    await other.append([note('a'), note('b', { occurredAt: '2025-03' })])
    await other.append(note('c', { subject: 't' }))
    expect([one.position, appended]).toEqual([0, []])
    expect(await Promise.all([one.refresh(), one.refresh()])).toEqual([3, 3])
    expect([one.position, await one.refresh(), appended]).toEqual([3, 0, [['a', 'b'], ['c']]])
    expect(changes.map(({ key, events }) => [key, events.map(({ id }) => id)])).toEqual([
      ['s', ['a', 'b']],
      ['t', ['c']],
    ])
  })

  test('a view is of what its timeline had taken in, until that is refreshed', async () => {
    const store = make()
    const [one, other] = [await openNotes(store.open()), await openNotes(store.open())]
    await other.append(note('a'))
    const stale = one.asOf()
    expect([stale.position, stale.events()]).toEqual([0, []])
    await one.refresh()
    expect([stale.events(), one.asOf().events()]).toEqual([[], other.asOf().events()])
  })

  test('verify counts commits and events, and gives the head, by which the log is known later', async () => {
    const store = make()
    const [timeline, reader] = [await openNotes(store.open()), await openNotes(store.open())]
    expect(await timeline.verify()).toEqual({ commits: 0, events: 0, head: '' })
    const heads: string[] = []
    for (const number of numbers(4)) {
      await timeline.append([note(`a${number}`), note(`b${number}`)])
      const verified = await timeline.verify()
      heads.push(verified.head)
      expect(verified).toEqual({ commits: number, events: 2 * number, head: jsonOf((await recordsOf(store.open()))[number - 1]!).hash })
    }
    expect(new Set(heads).size).toBe(4)
    for (const each of [timeline, reader]) {
      for (const expectHead of heads) expect(await each.verify({ expectHead })).toMatchObject({ commits: 4 })
      const unknown = await failureOf(() => each.verify({ expectHead: 'a'.repeat(64) }))
      expect([unknown.code, unknown.details]).toEqual(['LOG_CORRUPT', { record: 5, hash: 'a'.repeat(64) }])
      expect((await failureOf(() => each.verify({ expectHead: 'a' }))).code).toBe('INVALID_ARGUMENT')
    }
  })

  test('64 appends in flight share commits', async () => {
    const log = make().open()
    const timeline = await openNotes(log)
    const calls = numbers(64).map((number) => timeline.append(note(`n${number}`)))
    expect((await Promise.all(calls)).map(({ position }) => position)).toEqual(numbers(64))
    expect((await recordsOf(log)).length).toBeLessThanOrEqual(3)
  })
}
