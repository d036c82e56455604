import type { FileHandle } from 'node:fs/promises'
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
 * Takes the operating system's lock on an open file, which closing the file gives back, and the death of the process
 * too. It is tried again and again rather than waited for, since a thread that waits is one that the lock's holder may
 * need. Throws `LOG_UNAVAILABLE` when another holds it for 10 seconds.
 */
export async function lock(file: FileHandle, path: string): Promise<void> {
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
