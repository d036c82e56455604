import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { invalidArgument } from '../argument.js'
import type { TimelineEvent } from '../event.js'
import type { Account } from './account.js'
import type { Saying } from './elsewhere.js'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A process elsewhere, which folds events with the same projection. */
export class OtherProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<never>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the process elsewhere has ended with the code ${String(code)}`)
    })
    this.#ended.catch(() => {}) // whoever waits for it to say something is told
  }

  /** Throws `INVALID_ARGUMENT` where the projection cannot be imported there. */
  static async start(moduleUrl: string, exportName: string): Promise<OtherProcess> {
    const execArgv = ['--import', new URL('elsewhere-preload.js', import.meta.url).href]
    const env = { ...process.env, TZ: otherZone(), LC_ALL: otherLocale() }
    const child = fork(file('elsewhere.js'), [moduleUrl, exportName], { execArgv, env, serialization: 'advanced' })
    const started = new OtherProcess(child)
    const saying = await started.#said()
    if (!('failed' in saying)) return started
    throw invalidArgument(`Elsewhere: ${saying.failed}`, 'a module that every process can import', 'Mend the module')
  }

  /** What folding these comes to there. */
  async account(events: readonly TimelineEvent[]): Promise<Account> {
    this.#child.send(events)
    return ((await this.#said()) as Extract<Saying, { account: unknown }>).account
  }

  stop(): void {
    this.#child.kill()
  }

  async #said(): Promise<Saying> {
    const [saying] = (await Promise.race([once(this.#child, 'message'), this.#ended])) as [Saying]
    return saying
  }
}

/** Neither here nor there is the same time of day at any time of the year. */
function otherZone(): string {
  const isNewfoundland = [150, 210].includes(new Date().getTimezoneOffset())
  return isNewfoundland ? 'Asia/Kathmandu' : 'America/St_Johns'
}

/** In Azerbaijani the capital of i is İ, x comes before i and q after k, and numbers have a comma. */
function otherLocale(): string {
  const isAzerbaijani = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('az')
  return isAzerbaijani ? 'en_US.UTF-8' : 'az_AZ.UTF-8'
}
