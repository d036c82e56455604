import type { Command } from 'commander'
import { invalidArgument } from '../argument.js'
import type { Catalog } from '../catalog.js'
import { type Difference, diff } from '../diff.js'
import type { TimelineError } from '../error.js'
import type { Optional } from '../event.js'
import { keyFor } from '../projection.js'
import type { Timeline } from '../timeline.js'
import type { View } from '../view.js'
import { choose, nothingOn, one } from './choice.js'
import { eventLine } from './event-text.js'
import { type AsOf, stateOptions, viewOf, withTimeline } from './session.js'
import { type Dates, changeLines, datesOf } from './state-text.js'
import { bold, note, print, printJson, printable } from './text.js'

type Ends = Optional<{ fromAt: string; toAt: string; fromReported: string; toReported: string }>

export function addDiff(program: Command): void {
  stateOptions(program.command('diff'), 'one of its keys (default: every key)')
    .description('compare two dates (--from-at: what changed) or two states of knowledge (--from-reported: what was learned)')
    .option('--from-at <date>', 'what had happened by this date')
    .option('--to-at <date>', 'against what had happened by this one (default: --at)')
    .option('--from-reported <date>', 'what had been reported by this date')
    .option('--to-reported <date>', 'against what had been reported by this one (default: --reported)')
    .action((first: string | undefined, second: string | undefined, options: AsOf & Ends, command: Command) =>
      withTimeline(command, async ({ timeline, projections, json }) => {
        if (options.fromAt === undefined && options.fromReported === undefined) throw noBeginning()
        const choice = choose(projections, first, second)
        const { projection, key } = choice
        if (key !== undefined) keyFor(projection, key)
        const ends = endsOf(timeline, options)
        const differences = diff(...ends, projection).filter((difference) => (key ?? difference.key) === difference.key)
        const dates = datesOf(ends.flatMap((view) => view.events()))
        if (json) printJson(differences)
        else if (differences.length > 0) print(differences.flatMap((difference) => differenceLines(difference, projection.name, dates)))
        else if (key !== undefined && ends.every((view) => view.explain(...one(choice)).length === 0))
          note(nothingOn(ends[1], choice, projections))
        else note(printable(`Nothing differs in ${key ?? projection.name}.`))
      }),
    )
}

/** The two views to compare. An end that is not given is where `--at` and `--reported` are. */
function endsOf(timeline: Timeline, { at, reported, earliest, fromAt, toAt, fromReported, toReported }: AsOf & Ends): [View, View] {
  return [
    viewOf(timeline, { at: fromAt ?? at, reported: fromReported ?? reported, earliest }),
    viewOf(timeline, { at: toAt ?? at, reported: toReported ?? reported, earliest }),
  ]
}

/** What changed in a state, and beneath it the events that came, with +, and that went, with -. */
function differenceLines({ key, before, after, added, gone }: Difference<unknown, Catalog>, name: string, dates: Dates): string[] {
  return [
    bold(printable(key || name)),
    ...changeLines(before, after, dates),
    ...added.map((event) => `    + ${eventLine(event)}`),
    ...gone.map((event) => `    - ${eventLine(event)}`),
  ]
}

function noBeginning(): TimelineError {
  return invalidArgument(
    'Got no beginning to compare from',
    '--from-at, --from-reported, or both',
    'Write, for example, asof diff --from-at 2025-04 --to-at 2025-07',
  )
}
