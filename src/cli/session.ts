import { existsSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { Command } from 'commander'
import { type ErrorCode, TimelineError } from '../error.js'
import type { Optional } from '../event.js'
import { latest } from '../latest.js'
import { fileLog } from '../log/file.js'
import type { Log } from '../log/log.js'
import { memoryLog } from '../log/memory.js'
import { type Timeline, openTimeline } from '../timeline.js'
import type { View } from '../view.js'
import type { Projections } from './choice.js'
import { type Config, loadConfig } from './config.js'
import { Failure, sentenceOf } from './failure.js'
import { printable } from './text.js'

/** The options that every command has. */
type Common = { readonly log?: string; readonly config?: string | false; readonly json?: true }

/** A command's timeline, with the projections of the configuration and `latest`. */
export type Session = {
  readonly timeline: Timeline
  readonly projections: Projections
  /** The log's name, for messages. */
  readonly log: string
  /** Its file, where it is one. */
  readonly logFile: string | undefined
  readonly json: boolean
}

/** The options that say as of when. */
export type AsOf = Optional<{ at: string; reported: string; earliest: boolean }>

/** `create` does not mind that there is no log yet; `hypothetical` works on a copy of the log in memory. */
type Opening = Optional<{ create: boolean; hypothetical: boolean }>

/** Opens the timeline that a command's options name, does its work, and closes it. */
export async function withTimeline<T>(
  command: Command,
  work: (session: Session) => Promise<T>,
  { create = false, hypothetical = false }: Opening = {},
): Promise<T> {
  const common: Common = command.optsWithGlobals()
  const config = await loadConfig(common.config)
  const log = common.log ?? config.log ?? 'timeline.asof'
  const name = common.log ?? (typeof log === 'string' ? relative('', log) : 'the log of the configuration')
  if (typeof log === 'string' && create && !existsSync(dirname(log)))
    throw new Failure(`There is no folder ${dirname(name)} for the log ${name}. Make it, or name another log with --log.`)
  if (typeof log === 'string' && !create && !existsSync(log))
    throw new Failure(`There is no log at ${name}. Take something in first, with asof ingest FILE or asof add, or name a log with --log.`)
  const timeline = await open(config, typeof log === 'string' ? fileLog(log) : log, { name, hypothetical })
  try {
    const named = config.projections ?? []
    const builtIn = named.some((projection) => projection.name === latest.name) ? [] : [latest]
    return await work({
      timeline,
      projections: [...named, ...builtIn] as unknown as Projections,
      log: printable(name),
      logFile: typeof log === 'string' ? log : undefined,
      json: common.json === true,
    })
  } catch (error) {
    throw isOfStored(error) ? unreadable(name, error) : error
  } finally {
    await timeline.close()
  }
}

/** Adds the options that say as of when. */
export function asOfOptions(command: Command): Command {
  return command
    .option('--at <date>', 'what had happened by the end of this date (default: today)')
    .option('--reported <date>', 'as reported by the end of this date (default: all reports)')
    .option('--earliest', 'count imprecise dates from their earliest instant, not their latest')
}

/** Adds what names a state, and the options that say as of when. */
export function stateOptions(command: Command, key: string): Command {
  const named = command.argument('[projection]', 'a projection by name (default: the first of the configuration, else latest)')
  return asOfOptions(named.argument('[key]', key))
}

export function viewOf(timeline: Timeline, { at, reported, earliest }: AsOf): View {
  return timeline.asOf(at, { reported, imprecise: earliest ? 'earliest' : 'latest' })
}

async function open(
  { events, projections }: Config,
  log: Log,
  { name, hypothetical }: { name: string; hypothetical: boolean },
): Promise<Timeline> {
  try {
    return await openTimeline({
      log: hypothetical ? await copyOf(log) : log,
      ...(events && { events }),
      ...(projections && { projections }),
    })
  } catch (error) {
    throw new Failure(`${name} could not be opened. ${sentenceOf(error)}`, { cause: error })
  }
}

/** Whether an error tells of an event in the log, and of nothing that was typed. */
function isOfStored(error: unknown): error is TimelineError {
  const codes: readonly ErrorCode[] = ['INVALID_EVENT', 'INVALID_DATE', 'INVALID_ARGUMENT']
  return error instanceof TimelineError && codes.includes(error.code) && error.details.position !== undefined
}

function unreadable(name: string, error: TimelineError): Failure {
  const remedy = error.code === 'INVALID_DATE' ? '' : ' With --no-config it is read unchecked.'
  return new Failure(`${name} could not be read at position ${String(error.details.position)}. ${sentenceOf(error)}${remedy}`, {
    cause: error,
  })
}

/** A log's records in memory; the log itself is closed. */
async function copyOf(log: Log): Promise<Log> {
  const copy = { ...memoryLog(), maxRecordBytes: log.maxRecordBytes }
  let seq = 0
  try {
    for await (const record of log.read(1)) await copy.append((seq += 1), record)
  } finally {
    await log.close()
  }
  return copy
}
