/**
 * Another process with a timeline on a file. It first says that it has opened it; then it does one errand for each line
 * of JSON that it reads, and says what came of it.
 *
 *     npm run build && node --import jiti/register test/log/scribe.ts h20.asof
 */
import { open } from 'node:fs/promises'
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

/** What it says: what came of an errand, or what happens meanwhile. */
export type Saying =
  { readonly answer: unknown } | { readonly acknowledged: string; readonly position: number } | { readonly heard: string[] }

const [path = ''] = process.argv.slice(2)
const log = fileLog(path)
const timeline = await openNotes(log)

async function answer(errand: Errand): Promise<unknown> {
  if ('append' in errand) return append(errand.append, errand.after)
  if ('run' in errand) return run(errand)
  if ('chdir' in errand) return process.chdir(errand.chdir)
  if (errand.do === 'refresh' || errand.do === 'verify') return timeline[errand.do]()
  if (errand.do === 'hold') return tryLock((await open(path, 'r+')).fd, 0, 0)
  timeline.on('appended', (events) => say({ heard: events.map(({ id }) => id) }))
  log.watch(() => void timeline.refresh())
  return timeline.refresh()
}

async function append(input: EventInput, after: number | undefined): Promise<unknown> {
  try {
    return (await timeline.append(input, { after })).position
  } catch (error) {
    return (error as { code: string }).code
  }
}

async function run({ run: prefix, count, inFlight, bytes = 0 }: Extract<Errand, { run: string }>): Promise<number> {
  let number = 0
  const appendOn = async () => {
    while (number < count) {
      const id = `${prefix}.${(number += 1)}`
      const { position } = await timeline.append(note(id, { data: 'x'.repeat(bytes) }))
      say({ acknowledged: id, position })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, appendOn))
  return number
}

function say(saying: Saying): void {
  process.stdout.write(`${JSON.stringify(saying)}\n`)
}

say({ answer: timeline.position })
for await (const line of createInterface({ input: process.stdin })) say({ answer: (await answer(JSON.parse(line))) ?? null })
