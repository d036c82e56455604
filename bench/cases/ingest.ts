import { strictEqual } from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { fileLog, openTimeline } from 'asof'
import type { Bench } from '../case.js'
import { writeFlushed } from '../contenders/disk.js'
import { ingestByLoop } from '../contenders/ingest-loop.js'
import { parseEach } from '../contenders/json.js'
import { linesOf } from '../log-files.js'
import { numberText } from '../number-text.js'
import { collectGarbage, race, ratio, timesText, worker } from '../race.js'
import { type Row, atLeast } from '../row.js'

/**
 * JSON Lines taken into a log in a file, against parsing the same lines, and writing and flushing the same records; and how
 * a loop by hand does against the same.
 */
export async function* ingest(bench: Bench): AsyncGenerator<Row> {
  yield* ingestFile(bench, await bench.files.lines(bench.events), `${numberText(bench.events)} lines`)
  const real = await bench.files.realLines(bench.events)
  if (real !== undefined) yield* ingestFile(bench, real, 'lines of endoflife.date')
}

async function* ingestFile({ files, budgetMs }: Bench, path: string, what: string): AsyncGenerator<Row> {
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
      worker('loop', async () => strictEqual(await ingestByLoop(path, files.fresh('looped.asof')), lines.length), collectGarbage),
      worker('JSON.parse', () => parseEach(lines), collectGarbage),
      worker('write and flush', () => writeFlushed(files.fresh('written.asof'), records), collectGarbage),
    ],
    budgetMs * 3,
  )
  const bound = ['JSON.parse', 'write and flush']
  yield {
    what: `durable ingest of ${what}: speed, of JSON.parse and write and flush together`,
    figure: ratio(times, bound, 'asof'),
    unit: '×',
    goal: atLeast(0.25),
    note: `${timesText(times, ['asof', ...bound])}; ${records.length} records`,
  }
  yield {
    what: `durable ingest of ${what} by a loop that checks nothing: speed, of the same`,
    figure: ratio(times, bound, 'loop'),
    unit: '×',
    note: timesText(times, ['loop']),
  }
}
