import { strictEqual } from 'node:assert/strict'
import { type Catalog, fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { parseAndKeep, parseEach } from '../contenders/json.js'
import { linesOf } from '../log-files.js'
import { numberText } from '../number-text.js'
import { collectGarbage, race, ratio, timesText, worker } from '../race.js'
import { type Row, atLeast } from '../row.js'
import { shipmentEvents } from '../shipment.js'

/** A log in a file opened, against parsing the same records. */
export async function* open(bench: Bench): AsyncGenerator<Row> {
  const { files, events } = bench
  const log = await files.log(events)
  yield* openFile(bench, log, `opening a log of ${numberText(events)} events, with a catalog`, shipmentEvents)
  const real = await files.realLog(events)
  if (real !== undefined) yield* openFile(bench, real, 'opening a log of endoflife.date, without a catalog')
}

async function* openFile({ budgetMs }: Bench, path: string, what: string, catalog?: Catalog): AsyncGenerator<Row> {
  const records = linesOf(path)
  const last = JSON.parse(records.at(-1)!) as { position: number; events: unknown[] }
  const openOnce = async () => {
    const timeline = await openTimeline({ log: fileLog(path), ...(catalog !== undefined && { events: catalog }) })
    await timeline.close()
    strictEqual(timeline.position, last.position + last.events.length - 1)
    return timeline
  }
  const times = await race(
    [
      worker('asof', openOnce, collectGarbage),
      worker('asof asked', async () => (await openOnce()).asOf().events(), collectGarbage),
      worker('JSON.parse', () => parseEach(records), collectGarbage),
      worker('JSON.parse kept', () => parseAndKeep(records).length, collectGarbage),
    ],
    budgetMs * 2,
  )
  yield {
    what: `${what}: speed, of JSON.parse`,
    figure: ratio(times, 'JSON.parse', 'asof'),
    unit: '×',
    goal: atLeast(0.4),
    note: timesText(times, ['asof', 'JSON.parse']),
  }
  yield {
    what: `${what}: speed, of JSON.parse that keeps what it returns`,
    figure: ratio(times, 'JSON.parse kept', 'asof'),
    unit: '×',
    note: timesText(times, ['asof', 'JSON.parse kept']),
  }
  yield {
    what: `${what}, and its events asked for: speed, of JSON.parse that keeps what it returns`,
    figure: ratio(times, 'JSON.parse kept', 'asof asked'),
    unit: '×',
    note: timesText(times, ['asof asked', 'JSON.parse kept']),
  }
}
