import type { Retraction, TimelineEvent } from '../event.js'
import { isPlainObject } from '../json.js'
import { bold, counted, dateText, dim, printable, yellow } from './text.js'

/** How many of the events that make a state uncertain are shown. */
const DOUBTS_SHOWN_MAX = 20

/** An event on one line: what happened when, and who reported it when; or what a retraction withdraws. */
export function eventLine({ occurredAt, type, subject, reportedAt, source, supersedes = '' }: TimelineEvent | Retraction): string {
  return `${occurredAt === undefined ? `withdraws ${printable(supersedes)}` : dateText(occurredAt)}  ${bold(printable(type))} ${printable(subject)}${dim(`  reported ${dateText(reportedAt)}${by(source)}`)}`
}

/** What makes a state uncertain: the events whose imprecise dates could change it. */
export function doubtLines(events: readonly TimelineEvent[]): string[] {
  const lines = events.slice(0, DOUBTS_SHOWN_MAX).map(({ type, subject, occurredAt, reportedAt, source }) => {
    const what = `${printable(type)} ${printable(subject)} happened ${dateText(occurredAt)}, reported ${dateText(reportedAt)}`
    return yellow(`  ? not certain: ${what}${by(source)}`)
  })
  const more = events.length - lines.length
  return more > 0 ? [...lines, yellow(`  ? and ${counted(more, 'more event')}`)] : lines
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
