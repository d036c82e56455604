import type { TimelineEvent } from '../event.js'
import { countWhile } from '../search.js'
import type { Extent, Nearest } from './answer.js'
import type { Chunk, Visitor } from './chunk.js'
import type { Place } from './place.js'
import type { Known } from './rectangle.js'

/** The events of a history in order, in chunks, so that a late one moves only those of its own. There is always one. */
type Chunks<S> = readonly Chunk<S>[]

/** The number of the chunk in which a place is. */
export function numberOf<S>(chunks: Chunks<S>, place: Place): number {
  return countWhile(chunks.length - 1, (number) => chunks[number + 1]!.beginsAt(place))
}

/** The chunk with the last event that counts by an instant; the first one where none does. */
export function chunkBy<S>(chunks: Chunks<S>, instant: number): Chunk<S> {
  return chunks[chunks.length === 1 ? 0 : numberBy(chunks, instant)]!
}

/** The events that count by an instant. */
export function extentBy<S>(chunks: Chunks<S>, instant: number): Extent {
  const number = chunks.length === 1 ? 0 : numberBy(chunks, instant)
  return { number, count: chunks[number]!.countBy(instant) }
}

function numberBy<S>(chunks: Chunks<S>, instant: number): number {
  return countWhile(chunks.length - 1, (before) => chunks[before + 1]!.beginsBy(instant))
}

/** The part of an extent up to its last event that is visible. */
export function lastVisible<S>(chunks: Chunks<S>, end: Extent, at: Known): Extent {
  let { number, count } = end
  while ((count = chunks[number]!.countVisible(count, at)) === 0 && number > 0) count = chunks[(number -= 1)]!.length
  return { number, count }
}

/** The nearest checkpoint that holds, at the end of an extent or before, but after another one. */
export function nearest<S>(chunks: Chunks<S>, end: Extent, at: Known, after: Extent): Nearest<S> | undefined {
  for (let { number, count } = end; number >= after.number; count = chunks[(number -= 1)]?.length ?? 0) {
    const found = chunks[number]!.nearest(count, at, number)
    if (found !== undefined) return number > after.number || found.count > after.count ? found : undefined
  }
  return undefined
}

/** Shows the events between two extents that are visible. */
export function visit<S>(chunks: Chunks<S>, start: Extent, end: Extent, at: Known, visitor: Visitor<S>): void {
  for (let number = start.number; number <= end.number; number += 1)
    chunks[number]!.visit(number === start.number ? start.count : 0, countIn(chunks, number, end), at, visitor)
}

/** The events of an extent that are visible, in order. */
export function visible<S>(chunks: Chunks<S>, end: Extent, at: Known): TimelineEvent[] {
  return chunks.slice(0, end.number + 1).flatMap((chunk, number) => chunk.visible(countIn(chunks, number, end), at))
}

/** How many events there are between two extents. */
export function countBetween<S>(chunks: Chunks<S>, start: Extent, end: Extent): number {
  let count = end.count - start.count
  for (let number = start.number; number < end.number; number += 1) count += chunks[number]!.length
  return count
}

/** The instant of the first event after an extent; infinite where there is none. */
export function instantAfter<S>(chunks: Chunks<S>, { number, count }: Extent): number {
  const chunk = chunks[number]!
  return count < chunk.length ? chunk.instantAt(count) : (chunks[number + 1]?.instantAt(0) ?? Infinity)
}

/** Has the checkpoints of a chunk and of all after it cut before the next question, however much more comes until then. */
export function postponeCut<S>(chunks: Chunks<S>, number: number, known: Known): void {
  const chunk = chunks[number]!
  chunk.postponed = earliestOf(known, chunk.postponed)
}

/** Cuts what was postponed. */
export function cutPostponed<S>(chunks: Chunks<S>): void {
  let known: Known | undefined
  for (const chunk of chunks) {
    if (chunk.postponed !== undefined) known = earliestOf(chunk.postponed, known)
    chunk.postponed = undefined
    if (known !== undefined) chunk.cut(known)
  }
}

function countIn<S>(chunks: Chunks<S>, number: number, end: Extent): number {
  return number < end.number ? chunks[number]!.length : end.count
}

/** What comes first of two: where neither of them is known yet. */
function earliestOf(one: Known, other: Known | undefined): Known {
  if (other === undefined) return one
  return { reported: Math.min(one.reported, other.reported), position: Math.min(one.position, other.position) }
}
