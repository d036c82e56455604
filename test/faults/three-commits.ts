import { readFileSync } from 'node:fs'
import { fileLog } from 'asof'
import { temporaryPath } from '../log/folder.js'
import { idsIn, note, openNotes } from '../log/note.js'

/** The ids of each of the three commits. */
export const COMMITS = [['a'], ['b', 'c'], ['d']] as const

/** A log of three commits, a to d, with characters of every length, and where each of its lines begins and the last one ends. */
export async function threeCommits(path = temporaryPath()) {
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  await timeline.append([note('b', { data: 'é\uFFFD' }), note('c')])
  await timeline.append(note('d', { data: '\u{1F600}' }))
  const bytes = readFileSync(path)
  const starts = [0]
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1)
  const [first = 0, second = 0, third = 0, end = 0] = starts
  return { path, timeline, bytes, starts: [first, second, third, end] as const, head: (await timeline.verify()).head }
}

/** The failure of a log that is damaged in a record, which begins at an offset. */
export function corrupt(record: number, offset: number) {
  return { code: 'LOG_CORRUPT', details: { record, offset } }
}

/** The ids in a log that is opened anew. */
export async function reopenedIn(path: string): Promise<string[]> {
  return idsIn(await openNotes(fileLog(path)))
}
