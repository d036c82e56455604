import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { Optional } from '../event.js'
import type { Ingested, Progress as Count, Rejected } from '../ingest/ingest.js'
import type { Timeline } from '../timeline.js'
import { EXIT, Failure, sentenceOf } from './failure.js'
import { Progress } from './progress.js'
import { Rejects } from './rejects.js'
import { type Session, withTimeline } from './session.js'
import { openSource } from './source.js'
import { NOTHING, type Tally, plus } from './tally.js'
import { counted, dim, note, print, printJson, printable, red } from './text.js'

const REFUSED_SHOWN_MAX = 100

type Given = Optional<{ dryRun: boolean; rejected: string }>

/** What became of lines, and why not of all of them. */
type Outcome<T> = { readonly taken: T; readonly failure?: Failure | undefined }

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('take in JSON Lines, JSON arrays, single objects or CloudEvents; what is there already is not appended again')
    .argument('<file...>', 'files, also gzipped ones; - is standard input')
    .option('--dry-run', 'check everything and append nothing')
    .option('--rejected <file>', 'save the lines that are refused, for mending and a second run')
    .addHelpText(
      'after',
      '\nA line that is refused stops nothing; once more than 100,000 of a file are (fewer with long messages), it is not read on.',
    )
    .action((files: string[], given: Given, command: Command) =>
      withTimeline(command, (session) => ingestAndTell(session, files, given), { create: true, hypothetical: given.dryRun }),
    )
}

async function ingestAndTell(session: Session, files: readonly string[], { dryRun = false, rejected }: Given): Promise<void> {
  checkFiles(files)
  const rejects = rejected === undefined ? undefined : new Rejects(rejected, { files, logFile: session.logFile, dryRun })
  const { taken, failure } = await ingestFiles(session.timeline, files, rejects, dryRun)
  if (session.json) printJson(taken)
  else tell(taken, `${dryRun ? 'would be ' : ''}appended to ${session.log}`, rejected === undefined && failure === undefined)
  const reason = rejects === undefined ? failure : save(rejects, printable(rejected!), taken, failure)
  if (reason !== undefined) throw reason
  if (taken.rejected.length > 0) process.exitCode = EXIT.refused
}

/** Refuses what would end half done before anything is taken in. */
function checkFiles(files: readonly string[]): void {
  const missing = files.find((file) => file !== '-' && !existsSync(file))
  if (missing !== undefined) throw new Failure(`There is no file ${missing}. Nothing was taken in.`)
}

/** Takes in one file after the other, up to the first that fails. */
async function ingestFiles(
  timeline: Timeline,
  files: readonly string[],
  rejects: Rejects | undefined,
  dryRun: boolean,
): Promise<Outcome<Tally>> {
  let tally = NOTHING
  for (const [index, file] of files.entries()) {
    const { taken, error } = await ingestFile(timeline, file, rejects)
    tally = plus(tally, file, taken)
    if (error !== undefined)
      return { taken: tally, failure: notToItsEnd(file, error, taken.appended > 0 && !dryRun, files.slice(index + 1)) }
  }
  return { taken: tally }
}

async function ingestFile(timeline: Timeline, file: string, rejects: Rejects | undefined): Promise<{ taken: Ingested; error?: unknown }> {
  const progress = new Progress(file)
  const rejected: Rejected[] = []
  let count: Count = { lines: 0, appended: 0, duplicates: 0, rejected: 0 }
  try {
    const { chunks, share } = await openSource(file)
    const onProgress = (step: Count) => progress.show(share(), (count = step))
    const onRejected = (one: Rejected, raw: string | Uint8Array) => {
      rejected.push(one)
      rejects?.add(one, raw)
    }
    return { taken: await timeline.ingest(chunks, { onProgress, onRejected }) }
  } catch (error) {
    return { taken: { appended: count.appended, duplicates: count.duplicates, rejected }, error }
  } finally {
    progress.clear()
  }
}

function notToItsEnd(file: string, error: unknown, isAnythingAppended: boolean, behind: readonly string[]): Failure {
  const isBadZip = String((error as { code?: unknown }).code).startsWith('Z_') // of zlib
  const sentences = [
    `${file} was not taken in to its end: ${sentenceOf(error)}`,
    isBadZip ? 'See whether it is whole.' : '',
    isAnythingAppended ? 'Taken in again, nothing is appended twice.' : '',
    behind.length > 0 ? `Not read: ${behind.join(', ')}.` : '',
  ]
  return new Failure(sentences.filter((sentence) => sentence !== '').join(' '), { cause: error })
}

function tell({ appended, duplicates, rejected }: Tally, what: string, areToBeSaved: boolean): void {
  for (const { file, line, code, message, text } of rejected.slice(0, REFUSED_SHOWN_MAX)) {
    note(`${printable(file)}:${line} ${red(code)} ${printable(message.replace(/\s*\n\s*/g, ' '))}`)
    note(dim(`  ${printable(text)}`))
  }
  const more = rejected.length - REFUSED_SHOWN_MAX
  if (more > 0) note(`… and ${more.toLocaleString('en')} more`)
  if (rejected.length > 0 && areToBeSaved) note('Save the refused lines with --rejected FILE, mend them, and take them in again.')
  print(`${counted(appended, 'event')} ${what}, ${counted(duplicates, 'duplicate')}, ${rejected.length.toLocaleString('en')} refused`)
}

/** Puts the refused lines in their place, and tells; returns why not, where nothing else failed. */
function save(rejects: Rejects, name: string, { rejected }: Tally, failure: Failure | undefined): Failure | undefined {
  const isSaved = rejects.finish(failure === undefined)
  const cut = `${counted(rejects.cut, 'line')} over 8,000,000 bytes cannot be saved`
  if (!isSaved && failure === undefined) return new Failure(`${name} stays as it was, since ${cut}. Name another file for --rejected.`)
  if (rejects.cut > 0) note(`${cut}.`)
  if (!isSaved) note(`${name} stays as it was.`)
  else if (rejected.length > rejects.cut) note(`The refused lines are in ${name}.`)
  return failure
}
