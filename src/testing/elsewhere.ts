/**
 * Another process, with another clock, time zone, language and environment, in which a projection is folded:
 *
 *     TZ=… LC_ALL=… node --import …/elsewhere-preload.js …/elsewhere.js MODULE_URL EXPORT_NAME
 */
import type { TimelineEvent } from '../event.js'
import { freezeDeep } from '../freeze.js'
import { type Account, accountOf } from './account.js'
import { importProjection } from './import-projection.js'

/** What the process says: that it is ready, or why it cannot be; then an account for each list of events that it is sent. */
export type Saying = { readonly ready: true } | { readonly failed: string } | { readonly account: Account }

/** What a process needs, or whoever loads a module; time and language are what makes it elsewhere. */
const NEEDED = /^(PATH|NODE_OPTIONS|NODE_PATH|JITI_.+|TE?MP|TMPDIR|SYSTEMROOT|WINDIR|TZ|LC_ALL)$/i

const strange = new Proxy<NodeJS.ProcessEnv>({}, { get: () => 'elsewhere', has: () => true })

const [moduleUrl = '', exportName = ''] = process.argv.slice(2)

for (const name of Object.keys(process.env)) if (!NEEDED.test(name)) delete process.env[name]
try {
  const projection = await importProjection(moduleUrl, exportName)
  process.env = strange // no module needs any of it now
  process.on('message', (events: TimelineEvent[]) => say({ account: accountOf(projection, freezeDeep(events)) }))
  say({ ready: true })
} catch (error) {
  say({ failed: String(error) })
}

function say(saying: Saying): void {
  process.send!(saying)
}
