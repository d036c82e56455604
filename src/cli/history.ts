import type { Command } from 'commander'
import { invalidArgument } from '../argument.js'
import type { TimelineError } from '../error.js'
import { type Step, steps } from '../fold.js'
import { keyFor } from '../projection.js'
import { choose, isEvery, nothingOn } from './choice.js'
import { eventLine } from './event-text.js'
import { type AsOf, stateOptions, viewOf, withTimeline } from './session.js'
import { type Dates, datesOf, stateLines } from './state-text.js'
import { note, print, printJson } from './text.js'

export function addHistory(program: Command): void {
  stateOptions(program.command('history'), 'one of its keys; a keyed projection needs one')
    .description('tell how a state came about: the state after each event')
    .action((first: string | undefined, second: string | undefined, options: AsOf, command: Command) =>
      withTimeline(command, async ({ timeline, projections, json }) => {
        const choice = choose(projections, first, second)
        if (isEvery(choice)) throw noKey(choice.projection.name)
        const key = keyFor(choice.projection, choice.key)
        const view = viewOf(timeline, options)
        const events = view.events()
        const dates = datesOf(events)
        const all = [...steps(choice.projection, events, key)]
        if (json) printJson(all.map(({ event, state }) => ({ event, state })))
        else if (all.length > 0) print(all.flatMap((step) => stepLines(step, dates)))
        else note(nothingOn(view, choice, projections))
      }),
    )
}

function stepLines({ event, state }: Step<unknown>, dates: Dates): string[] {
  return [eventLine(event), ...stateLines(state, dates)]
}

function noKey(name: string): TimelineError {
  return invalidArgument(`Got no key of ${name}`, 'one, since a history is of one state', `asof state ${name} lists the keys`)
}
