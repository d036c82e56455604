import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** How many lines a record has, as in the records of `asof`. */
const LINES = 1000

type Line = { readonly id: string; readonly occurredAt: string; readonly reportedAt: string }

/**
 * Takes a file of JSON Lines into a new log, as one would by hand who trusts each line: they are parsed, frozen and kept,
 * with their ids and dates, and each thousand is written in a record with its hash and flushed, while the next is read.
 * Returns how many ids there were.
 */
export async function ingestByLoop(source: string, log: string): Promise<number> {
  const file = await open(log, 'ax')
  const positions = new Map<string, number>()
  const events: unknown[] = []
  const dates: number[] = []
  let lines: string[] = []
  let rest = ''
  let previous = ''
  let writing = Promise.resolve()

  const take = (line: string): void => {
    const event = JSON.parse(line) as Line
    positions.set(event.id, positions.size + 1)
    dates.push(Date.parse(event.occurredAt), Date.parse(event.reportedAt))
    events.push(Object.freeze(event))
    lines.push(line)
  }
  const write = async (): Promise<void> => {
    await writing
    const body = `{"previous":"${previous}","events":[${lines.join(',')}]`
    lines = []
    previous = createHash('sha256').update(body).digest('hex')
    writing = append(file, `${body},"hash":"${previous}"}\n`)
  }

  for await (const chunk of createReadStream(source, 'utf8')) {
    const texts = (rest + (chunk as string)).split('\n')
    rest = texts.pop()!
    for (const text of texts) {
      take(text)
      if (lines.length === LINES) await write()
    }
  }
  if (rest !== '') take(rest)
  if (lines.length > 0) await write()
  await writing
  await file.close()
  return positions.size
}

async function append(file: FileHandle, record: string): Promise<void> {
  await file.appendFile(record)
  await file.datasync()
}
