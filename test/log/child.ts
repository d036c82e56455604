import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Errand, Saying } from './scribe.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** A `scribe.ts`, as it is built, in a process of its own, which ends with the test at the latest. `through` is a command that starts it. */
export async function startChild(file: string, { cwd = path('../..'), through = [] as readonly string[] } = {}) {
  const [command, ...args] = [...through, process.execPath, path('../../dist/test/log/scribe.js'), file]
  const child = spawn(command, args, { cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()))
  const sayings: Saying[] = []
  const answers: ((answer: unknown) => void)[] = []
  const answered = () =>
    Promise.race([
      new Promise<unknown>((resolve) => answers.push(resolve)),
      ended.then(([code, signal]) => {
        throw new Error(`the process has ended without an answer, with ${code ?? signal}: ${complaint || 'it said nothing'}`)
      }),
    ])
  createInterface({ input: child.stdout }).on('line', (line) => {
    const saying: Saying = JSON.parse(line)
    if ('answer' in saying) answers.shift()?.(saying.answer)
    else sayings.push(saying)
  })
  const position = await answered()
  return {
    pid: child.pid!,
    position,
    sayings,
    ask(errand: Errand): Promise<unknown> {
      child.stdin.write(`${JSON.stringify(errand)}\n`)
      return answered()
    },
    /** Lets it end by itself, once it has done what it was asked. */
    async end(): Promise<void> {
      child.stdin.end()
      await ended
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export type Child = Awaited<ReturnType<typeof startChild>>
