import { strictEqual } from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { writeFlushed } from '../contenders/disk.js'
import { parseEach } from '../contenders/json.js'
import { linesOf } from '../log-files.js'
import { numberText } from '../number-text.js'
import { collectGarbage, race, ratio, timesText, worker } from '../race.js'
import { type Row, atLeast } from '../row.js'

const EVENTS_MAX = 100_000

/** JSON Lines taken into a log in a file, against parsing the same lines, and writing and flushing the same records. */
export async function* ingest(bench: Bench): AsyncGenerator<Row> {
  const events = Math.min(bench.events, EVENTS_MAX)
  yield ingestFile(bench, await bench.files.lines(events), `${numberText(events)} lines`)
  const real = await bench.files.realLines(bench.events)
  if (real !== undefined) yield ingestFile(bench, real, 'lines of endoflife.date')
}

async function ingestFile({ files, budgetMs }: Bench, path: string, what: string): Promise<Row> {
  const lines = linesOf(path)
  const ingestOnce = async (log: string) => {
    const timeline = await openTimeline({ log: fileLog(log) })
    const { appended } = await timeline.ingest(createReadStream(path))
    await timeline.close()
    strictEqual(appended, lines.length)
  }
  const log = files.fresh('ingested.asof')
  await ingestOnce(log)
  const records = linesOf(log)
  const times = await race(
    [
      worker('asof', () => ingestOnce(files.fresh('ingested.asof')), collectGarbage),
      worker('JSON.parse', () => parseEach(lines), collectGarbage),
      worker('write and flush', () => writeFlushed(files.fresh('written.asof'), records), collectGarbage),
    ],
    budgetMs * 2,
  )
  return {
    what: `durable ingest of ${what}: speed, of JSON.parse and write and flush together`,
    figure: ratio(times, ['JSON.parse', 'write and flush'], 'asof'),
    unit: '×',
    goal: atLeast(0.25),
    note: `${timesText(times)}; ${records.length} records`,
  }
}
