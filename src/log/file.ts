import { type FSWatcher, constants, existsSync, realpathSync, watch } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { TimelineError, quote } from '../error.js'
import { moveAside } from './aside.js'
import { flush, flushFolder, flushToRead, writeAgain } from './flush.js'
import { openLocked } from './lock.js'
import { type Log, RECORD_BYTES_MAX, conflict } from './log.js'
import { FIRST, type Place, extentFrom, placeAfter, recordsFrom } from './records.js'

const AT_ONCE = constants.O_NONBLOCK ?? 0 // opening a pipe would wait for whoever writes to it
const READ = constants.O_RDONLY | AT_ONCE
const WRITE = constants.O_RDWR | AT_ONCE
const APPEND = WRITE | constants.O_APPEND

/**
 * A log in one UTF-8 file, a record a line, which any number of processes may read and write. `append` resolves once
 * the record is flushed to the disk. Bytes after the last line that are no whole record are what a writer left that
 * died; the next one moves them to a file `PATH.torn-1`, `PATH.torn-2` … beside the log. Throws `INVALID_ARGUMENT`.
 *
 *     const timeline = await openTimeline({ log: fileLog('h20.asof') })
 */
export function fileLog(path: string): Required<Log> {
  if (typeof path === 'string' && path !== '') return new FileLog(resolve(path))
  throw new TimelineError('INVALID_ARGUMENT', {
    arrived: `Got ${quote(path)} as the path of a log`,
    expected: 'the path of a file, which may not be there yet',
    remedy: "Write, for example, fileLog('h20.asof')",
  })
}

/**
 * Each call opens the file anew: what is locked is what stands under its name.
 *
 * After a flush that failed, the system may take for written what is not on the disk, and another flush proves nothing. So
 * the record is taken out of the file again, what else is not known to be on the disk is written once more before the next
 * append, and whoever gets the failure verifies the log from its beginning. Reading goes on.
 */
class FileLog implements Required<Log> {
  readonly maxRecordBytes = RECORD_BYTES_MAX
  readonly #path: string
  readonly #watching = new Set<() => void>()
  #end: Place = FIRST // as far as this log has been read and written here
  #flushed = 0 // up to where its records are known to be on the disk
  #isFolderFlushed = false
  #isDoubted = false // since a flush has failed
  #isContending = false // after a conflict: who had to flush what led to it would lose the race against a busy writer for ever

  constructor(path: string) {
    this.#path = path
  }

  async append(seq: number, record: string, utf8: Uint8Array = Buffer.from(record)): Promise<void> {
    if (this.#isDoubted) await this.#writeAgain()
    const file = await this.#openToWrite(APPEND)
    try {
      const extent = await extentFrom(file, this.#end)
      let end = this.#end // which stays there on a conflict: what follows is yet to be read
      for await (const { next } of recordsFrom(file, end, extent)) end = next
      if (seq !== end.seq) {
        await this.#flush(file) // for a writer that died before it did
        this.#flushed = end.offset
        this.#isContending = true
        throw conflict(seq, end.seq - 1)
      }
      await this.#write(file, utf8, end, extent.size)
    } finally {
      await file.close()
    }
  }

  async *read(from: number): AsyncGenerator<string> {
    const file = await this.#openToRead()
    if (file === undefined) return
    try {
      const place = from < this.#end.seq ? FIRST : this.#end
      const extent = await extentFrom(file, place)
      const isFlushed = await this.#flushToRead(file, extent.size) // after looking, or what is written between them may be read unflushed
      for await (const { record, next } of recordsFrom(file, place, extent)) {
        this.#advance(next, isFlushed)
        if (next.seq > from) yield record
      }
    } finally {
      await file.close()
    }
  }

  watch(onGrowth: () => void): () => void {
    const path = existsSync(this.#path) ? realpathSync(this.#path) : this.#path // what is written is where a link leads
    const watcher = watchFolder(dirname(path))
    watcher.on('change', (_, changed) => {
      if (changed === basename(path)) onGrowth()
    })
    watcher.on('error', onGrowth) // whoever reads then is told
    const stop = () => {
      watcher.close()
      this.#watching.delete(stop)
    }
    this.#watching.add(stop)
    return stop
  }

  async close(): Promise<void> {
    for (const stop of this.#watching) stop()
  }

  /** Opens the file and locks it. Creates it, where it never was there. */
  #openToWrite(flags: number): Promise<FileHandle> {
    return openLocked(this.#path, this.#end === FIRST ? flags | constants.O_CREAT : flags)
  }

  /** Nothing, where the file is not there and never was. */
  async #openToRead(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path, READ)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && this.#end === FIRST) return undefined
      throw error
    }
  }

  /** Writes a record at a place, the end of the whole ones in a file of this size. The file is locked. */
  async #write(file: FileHandle, utf8: Uint8Array, place: Place, size: number): Promise<void> {
    const { offset } = place
    if (size > offset) await moveAside(file, this.#path, offset)
    if (size < offset) await file.appendFile('\n') // which the last record lacks, and keeps: a reader may have seen it
    const bytes = Buffer.concat([utf8, Buffer.from('\n')])
    try {
      await file.appendFile(bytes)
      await this.#flush(file)
    } catch (error) {
      await file.truncate(offset).catch(() => {}) // what stays is torn, and moved aside, or whole, and written again
      throw error
    }
    this.#advance(placeAfter(bytes.subarray(0, -1), place), true)
  }

  async #flush(file: FileHandle): Promise<void> {
    await this.#doubting(flush(file, this.#path))
    if (!this.#isFolderFlushed) await this.#doubting(flushFolder(this.#path)) // whoever made the file may have died before
    this.#isFolderFlushed = true
  }

  /** Answers build on what no power cut may take back, where the disk does its part; where it does not, they are still to be had. */
  async #flushToRead(file: FileHandle, size: number): Promise<boolean> {
    const isContending = this.#isContending
    this.#isContending = false
    if (isContending || this.#isDoubted) return false
    if (size > this.#flushed) await this.#doubting(flushToRead(file, this.#path)).catch(() => {})
    return !this.#isDoubted
  }

  async #doubting(flushing: Promise<void>): Promise<void> {
    try {
      await flushing
    } catch (error) {
      this.#isDoubted = true
      throw error
    }
  }

  /** Makes what may not be on the disk durable, now that a flush has failed. */
  async #writeAgain(): Promise<void> {
    const file = await this.#openToWrite(WRITE)
    try {
      await writeAgain(file, Math.max(0, this.#flushed - 1)) // a line break may be missing there
      await this.#flush(file)
      this.#isDoubted = false
    } finally {
      await file.close()
    }
  }

  #advance(next: Place, isFlushed: boolean): void {
    if (next.seq > this.#end.seq) this.#end = next
    if (isFlushed) this.#flushed = Math.max(this.#flushed, next.offset)
  }
}

function watchFolder(path: string): FSWatcher {
  try {
    return watch(path)
  } catch (cause) {
    const parts = {
      arrived: `The folder ${path} cannot be watched: ${String(cause)}`,
      expected: 'a folder that is there',
      remedy: 'Make it first',
    }
    throw new TimelineError('LOG_UNAVAILABLE', parts, { path }, cause)
  }
}
