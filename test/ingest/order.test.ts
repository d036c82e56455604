import { expect, test } from 'vitest'
import { Order, type Readable } from '../../src/ingest/order.js'

const lineOf = (line: number, id: string, source: string, supersedes?: string): Readable => ({
  line,
  raw: '',
  given: {
    id,
    type: 'noted',
    subject: 's',
    occurredAt: '2025',
    reportedAt: '2025-05-01',
    source,
    ...(supersedes !== undefined && { supersedes }),
  },
})
const ordered = (lines: Readable[]) => {
  const order = new Order(() => false)
  return [...lines.map((line) => order.next(line).map(({ given }) => given.id)), order.rest().map(({ given }) => given.id)].flat()
}

test('a line waits for what it supersedes, and the lines of its report behind it', () => {
  expect(ordered([lineOf(1, 'a', 'A', 'x'), lineOf(2, 'b', 'A'), lineOf(3, 'c', 'C'), lineOf(4, 'x', 'B')])).toEqual(['c', 'x', 'a', 'b'])
})

test('a line that supersedes a later one of its own report takes only that one with it', () => {
  expect(ordered([lineOf(1, 'x', 'A', 'z'), lineOf(2, 'y', 'A'), lineOf(3, 'z', 'A'), lineOf(4, 'w', 'A')])).toEqual(['z', 'x', 'y', 'w'])
})

test('what waits in vain comes last', () => {
  expect(ordered([lineOf(1, 'a', 'A', 'gone'), lineOf(2, 'b', 'A'), lineOf(3, 'c', 'C')])).toEqual(['c', 'b', 'a'])
})

test('a line that is there already adds nothing, and waits for none', () => {
  const order = new Order((id) => id === 'b' || id === 'd')
  expect(order.next(lineOf(1, 'a', 'A', 'x'))).toEqual([])
  expect(order.next(lineOf(2, 'b', 'A')).map(({ given }) => given.id)).toEqual(['b'])
  expect(order.next(lineOf(3, 'd', 'A', 'gone')).map(({ given }) => given.id)).toEqual(['d'])
  expect(order.next(lineOf(4, 'x', 'B')).map(({ given }) => given.id)).toEqual(['x', 'a'])
})

test('a report of 200,000 lines can wait, and so can a chain as long', () => {
  const count = 200_000
  const report = [
    lineOf(0, 'first', 'A', 'x'),
    ...Array.from({ length: count }, (_, index) => lineOf(index + 1, `a${index}`, 'A')),
    lineOf(count + 1, 'x', 'B'),
  ]
  expect(ordered(report).slice(0, 3)).toEqual(['x', 'first', 'a0'])
  const chain = Array.from({ length: count }, (_, index) =>
    lineOf(index, `c${index}`, `S${index}`, index + 1 < count ? `c${index + 1}` : undefined),
  )
  expect(ordered(chain).slice(0, 2)).toEqual([`c${count - 1}`, `c${count - 2}`])
})
