/**
 * Another process, with another clock, time zone, language and environment, in which a projection is folded:
 *
 *     TZ=… LC_ALL=… ASOF_HERE=… node --import …/elsewhere-preload.js …/elsewhere.js MODULE EXPORT_NAME
 */
import type { EventInput, TimelineEvent } from '../event.js'
import { freezeDeep } from '../freeze.js'
import { type Account, accountOf } from './account.js'
import { importProjection } from './import-projection.js'
import { viewOf } from './view-of.js'

/** What the process is asked: to fold events, or what the projection's own catalog makes of inputs. */
export type Errand = { readonly inputs: readonly EventInput[] } | { readonly events: readonly TimelineEvent[] }

/** What the process says: that it is ready, or why it cannot be; then what became of each errand. */
export type Saying = { readonly ready: true } | { readonly failed: string } | { readonly account: Account }

const [module = '', exportName = ''] = process.argv.slice(2)

process.on('disconnect', () => process.exit()) // nobody is left to ask
try {
  const projection = await importProjection(module, exportName)
  process.emit('estranged' as 'disconnect') // no module needs anything of the environment now
  process.on('message', (errand: Errand) => {
    const events = 'inputs' in errand ? viewOf(errand.inputs, projection.events).events() : freezeDeep(errand.events)
    say({ account: accountOf(projection, events) })
  })
  say({ ready: true })
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) })
}

function say(saying: Saying): void {
  process.send!(saying)
}
