import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryPath } from '../log/folder.js'
import { works } from '../log/need.js'

/** Mounts a file system on a temporary folder of its own, until the test ends. */
export function mounted(...args: string[]): string {
  const folder = dirname(temporaryPath())
  execFileSync('mount', [...args, folder])
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
  return folder
}

/** Whether this process may mount a file system in memory. */
export function canMount(): boolean {
  const folder = dirname(temporaryPath())
  return works('mount', '-t', 'tmpfs', 'tmpfs', folder) && works('umount', folder)
}
