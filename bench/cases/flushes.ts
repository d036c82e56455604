import { type FileHandle, open } from 'node:fs/promises'
import { mock } from 'node:test'
import { type EventInput, fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { durationText, numberText } from '../number-text.js'
import { type Row, atLeast } from '../row.js'
import { spreadOf } from '../spread.js'

const CALLS = 3200
const IN_FLIGHT = 64
const ROUNDS = 5

/** Calls of `append`, 64 of them in flight at any time, to each flush of the file. */
export async function* flushes({ files }: Bench): AsyncGenerator<Row> {
  const figures: number[] = []
  const began = performance.now()
  for (let round = 0; round < ROUNDS; round += 1) {
    const path = files.fresh('appended.asof')
    const timeline = await openTimeline({ log: fileLog(path) })
    let called = 0
    const appendInTurn = async () => {
      while (called < CALLS) await timeline.append(eventOf((called += 1)))
    }
    const count = await countFlushes(path, () => Promise.all(Array.from({ length: IN_FLIGHT }, appendInTurn)))
    await timeline.close()
    figures.push(CALLS / count)
  }
  yield {
    what: `append with ${IN_FLIGHT} calls in flight: calls a flush`,
    figure: spreadOf(figures),
    unit: 'calls',
    goal: atLeast(20),
    note: `${numberText(CALLS)} calls ${durationText((performance.now() - began) / ROUNDS)}`,
  }
}

function eventOf(number: number): EventInput {
  return { id: `e${number}`, type: 'shipment.left', subject: 'shipment', occurredAt: '2024-12-31', reportedAt: '2025-01-01' }
}

/** How often files are flushed while work is done. Throws where they are not. */
async function countFlushes(path: string, work: () => Promise<unknown>): Promise<number> {
  const file = await open(`${path}.probe`, 'w')
  const prototype = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  const spies = [mock.method(prototype, 'datasync'), mock.method(prototype, 'sync')]
  await work()
  const count = spies.reduce((sum, spy) => sum + spy.mock.callCount(), 0)
  for (const spy of spies) spy.mock.restore()
  if (count === 0) throw new Error('the log flushes in a way that is not counted here')
  return count
}
