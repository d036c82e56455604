/**
 * Another process, started in another time zone and language. It first says where it runs; then, for each line of JSON
 * that it reads (an export and a question), it answers with a line: today's date, and the fingerprints.
 *
 *     TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 JITI_ALIAS='{"asof":"…/src/index.ts"}' node --import jiti/register test/elsewhere.ts
 */
import { createInterface } from 'node:readline'
import { openTimeline } from 'asof'
import { PROBES, type Question, events } from './arbitrary.js'

/** What the process is asked: an export, what its clock shows, and a question. */
export type Errand = { readonly lines: string; readonly now: number; readonly date: string | number; readonly options: Question['options'] }

/** What it answers: the last millisecond of today, and the fingerprint of each probe. */
export type Answer = { readonly today: number; readonly fingerprints: readonly string[] }

async function answer({ lines, now, date, options }: Errand): Promise<Answer> {
  const timeline = await openTimeline({ events, clock: () => now })
  await timeline.ingest(lines)
  const view = timeline.asOf(date, options)
  return { today: timeline.asOf().date, fingerprints: PROBES.map(({ projection }) => view.fingerprint(projection)) }
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
say({ locale, timeZone })
for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)))
