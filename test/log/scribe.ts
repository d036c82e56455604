/**
 * Another process with a timeline on a file. It first says that it has opened it; then it does one errand for each line
 * of JSON that it reads, and says what came of it.
 *
 *     npm run build && node dist/test/log/scribe.js h20.asof
 */
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type EventInput, fileLog } from 'asof'
import { tryLock } from 'fs-native-extensions'
import { note, openNotes } from './note.js'

/** What the process is told to do. */
export type Errand =
  | { readonly append: EventInput; readonly after?: number } // answers with the event's position, or a code
  | { readonly run: string; readonly count: number; readonly inFlight: number; readonly bytes?: number } // says each id with its position once it is appended
  | { readonly do: 'refresh' | 'verify' | 'follow' | 'hold' } // follow: says from now on what others append; hold: takes the lock
  | { readonly chdir: string }
  | { readonly die: 'half' | 'written' | 'flushed' } // as soon as half of the next record is written, or all of it, or it is flushed

/** What it says: what came of an errand, or what happens meanwhile. */
export type Saying =
  | { readonly answer: unknown }
  | { readonly acknowledged: string; readonly position: number; readonly at: number }
  | { readonly heard: string[] }

const [path = ''] = process.argv.slice(2)
const log = fileLog(path)
const timeline = await openNotes(log)

async function answer(errand: Errand): Promise<unknown> {
  if ('append' in errand) return append(errand.append, errand.after)
  if ('run' in errand) return run(errand)
  if ('chdir' in errand) return process.chdir(errand.chdir)
  if ('die' in errand) return dieWhen(errand.die)
  if (errand.do === 'refresh' || errand.do === 'verify') return timeline[errand.do]()
  if (errand.do === 'hold') return tryLock((await open(path, 'r+')).fd, 0, 0)
  timeline.on('appended', (events) => say({ heard: events.map(({ id }) => id) }))
  log.watch(() => void timeline.refresh())
  return timeline.refresh()
}

async function append(input: EventInput, after: number | undefined): Promise<number> {
  return (await timeline.append(input, { after })).position
}

/** What an errand failed with, and what the system said. */
function failure(error: unknown): string {
  const { code, cause } = error as { code: string; cause?: { code: string } }
  return [code, cause?.code].filter(Boolean).join(' ')
}

async function run({ run: prefix, count, inFlight, bytes = 0 }: Extract<Errand, { run: string }>): Promise<number> {
  let number = 0
  const appendOn = async () => {
    while (number < count) {
      const id = `${prefix}.${(number += 1)}`
      const { position } = await timeline.append(note(id, { data: 'x'.repeat(bytes) }))
      say({ acknowledged: id, position, at: Date.now() })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, appendOn))
  return number
}

/** Has every open file of this process kill it at a moment of the next append. */
async function dieWhen(moment: Extract<Errand, { die: string }>['die']): Promise<void> {
  const file = await open(import.meta.filename)
  const handles = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  // oxlint-disable-next-line typescript/unbound-method -- they are called with their file below
  const { appendFile, datasync } = handles
  let isWritten = false
  handles.appendFile = async function (bytes) {
    await appendFile.call(this, moment === 'half' ? (bytes as Buffer).subarray(0, bytes.length / 2) : bytes)
    if (moment !== 'flushed') process.kill(process.pid, 'SIGKILL')
    isWritten = true
  }
  handles.datasync = async function () {
    await datasync.call(this)
    if (isWritten) process.kill(process.pid, 'SIGKILL')
  }
}

function say(saying: Saying): void {
  process.stdout.write(`${JSON.stringify(saying)}\n`)
}

say({ answer: timeline.position })
for await (const line of createInterface({ input: process.stdin })) say({ answer: (await answer(JSON.parse(line)).catch(failure)) ?? null })
