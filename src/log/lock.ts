import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { TimelineError } from '../error.js'

const RETRY_MS = 1
const WAIT_MS_MAX = 10_000

/**
 * What the lock covers: the whole file; on Windows, where it would keep others from reading that, a byte far behind.
 * A length of 0 is to the end.
 */
const [OFFSET, LENGTH] = process.platform === 'win32' ? [2 ** 40, 1] : [0, 0]

/**
 * Opens a file and takes the operating system's lock on it, which closing it gives back, and the death of the process too.
 * Where it no longer stands under its name once it is locked, what does is opened instead. Throws `LOG_UNAVAILABLE` when
 * somebody else holds the lock on a file for 10 seconds.
 */
export async function openLocked(path: string, flags: number): Promise<FileHandle> {
  for (;;) {
    const file = await openFile(path, flags)
    try {
      await lock(file, path)
      if (await standsAt(file, path)) return file
    } catch (error) {
      await file.close()
      throw error
    }
    await file.close()
  }
}

async function openFile(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (cause) {
    const parts = {
      arrived: `${path} cannot be opened to append to it: ${String(cause)}`,
      expected: 'a file that can be read and written',
      remedy: 'See the cause, and append again: nothing was written',
    }
    throw new TimelineError('LOG_UNAVAILABLE', parts, { path }, cause)
  }
}

/** The lock is tried again and again rather than waited for, since a thread that waits is one that its holder may need. */
async function lock(file: FileHandle, path: string): Promise<void> {
  const { tryLock } = await import('fs-native-extensions') // only who appends needs it
  for (const start = performance.now(); !tryLock(file.fd, OFFSET, LENGTH); await setTimeout(RETRY_MS)) {
    if (performance.now() - start < WAIT_MS_MAX) continue
    throw new TimelineError(
      'LOG_UNAVAILABLE',
      {
        arrived: `${path} has been locked for ${WAIT_MS_MAX / 1000} seconds`,
        expected: 'the lock, which a writer holds for as long as one append takes',
        remedy: 'See which process writes this file and does not go on',
      },
      { path },
    )
  }
}

async function standsAt(file: FileHandle, path: string): Promise<boolean> {
  const [opened, named] = await Promise.all([file.stat({ bigint: true }), statOf(path)])
  return opened.ino === named?.ino && opened.dev === named.dev
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
