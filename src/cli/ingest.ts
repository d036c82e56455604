import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { invalidArgument } from '../argument.js'
import type { Optional } from '../event.js'
import type { Ingested, Progress as Count, Rejected } from '../ingest/ingest.js'
import type { Timeline } from '../timeline.js'
import { EXIT, Failure, sentenceOf } from './failure.js'
import { Progress } from './progress.js'
import { Rejects } from './rejects.js'
import { withTimeline } from './session.js'
import { openSource } from './source.js'
import { counted, dim, note, print, printJson, printable, red } from './text.js'

const REFUSED_SHOWN_MAX = 10

type Given = Optional<{ dryRun: boolean; rejected: string }>
type FileRejected = Rejected & { readonly file: string }

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('take in JSON Lines, JSON arrays, single objects or CloudEvents; what is there already is not appended again')
    .argument('<file...>', 'files, also gzipped ones; - is standard input')
    .option('--dry-run', 'check everything and append nothing')
    .option('--rejected <file>', 'save the lines that are refused, for mending and a second run')
    .action((files: string[], { dryRun = false, rejected }: Given, command: Command) =>
      withTimeline(
        command,
        async ({ timeline, log, json }) => {
          checkFiles(files, { dryRun, rejected }, log)
          const rejects = rejected === undefined ? undefined : await Rejects.create(rejected)
          const results: { file: string; ingested: Ingested }[] = []
          try {
            for (const file of files) results.push({ file, ingested: await ingestFile(timeline, file, dryRun, rejects) })
          } catch (error) {
            await rejects?.discard()
            throw error
          }
          await rejects?.finish()
          const total = sum(results)
          if (json) printJson(total)
          else tell(total, dryRun, log, rejected)
          if (total.rejected.length > 0) process.exitCode = EXIT.refused
        },
        { create: true, hypothetical: dryRun },
      ),
    )
}

/** Refuses what would end half done, or lose what it reads, before anything is taken in. */
function checkFiles(files: readonly string[], { dryRun, rejected }: Given, log: string): void {
  const missing = files.find((file) => file !== '-' && !existsSync(file))
  if (missing !== undefined) throw new Failure(`There is no file ${missing}. Nothing was taken in.`)
  if (rejected === undefined) return
  if (resolve(rejected) === resolve(log))
    throw invalidArgument(`Got the log ${log} for --rejected`, 'a file that may be written over', 'Name another file')
  if (dryRun === true && files.some((file) => resolve(file) === resolve(rejected)))
    throw invalidArgument(
      `Got --dry-run with ${rejected} both to read and for --rejected`,
      'another file for --rejected, since the lines that are not refused would be nowhere',
      'Name another file, or leave --dry-run out',
    )
}

async function ingestFile(timeline: Timeline, file: string, dryRun: boolean, rejects: Rejects | undefined): Promise<Ingested> {
  const progress = new Progress(file)
  let count: Count = { lines: 0, appended: 0, duplicates: 0, rejected: 0 }
  try {
    const { chunks, share } = await openSource(file)
    const onProgress = (step: Count) => progress.show(share(), (count = step))
    return await timeline.ingest(chunks, { onProgress, onRejected: (_, raw) => rejects?.add(raw) })
  } catch (error) {
    const soFar =
      count.appended > 0 && !dryRun
        ? ` ${counted(count.appended, 'event')} of it had been appended; taken in again, nothing is appended twice.`
        : ''
    throw new Failure(`${file} was not taken in to its end: ${sentenceOf(error)}${soFar}`, { cause: error })
  } finally {
    progress.clear()
  }
}

function sum(results: readonly { file: string; ingested: Ingested }[]): { appended: number; duplicates: number; rejected: FileRejected[] } {
  return {
    appended: results.reduce((total, { ingested }) => total + ingested.appended, 0),
    duplicates: results.reduce((total, { ingested }) => total + ingested.duplicates, 0),
    rejected: results.flatMap(({ file, ingested }) => ingested.rejected.map((one) => ({ file, ...one }))),
  }
}

function tell({ appended, duplicates, rejected }: ReturnType<typeof sum>, dryRun: boolean, log: string, saved: string | undefined): void {
  for (const { file, line, code, message, text } of rejected.slice(0, REFUSED_SHOWN_MAX)) {
    note(`${printable(file)}:${line} ${red(code)} ${printable(message.replace(/\s*\n\s*/g, ' '))}`)
    note(dim(`  ${printable(text)}`))
  }
  if (rejected.length > REFUSED_SHOWN_MAX) note(`… and ${rejected.length - REFUSED_SHOWN_MAX} more`)
  if (rejected.length > 0)
    note(
      saved === undefined
        ? 'Save the refused lines with --rejected FILE, mend them, and take them in again.'
        : `The refused lines are in ${printable(saved)}.`,
    )
  print(
    `${counted(appended, 'event')} ${dryRun ? 'would be ' : ''}appended to ${log}, ${counted(duplicates, 'duplicate')}, ${rejected.length.toLocaleString('en')} refused`,
  )
}
