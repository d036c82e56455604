import type { Command } from 'commander'
import { invalidArgument } from '../argument.js'
import { quote } from '../error.js'
import type { EventInput } from '../event.js'
import { parseJson } from '../json-text.js'
import { eventLine } from './event-text.js'
import { type Session, withTimeline } from './session.js'
import { bold, print, printJson } from './text.js'

type Given = {
  readonly occurred?: string
  readonly reported?: string
  readonly source?: string
  readonly data?: readonly string[]
  readonly supersedes?: string
}

export function addAdd(program: Command): void {
  program
    .command('add')
    .description('append one event')
    .argument('<type>', 'its type: export.halted')
    .argument('<subject>', 'what it is about: chip/h20')
    .option('--occurred <date>', 'when it happened, as imprecisely as it is known: 2025-04 (required)')
    .option('--reported <date>', 'when its source made it public, a day or a date-time (default: now)')
    .option('--source <url>', 'who reports it, and where')
    .option(
      '--data <json or key=value...>',
      'more about it: JSON, or keys with values, which are JSON where they read as JSON; a number only as it is written back, so 3.10 is text',
    )
    .option('--supersedes <id>', 'the event of which this is a better account')
    .action(async (type: string, subject: string, given: Given, command: Command) => {
      const input = { type, subject, ...inputOf(given) }
      await withTimeline(command, (session) => appendAndTell(session, input), { create: true })
    })
}

/** Throws `INVALID_ARGUMENT`. */
function inputOf({ occurred, reported, source, data, supersedes }: Given): Omit<EventInput, 'type' | 'subject'> {
  return { occurredAt: required(occurred), reportedAt: reported, source, data: data && dataOf(data), supersedes }
}

/** Appends an event and prints it as it stands in the log. */
export async function appendAndTell({ timeline, log, json }: Session, input: EventInput): Promise<void> {
  const event = await timeline.append(input)
  if (json) printJson(event)
  else print([`${bold(event.id)} is event ${event.position} of ${log}`, `  ${eventLine(event)}`])
}

/** Checked here, since commander would miss the option before it names a misspelt one. */
function required(occurred: string | undefined): string {
  if (occurred !== undefined) return occurred
  throw invalidArgument('Got no --occurred', 'when it happened, as imprecisely as it is known', 'Write, for example, --occurred 2025-04')
}

/** The data in one text of JSON, or in `key=value` texts. Throws `INVALID_ARGUMENT`. */
function dataOf(texts: readonly string[]): unknown {
  const whole = jsonOf(texts.join(' '), 'data')
  if (whole !== undefined) return whole
  const pairs = texts.map(pairOf)
  const keys = pairs.map(([key]) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) < index)
  if (twice !== undefined) throw invalidArgument(`Got the key ${quote(twice)} twice in --data`, 'each key once', 'Remove one of them')
  return Object.fromEntries(pairs)
}

function pairOf(text: string): [key: string, value: unknown] {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key !== undefined) return [key, valueOf(value, `data.${key}`)]
  throw invalidArgument(`Got ${quote(text)} as --data`, 'JSON, or key=value', 'Write, for example, --data by=US, or --data \'{"by":"US"}\'')
}

/** A number, too, only where it is written back as it was: a version 3.10, a hash 1e3 and a long id are texts. */
function valueOf(text: string, path: string): unknown {
  if (/^\s*-?\d/.test(text) && String(Number(text)) !== text) return text
  const json = jsonOf(text, path)
  return json === undefined ? text : json
}

/** What a text says in JSON; undefined where it is none. */
function jsonOf(text: string, path: string): unknown {
  try {
    return parseJson(text, path)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
