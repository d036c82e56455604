import {
  type Stats,
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { nanoid } from 'nanoid'
import { invalidArgument } from '../argument.js'
import type { Rejected } from '../ingest/ingest.js'

/** What a run reads, and the file of its log, where it has one. */
type Run = { readonly files: readonly string[]; readonly logFile: string | undefined; readonly dryRun: boolean }

/** Of a line over 8,000,000 bytes only the beginning comes, which is shorter; any other that is too large is longer. */
const CUT_BYTES_MAX = 10_000

const LOG_BEGINNING = '{"seq":'
const [TAB, NEWLINE, RETURN] = [9, 10, 13]

/**
 * A file of the lines that were refused, whole and as they came, for mending and taking in again. It takes its place when
 * all is read, so that it may be the very file that is read.
 */
export class Rejects {
  readonly #place: string
  readonly #partPath: string
  readonly #part: number
  readonly #isInput: boolean
  #cut = 0
  #isTorn = false

  /** Throws `INVALID_ARGUMENT` for what must not be written over. */
  constructor(path: string, run: Run) {
    checkPlace(path, run)
    const there = statSync(path, { throwIfNoEntry: false })
    this.#isInput = isAmong(there, run.files)
    this.#place = realPath(path)
    this.#partPath = `${this.#place}.${nanoid()}.part`
    this.#part = openSync(this.#partPath, 'wx')
    if (there !== undefined) fchmodSync(this.#part, there.mode & 0o777)
  }

  /** How many lines came cut, and are not saved. */
  get cut(): number {
    return this.#cut
  }

  /** Adds a line; line breaks in it become tabs, which JSON has between values as well, and as little within a text. */
  add({ code }: Rejected, raw: string | Uint8Array): void {
    const bytes = Buffer.from(raw)
    if (code === 'TOO_LARGE' && bytes.length < CUT_BYTES_MAX) this.#cut += 1
    else this.#write(Buffer.concat([bytes.map((byte) => (byte === NEWLINE || byte === RETURN ? TAB : byte)), Buffer.of(NEWLINE)]))
  }

  /**
   * Takes its place, and returns whether it did: not where it is torn, nor where its place is that of a file that is read
   * of which a line would be nowhere else, as not all was taken in or saved.
   */
  finish(isAllTakenIn: boolean): boolean {
    const isSafe = !this.#isTorn && (!this.#isInput || (isAllTakenIn && this.#cut === 0))
    fsyncSync(this.#part) // before what may be the only other copy of these lines is gone
    closeSync(this.#part)
    if (isSafe) renameSync(this.#partPath, this.#place)
    else rmSync(this.#partPath)
    return isSafe
  }

  #write(bytes: Uint8Array): void {
    this.#isTorn = true
    for (let done = 0; done < bytes.length;) done += writeSync(this.#part, bytes, done)
    this.#isTorn = false
  }
}

function checkPlace(path: string, { files, logFile, dryRun }: Run): void {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there?.isFile() === false) throw notOver(`Got ${path} for --rejected, which is no file`)
  if (logFile !== undefined && realPath(path) === realPath(logFile)) throw notOver(`Got the log ${path} for --rejected`)
  if (there !== undefined && beginsLikeLog(path)) throw notOver(`Got ${path} for --rejected, which is a log`)
  if (dryRun && isAmong(there, files))
    throw invalidArgument(
      `Got --dry-run with ${path} both to read and for --rejected`,
      'another file for --rejected, since the lines that are not refused would be nowhere',
      'Name another file, or leave --dry-run out',
    )
}

function notOver(arrived: string): Error {
  return invalidArgument(arrived, 'a file that may be written over', 'Name another file')
}

function beginsLikeLog(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(LOG_BEGINNING.length)
    return start.toString('utf8', 0, readSync(file, start)) === LOG_BEGINNING
  } finally {
    closeSync(file)
  }
}

/** Whether a file is one of those that are read, under whatever name. */
function isAmong(there: Stats | undefined, files: readonly string[]): boolean {
  const read = files.map((file) => (file === '-' ? fstatSync(0) : statSync(file)))
  return read.some(({ dev, ino }) => dev === there?.dev && ino === there.ino)
}

/** A path without symbolic links, also of a file that is not there yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const folder = dirname(resolve(path))
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : resolve(path)
}
