import { execFileSync } from 'node:child_process'
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileLog } from 'asof'
import { expect, test, vi } from 'vitest'
import { type Acknowledged, acknowledgedBy, expectKept } from '../log/acknowledged.js'
import { startChild } from '../log/child.js'
import { temporaryPath } from '../log/folder.js'
import { need, works } from '../log/need.js'
import { note, openNotes } from '../log/note.js'
import { numbers } from '../log/store.js'
import { canMount, mounted } from './mounted.js'

const CYCLES = 50
const CYCLES_OF_A_FILE = 5
const DISK_BYTES = 16 * 1024 * 1024
const AFTER_MS_MAX = 60

/** An ext4 disk in a file. What has reached the file is what has reached the disk: what was not flushed is in memory alone. */
function makeDisk(): string {
  const image = temporaryPath('disk')
  writeFileSync(image, '')
  truncateSync(image, DISK_BYTES)
  execFileSync('mkfs.ext4', ['-q', '-F', image])
  return image
}

function canMountDisk(): boolean {
  if (!canMount() || !works('mkfs.ext4', '-V')) return false
  const folder = temporaryPath('.')
  return works('mount', '-o', 'loop', makeDisk(), folder) && works('umount', folder)
}

test(`of what was acknowledged before the power is cut nothing is lost, ${CYCLES} times`, async ({ skip }) => {
  need('the right to mount a disk', canMountDisk(), skip)
  const image = makeDisk()
  const folder = mounted('-o', 'loop', image)
  const [copy, copied] = [temporaryPath('copy'), temporaryPath('.')]
  let [acknowledged, survived]: [Acknowledged[], number] = [[], 0]
  for (const cycle of numbers(CYCLES)) {
    const name = `${Math.ceil(cycle / CYCLES_OF_A_FILE)}.asof`
    if (cycle % CYCLES_OF_A_FILE === 1) acknowledged = []
    acknowledged.push(...(await appendAndCut(`${folder}/${name}`, `cycle${cycle}`, () => copyFileSync(image, copy))))
    execFileSync('mount', ['-o', 'loop', copy, copied])
    try {
      const ids = await expectKept(`${copied}/${name}`, acknowledged)
      expect(await (await openNotes(fileLog(`${copied}/${name}`))).append(note('after'))).toMatchObject({ position: ids.length + 1 })
      survived += acknowledged.length
    } finally {
      execFileSync('umount', [copied])
    }
  }
  expect(survived).toBeGreaterThan(CYCLES * CYCLES_OF_A_FILE)
})

/** Has a process append to a file, and stops it at some moment, at which the power is cut; resolves with what it had acknowledged by then. */
async function appendAndCut(path: string, run: string, cut: () => void): Promise<Acknowledged[]> {
  const child = await startChild(path)
  const inFlight = Math.random() < 0.5 ? 1 : 4
  const bytes = Math.random() < 0.3 ? 10_000 : 0
  const ended = expect(child.ask({ run, count: 1e9, inFlight, bytes })).rejects.toThrow('ended without an answer')
  await vi.waitFor(() => expect(acknowledgedBy(child)).not.toEqual([]), { timeout: 20_000, interval: 1 })
  await setTimeout(Math.random() * AFTER_MS_MAX)
  process.kill(child.pid, 'SIGSTOP')
  const cutAt = Date.now()
  cut()
  await child.kill()
  await ended
  return acknowledgedBy(child).filter(({ at }) => at < cutAt)
}
