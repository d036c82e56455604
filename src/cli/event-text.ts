import type { Retraction, TimelineEvent } from '../event.js'
import { isPlainObject } from '../json.js'
import { bold, dateText, dim, printable, yellow } from './text.js'

/** An event on one line: what happened when, and who reported it when; or what a retraction withdraws. */
export function eventLine({ occurredAt, type, subject, reportedAt, source, supersedes = '' }: TimelineEvent | Retraction): string {
  return `${occurredAt === undefined ? `withdraws ${printable(supersedes)}` : dateText(occurredAt)}  ${bold(printable(type))} ${printable(subject)}${dim(`  reported ${dateText(reportedAt)}${by(source)}`)}`
}

/** What makes a state uncertain: the events whose imprecise dates could change it. */
export function doubtLines(events: readonly TimelineEvent[]): string[] {
  return events.map(({ type, subject, occurredAt, reportedAt, source }) =>
    yellow(
      `  ? not certain: ${printable(type)} ${printable(subject)} happened ${dateText(occurredAt)}, reported ${dateText(reportedAt)}${by(source)}`,
    ),
  )
}

/** Data on one line, as `--data` takes it: `by=US reason="new rules"`. */
export function dataText(data: unknown): string {
  if (data === undefined) return ''
  if (!isPlainObject(data)) return printable(JSON.stringify(data))
  return printable(Object.entries(data).map(pairText).join(' '))
}

function pairText([key, value]: [string, unknown]): string {
  return `${key}=${typeof value === 'string' && /^[^\s"']+$/.test(value) ? value : JSON.stringify(value)}`
}

function by(source: string | undefined): string {
  return source === undefined ? '' : ` by ${printable(source)}`
}
