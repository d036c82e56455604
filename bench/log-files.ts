import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import { fileLog, openTimeline } from 'asof'
import { inputOf, sampleEvents } from './sample.js'
import { manySubjects } from './shape.js'

/** 74,023 real events, which may be there beside the repository. */
const ENDOFLIFE = new URL('../../../shared/data/endoflife.jsonl.gz', import.meta.url)

/** Files of events in a folder, written when they are asked for first. */
export class LogFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The path of a file that is not there. */
  fresh(name: string): string {
    const path = join(this.#folder, name)
    rmSync(path, { force: true })
    return path
  }

  /** The path of JSON Lines of made-up events. */
  async lines(events: number): Promise<string> {
    const path = join(this.#folder, `${events}.jsonl`)
    if (!existsSync(path)) {
      const lines = sampleEvents(manySubjects(events)).map((event) => `${JSON.stringify(inputOf(event))}\n`)
      await pipeline(Readable.from(lines), createWriteStream(path))
    }
    return path
  }

  /** The path of JSON Lines of real events, the first so many, where they are there. */
  async realLines(max: number): Promise<string | undefined> {
    if (!existsSync(ENDOFLIFE)) return undefined
    const path = join(this.#folder, 'endoflife.jsonl')
    if (!existsSync(path)) {
      const lines = gunzipSync(readFileSync(ENDOFLIFE))
        .toString()
        .split(/(?<=\n)/)
      await pipeline(Readable.from(lines.slice(0, max)), createWriteStream(path))
    }
    return path
  }

  /** The path of a log of them. */
  async realLog(max: number): Promise<string | undefined> {
    const lines = await this.realLines(max)
    if (lines === undefined) return undefined
    return this.#ingested(lines, 'endoflife.asof')
  }

  /** The path of a log of made-up events. */
  async log(events: number): Promise<string> {
    return this.#ingested(await this.lines(events), `${events}.asof`)
  }

  async #ingested(lines: string, name: string): Promise<string> {
    const path = join(this.#folder, name)
    if (existsSync(path)) return path
    const timeline = await openTimeline({ log: fileLog(path) })
    await timeline.ingest(createReadStream(lines))
    await timeline.close()
    return path
  }
}

/** The lines of a file, without those that are empty. */
export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
