import type { Command } from 'commander'
import { didYouMean } from '../argument.js'
import type { Optional, TimelineEvent } from '../event.js'
import { dataText } from './event-text.js'
import { type AsOf, asOfOptions, viewOf, withTimeline } from './session.js'
import { dateText, headedTable, note, print, printJson, printable } from './text.js'

type Only = Optional<{ subject: string; type: string }>

export function addEvents(program: Command): void {
  asOfOptions(program.command('events'))
    .description('list what happened, in order')
    .option('--subject <subject>', 'only about this subject')
    .option('--type <type>', 'only of this type')
    .action(({ subject, type, ...asOf }: AsOf & Only, command: Command) =>
      withTimeline(command, async ({ timeline, json }) => {
        const view = viewOf(timeline, asOf)
        const events = view.events({ subject, type })
        if (json) printJson(events)
        else if (events.length > 0) print(headedTable([HEADS, ...events.map(row)]))
        else note(printable(`No such event is reported by then. ${nearest(view.events(), { subject, type })}`.trim()))
      }),
    )
}

const HEADS = ['happened', 'type', 'subject', 'reported', 'source', 'id', 'data']

function row({ occurredAt, type, subject, reportedAt, source = '', id, data }: TimelineEvent): string[] {
  return [dateText(occurredAt), printable(type), printable(subject), dateText(reportedAt), printable(source), printable(id), dataText(data)]
}

/** The subject and the type that may have been meant. */
function nearest(events: readonly TimelineEvent[], { subject, type }: Only): string {
  const bySubject = subject === undefined ? '' : didYouMean(subject, [...new Set(events.map((event) => event.subject))])
  const byType = type === undefined ? '' : didYouMean(type, [...new Set(events.map((event) => event.type))])
  return bySubject + byType
}
