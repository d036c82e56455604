import { fileLog } from 'asof'
import { expect, test, vi } from 'vitest'
import { acknowledgedBy, expectKept } from './acknowledged.js'
import { type Child, startChild } from './child.js'
import { temporaryPath } from './folder.js'
import { idsIn, note, openNotes } from './note.js'
import { numbers } from './store.js'

const heardBy = ({ sayings }: Child) => sayings.flatMap((saying) => ('heard' in saying ? saying.heard : []))

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
