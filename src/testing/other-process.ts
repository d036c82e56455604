import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { invalidArgument } from '../argument.js'
import { reducerFailed } from '../projection.js'
import type { Account } from './account.js'
import type { Errand, Saying } from './elsewhere.js'
import { partsOf } from './parts-of-date.js'

const ANSWER_MS_MAX = 60_000

/** A process elsewhere, which folds events with the same projection. */
export class OtherProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<never>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = ended(child)
    this.#ended.catch(() => {}) // whoever waits for it to say something is told
  }

  /** Throws `INVALID_ARGUMENT` where the projection cannot be imported there. */
  static async start(module: string, exportName: string): Promise<OtherProcess> {
    const execArgv = ['--import', new URL('elsewhere-preload.js', import.meta.url).href]
    const env = { ...process.env, TZ: otherZone(), LC_ALL: otherLocale(), ASOF_HERE: partsOf(new Date()).join() }
    const file = fileURLToPath(new URL('elsewhere.js', import.meta.url))
    const started = new OtherProcess(fork(file, [module, exportName], { execArgv, env, serialization: 'advanced' }))
    try {
      const saying = await started.#said()
      if ('failed' in saying) throw new Error(saying.failed)
      return started
    } catch (cause) {
      started.stop()
      throw invalidArgument(`In another process: ${(cause as Error).message}`, 'a module that every process can import', 'Mend it', cause)
    }
  }

  /** What folding comes to there. Throws `REDUCER_FAILED` where it comes to no end. */
  async account(projection: string, errand: Errand): Promise<Account> {
    this.#child.send(errand, () => {}) // where it has ended, that is told
    try {
      return ((await this.#said()) as Extract<Saying, { account: unknown }>).account
    } catch (cause) {
      throw reducerFailed(projection, undefined, undefined, cause)
    }
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }

  async #said(): Promise<Saying> {
    const late = new AbortController()
    const overdue = setTimeout(ANSWER_MS_MAX, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`it has not answered for ${ANSWER_MS_MAX / 1000} seconds`)
    })
    overdue.catch(() => {})
    try {
      const [saying] = (await Promise.race([once(this.#child, 'message'), this.#ended, overdue])) as [Saying]
      return saying
    } finally {
      late.abort()
    }
  }
}

async function ended(child: ChildProcess): Promise<never> {
  child.on('error', () => {}) // it has ended before it was asked
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  throw new Error(`it has ended with ${code === null ? String(signal) : `the code ${code}`}`)
}

/** Neither here nor there is the same time of day at any time of the year. */
function otherZone(): string {
  const isNewfoundland = [150, 210].includes(new Date().getTimezoneOffset())
  return isNewfoundland ? 'Asia/Kathmandu' : 'America/St_Johns'
}

/** In Azerbaijani the capital of i is İ, and x comes before i and q after k; the digits are Arabic ones. */
function otherLocale(): string {
  const isAzerbaijani = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('az')
  return isAzerbaijani ? 'en-US-u-nu-arab' : 'az-AZ-u-nu-arab'
}
