import type { Command } from 'commander'
import { didYouMean } from '../argument.js'
import { TimelineError, quote } from '../error.js'
import type { Timeline } from '../timeline.js'
import { appendAndTell } from './add.js'
import { withTimeline } from './session.js'

type Given = { readonly reason?: string; readonly reported?: string; readonly source?: string }

export function addRetract(program: Command): void {
  program
    .command('retract')
    .description('withdraw an event that turned out not to have happened')
    .argument('<id>', 'its id, as asof events lists it')
    .option('--reason <text>', 'why')
    .option('--reported <date>', 'when its source withdrew it, a day or a date-time (default: now)')
    .option('--source <url>', 'who withdraws it, and where')
    .action((id: string, { reason, reported, source }: Given, command: Command) =>
      withTimeline(command, async (session) => {
        const subject = await subjectOf(session.timeline, id)
        const data = reason === undefined ? undefined : { reason }
        await appendAndTell(session, { type: 'retracted', subject, supersedes: id, reportedAt: reported, source, data })
      }),
    )
}

/** The subject of an event of the log, whether it still counts or not. Throws `UNKNOWN_EVENT`. */
async function subjectOf(timeline: Timeline, id: string): Promise<string> {
  const ids: string[] = []
  for await (const line of timeline.export()) {
    const event = JSON.parse(line) as { id: string; subject: string }
    if (event.id === id) return event.subject
    ids.push(event.id)
  }
  throw new TimelineError(
    'UNKNOWN_EVENT',
    {
      arrived: `Got the id ${quote(id)}, which is not in the log`,
      expected: 'the id of an event',
      remedy: `${didYouMean(id, ids)}asof events lists them`,
    },
    { id },
  )
}
