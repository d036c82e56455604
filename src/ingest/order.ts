import type { Lone } from '../call.js'
import { type Raw, copied } from './line.js'

/** A line that could be read, with its event. */
export type Readable = Raw & Lone

/** A report's lines, those from `next` on being held. */
type Held = { readonly lines: Readable[]; next: number }

/**
 * Puts lines into an order in which they can be taken: one that supersedes an event further down comes after it,
 * and so do the lines of its own report that follow it, for a report's own order tells which came first.
 */
export class Order {
  readonly #isThere: (id: string) => boolean
  #passed = new Set<string>() // ids of events on their way into the log
  #unlisted: string[] = [] // the last of them, put into the set when one is looked for, as few are
  readonly #refused = new Set<string>() // ids that passed, and did not come into it
  readonly #held = new Map<string, Held>() // by report; the first line of each waits for what it supersedes
  readonly #waiting = new Map<string, string[]>() // reports, by the id that their first line waits for

  #reports = 0

  constructor(isThere: (id: string) => boolean) {
    this.#isThere = isThere
  }

  /** The lines that can be taken once this one has come: none, itself, or itself and those that waited for it. */
  next(one: Readable): Readable[] {
    const { id } = one.given
    if (this.#held.size === 0 && this.#pass(one, undefined)) return [one] // as most do
    if (this.#isThere(id) && !this.#waiting.has(id)) return [one] // it adds nothing, in whatever order
    const line = apart(one)
    const report = this.#reportOf(line)
    const held = this.#held.get(report)
    const taken: Readable[] = []
    if (held === undefined) {
      this.#held.set(report, { lines: [line], next: 0 })
      this.#advance(report, taken)
    } else if (id !== held.lines[held.next]!.given.supersedes || !this.#pass(line, taken)) {
      held.lines.push(line)
    }
    for (const { given } of taken) {
      // which grows as it goes
      const reports = this.#waiting.get(given.id) ?? []
      this.#waiting.delete(given.id)
      for (const waiting of reports) this.#advance(waiting, taken)
    }
    return taken
  }

  /** To be told of each event that passed and was refused. */
  refuse(id: string): void {
    this.#refused.add(id)
  }

  /** To be told when all that passed has been taken or refused: from then on the log knows what is there. */
  settle(): void {
    this.#passed = new Set()
    this.#unlisted = []
  }

  /** What still waits when nothing more comes: first what can be taken out of its report's order, then what cannot be taken at all. */
  rest(): Readable[] {
    const taken: Readable[] = []
    let left = [...this.#held.values()].flatMap(({ lines, next }) => lines.slice(next)).toSorted((one, other) => one.line - other.line)
    for (let before = -1; before !== taken.length;) {
      before = taken.length
      left = left.filter((line) => !this.#pass(line, taken))
    }
    return taken.concat(left)
  }

  /** Takes a report's lines, in their own order, up to one that must wait for another report's. */
  #advance(report: string, taken: Readable[]): void {
    const held = this.#held.get(report)!
    while (held.next < held.lines.length && this.#pass(held.lines[held.next]!, taken)) held.next += 1
    const target = held.lines[held.next]?.given.supersedes
    if (target === undefined) {
      this.#held.delete(report)
      return
    }
    const waiting = this.#waiting.get(target)
    if (waiting === undefined) this.#waiting.set(target, [report])
    else waiting.push(report)
  }

  #pass(line: Readable, taken: Readable[] | undefined): boolean {
    const { id, supersedes } = line.given
    if (supersedes !== undefined && !this.#hasPassed(supersedes)) return false
    this.#unlisted.push(id)
    taken?.push(line)
    return true
  }

  #hasPassed(id: string): boolean {
    if (this.#isThere(id) || this.#refused.has(id)) return true
    for (const one of this.#unlisted) this.#passed.add(one)
    this.#unlisted = []
    return this.#passed.has(id)
  }

  /** A line without `reportedAt` is a report of its own: the log stamps it. */
  #reportOf({ given }: Readable): string {
    return given.reportedAt === undefined ? String(this.#reports++) : JSON.stringify([given.reportedAt, given.source])
  }
}

/** A line to be held without those around it. */
function apart(line: Readable): Readable {
  if (typeof line.raw !== 'string') return line
  const raw = copied(line.raw)
  return { ...line, raw, text: line.text === line.raw ? raw : line.text }
}
