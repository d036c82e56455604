import { isUtf8 } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import { TimelineError } from '../error.js'
import { beginsRecord, unsealRecord } from './record.js'

/** Where a record begins in a file: its number, its byte offset, and the last bytes of the record before it. */
export type Place = { readonly seq: number; readonly offset: number; readonly last: Buffer }

/** What stands in a file of some size behind a place: lines up to where the last one ends, and what is no line. */
export type Extent = { readonly size: number; readonly end: number; readonly rest: Buffer }

/** A record of a file, and the place after it. */
type Found = { readonly record: string; readonly next: Place }

export const FIRST: Place = { seq: 1, offset: 0, last: Buffer.alloc(0) }

const NEWLINE = 10
const CHUNK_BYTES = 4 * 1024 * 1024 // some of the longest records
const LAST_BYTES = 75 // a record's hash

/**
 * What a file holds behind a place by now. It needs no lock, for lines that are ended never change. What is torn may: where a
 * writer has meanwhile moved it aside and written lines there instead, these are left for the next time.
 */
export async function extentFrom(file: FileHandle, { offset }: Place): Promise<Extent> {
  const size = await sizeOf(file)
  const end = await endOfLines(file, offset, size)
  const rest = await readBytes(file, end, size)
  return { size, end, rest: rest.includes(NEWLINE) ? Buffer.alloc(0) : rest }
}

/**
 * The records that a file holds behind a place. What follows the last line break is a record where its hash fits, and nothing
 * else. Throws `LOG_CORRUPT` where the record before the place is another than it was, and where the file is no log.
 */
export async function* recordsFrom(file: FileHandle, place: Place, { end, rest }: Extent): AsyncGenerator<Found> {
  await checkLast(file, place)
  let next = place
  for await (const found of lines(file, place, end)) {
    next = found.next
    yield found
  }
  if (next.offset < end) return // the file has been cut
  if (unsealRecord(textOf(rest)) !== undefined) yield toFound(rest, next)
  else if (next.seq === 1 && !beginsRecord(textOf(rest))) throw noLog()
  else if (unsealRecord(textOf(rest.subarray(0, -1))) !== undefined) throw noLineBreak(next)
}

/**
 * The next chunk is read while the lines of one are looked at, into the buffer whose lines have been. A new buffer for each
 * chunk, outside of the heap, would make the collector mark the whole heap more often.
 */
async function* lines(file: FileHandle, place: Place, end: number): AsyncGenerator<Found> {
  let free = bufferFor(end - place.offset)
  let taken = bufferFor(end - place.offset)
  let next = place
  for (let reading = readBytes(file, place.offset, end, taken); next.offset < end;) {
    const chunk = await reading
    const wholeLines = chunk.subarray(0, chunk.lastIndexOf(NEWLINE) + 1)
    if (wholeLines.length === 0) {
      if (chunk.length === CHUNK_BYTES) yield toFound(chunk, next) // a line that long is no record; whoever reads it finds so
      return // or the file has been cut
    }
    reading = readBytes(file, next.offset + wholeLines.length, end, free)
    ;[free, taken] = [taken, free]
    reading.catch(() => {}) // who awaits it is told
    for (let start = 0; start < wholeLines.length;) {
      const newline = wholeLines.indexOf(NEWLINE, start)
      const found = toFound(wholeLines.subarray(start, newline), next)
      yield found
      next = found.next
      start = newline + 1
    }
  }
}

function toFound(bytes: Buffer, place: Place): Found {
  return { record: textOf(bytes), next: placeAfter(bytes, place) }
}

/** Bytes that are no UTF-8 must not be read as some text whose hash may fit, with U+FFFD or as Latin-1: none ends with U+0000. */
function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : `${bytes.toString('latin1')}\0`
}

/** Where the next record begins after one of these bytes at a place. */
export function placeAfter(bytes: Buffer, { seq, offset }: Place): Place {
  return { seq: seq + 1, offset: offset + bytes.length + 1, last: Buffer.from(bytes.subarray(-LAST_BYTES)) }
}

async function sizeOf(file: FileHandle): Promise<number> {
  const stat = await file.stat()
  if (stat.isFile()) return stat.size
  throw new Error('it is no regular file')
}

/** Where the last line break before `to` ends; `from` where there is none. */
async function endOfLines(file: FileHandle, from: number, to: number): Promise<number> {
  for (let end = to; end > from;) {
    const start = Math.max(from, end - CHUNK_BYTES)
    const newline = (await readBytes(file, start, end)).lastIndexOf(NEWLINE)
    if (newline !== -1) return start + newline + 1
    end = start
  }
  return from
}

/** A file that was cut or replaced must not be gone on with, as if it were the one that was read. */
async function checkLast(file: FileHandle, { seq, offset, last }: Place): Promise<void> {
  if (seq === 1) return
  const start = offset - 1 - last.length
  if ((await readBytes(file, start, offset - 1)).equals(last)) return
  throw new TimelineError(
    'LOG_CORRUPT',
    {
      arrived: `Record ${seq - 1}, which ends at byte ${offset - 1}, is not the one that was read or written there`,
      expected: 'a file that nothing but appends changes',
      remedy: 'Open the log again where it was replaced on purpose, or else restore it from a copy',
    },
    { record: seq - 1, offset: start },
  )
}

/** A record that was whole has another byte behind it than a line break: nobody leaves that who dies while writing. */
function noLineBreak({ seq, offset }: Place): TimelineError {
  return new TimelineError(
    'LOG_CORRUPT',
    {
      arrived: `Record ${seq}, at byte ${offset}, is whole, but does not end with a line break`,
      expected: 'a line for each record',
      remedy: 'Put the line break back',
    },
    { record: seq, offset },
  )
}

/** Some other file, named by mistake, must not be taken for what a writer left that died. */
function noLog(): TimelineError {
  return new TimelineError(
    'LOG_CORRUPT',
    {
      arrived: 'The file is not empty, and does not begin as a log does',
      expected: 'a log, or a file that is not there yet',
      remedy: 'Name another file',
    },
    { record: 1, offset: 0 },
  )
}

/** The bytes from an offset to an end, but no more than the buffer takes; fewer where the file has been cut. */
async function readBytes(file: FileHandle, offset: number, end: number, buffer = bufferFor(end - offset)): Promise<Buffer> {
  const length = Math.min(end - offset, buffer.length)
  let bytes = 0
  while (bytes < length) {
    const { bytesRead } = await file.read(buffer, bytes, length - bytes, offset + bytes)
    if (bytesRead === 0) break
    bytes += bytesRead
  }
  return buffer.subarray(0, bytes)
}

function bufferFor(bytes: number): Buffer {
  return Buffer.allocUnsafe(Math.min(Math.max(0, bytes), CHUNK_BYTES))
}
