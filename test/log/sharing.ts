import { type Change, latest } from 'asof'
import { expect, test } from 'vitest'
import { failureOf } from '../refusal.js'
import { collected, idsIn, note, openNotes } from './note.js'
import { type Store, numbers, recordsOf } from './store.js'

/** What timelines on a log of any kind make of what others append there. */
export function describeSharing(make: () => Store): void {
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
      expect(verified).toEqual({ commits: number, events: 2 * number, head: hashOf((await recordsOf(store.open()))[number - 1]!) })
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

function hashOf(record: string): string {
  return (JSON.parse(record) as { hash: string }).hash
}
