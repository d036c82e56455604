import type { Command } from 'commander'
import type { Keyed } from '../projection.js'
import { View } from '../view.js'
import { type Choice, choose, isEvery, nothingOn, one } from './choice.js'
import { doubtLines } from './event-text.js'
import { type AsOf, type Session, stateOptions, viewOf, withTimeline } from './session.js'
import { datesOf, stateLines } from './state-text.js'
import { bold, note, print, printJson, printable } from './text.js'

export function addState(program: Command): void {
  stateOptions(program.command('state'), 'one of its keys')
    .description('print the state of a key, or of every key, as of a date')
    .action((first: string | undefined, second: string | undefined, options: AsOf, command: Command) =>
      withTimeline(command, async (session) => {
        const choice = choose(session.projections, first, second)
        const view = viewOf(session.timeline, options)
        if (isEvery(choice)) printStates(view, choice.projection, session.json)
        else printState(view, choice, session)
      }),
    )
}

function printState(view: View, choice: Choice, { projections, json }: Session): void {
  const state = view.get(...one(choice))
  const doubts = doubtLines(view.ambiguous(...one(choice)))
  if (json) printJson(state)
  else print([bold(printable(choice.key ?? choice.projection.name)), ...stateLines(state, datesOf(view.events())), ...doubts])
  if (json) for (const doubt of doubts) note(doubt)
  if (doubts.length === 0 && view.explain(...one(choice)).length === 0) note(nothingOn(view, choice, projections))
}

function printStates(view: View, projection: Keyed<unknown>, json: boolean): void {
  const states = new Map(view.entries(projection))
  if (json) return printJson(states)
  const dates = datesOf(view.events())
  const doubtful = View.ambiguousByKey(view, projection)
  const keys = [...new Set([...states.keys(), ...doubtful.keys()])].toSorted()
  if (keys.length === 0) return note(printable(`Nothing bears on ${projection.name} by then.`))
  print(
    keys.flatMap((key) => [
      bold(printable(key)),
      ...(states.has(key) ? stateLines(states.get(key), dates) : []),
      ...doubtLines(doubtful.get(key) ?? []),
    ]),
  )
}
