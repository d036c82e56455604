import type { Command } from 'commander'
import type { TimelineEvent } from '../event.js'
import { eventsByKey, explain, steps } from '../fold.js'
import { type Projection, keyFor } from '../projection.js'
import { initialState } from '../recipe.js'
import { choose, isEvery, nothingOn } from './choice.js'
import { eventLine } from './event-text.js'
import { type AsOf, stateOptions, viewOf, withTimeline } from './session.js'
import { changeLines, datesOf } from './state-text.js'
import { bold, dim, note, print, printJson, printable } from './text.js'

export function addExplain(program: Command): void {
  stateOptions(program.command('explain'), 'one of its keys (default: every key)')
    .description('tell why a state is what it is: what each event changed, and who reported it')
    .action((first: string | undefined, second: string | undefined, options: AsOf, command: Command) =>
      withTimeline(command, async ({ timeline, projections, json }) => {
        const choice = choose(projections, first, second)
        const { projection } = choice
        const view = viewOf(timeline, options)
        const groups = eventsByKey(projection, view.events())
        if (!isEvery(choice)) {
          const key = keyFor(projection, choice.key)
          const events = groups.get(key) ?? []
          if (json) printJson(explain(projection, key, events))
          else if (events.length > 0) print(explanation(projection, key, events))
          else note(nothingOn(view, choice, projections))
        } else if (groups.size === 0 && !json) note(nothingOn(view, choice, projections))
        else if (json) printJson(new Map([...groups].map(([key, events]) => [key, explain(projection, key, events)])))
        else for (const [key, events] of groups) print([bold(printable(key)), ...explanation(projection, key, events)])
      }),
    )
}

/** Each event that bears on a state, and beneath it what it changed. */
function explanation(projection: Projection, key: string, events: readonly TimelineEvent[]): string[] {
  const dates = datesOf(events)
  let before = initialState(projection, key)
  return [...steps(projection, events, key)].flatMap(({ event, state }) => {
    const changes = changeLines(before, state, dates, '    ')
    before = state
    return [`  ${eventLine(event)}`, ...(changes.length > 0 ? changes : [dim('    changes nothing')])]
  })
}
