import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startChild } from '../log/child.js'
import { temporaryPath } from '../log/folder.js'
import { works } from '../log/need.js'

/** Whether system calls of a process can be made to fail. */
export function canTrace(): boolean {
  return works('strace', '-qq', '-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true')
}

/** A process with a timeline on a file, in which calls of the system about that file, or its folder, fail or wait, as strace has them injected. */
export async function startTraced(path: string, ...injections: readonly string[]) {
  const trace = temporaryPath('trace')
  const strace = [
    'strace',
    '-f',
    '-qq',
    '-y',
    '-o',
    trace,
    '-P',
    path,
    '-P',
    dirname(path),
    ...injections.flatMap((each) => ['-e', `inject=${each}`]),
  ]
  const child = await startChild(path, { through: ['env', 'UV_THREADPOOL_SIZE=1', ...strace] }) // calls are counted by thread
  return {
    ...child,
    /** Ends the process; resolves with its calls about them, each with where it reads or writes, or why it failed. */
    async calls(): Promise<string[]> {
      await child.end()
      return readFileSync(trace, 'utf8').split('\n').flatMap(callIn)
    },
  }
}

function callIn(line: string): string[] {
  const [, name, args, failed] =
    /^\d+ +(openat|read|pread64|write|pwrite64|fdatasync|fsync|ftruncate|close)\((.*)\) += (?:-1 (E\w+))?/.exec(line) ?? []
  if (name === undefined) return []
  const at = /^p(read|write)64$/.test(name) ? `@${args!.split(', ').at(-1)}` : ''
  return [`${name}${at}${failed === undefined ? '' : ` ${failed}`}`]
}
