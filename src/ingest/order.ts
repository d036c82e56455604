import type { Given } from '../event.js'

/** A line that could be read, with its event. */
export type Readable = { readonly line: number; readonly text: string; readonly given: Given }

/**
 * Puts lines into an order in which they can be taken: one that supersedes an event further down comes after it,
 * and so do the lines of its own report that follow it, for a report's own order tells which came first.
 */
export class Order {
  readonly #isThere: (id: string) => boolean
  readonly #passed = new Set<string>()
  readonly #held = new Map<string, Readable[]>() // by report; the first of each waits for what it supersedes
  readonly #waiting = new Map<string, string[]>() // reports, by the id that their first line waits for

  constructor(isThere: (id: string) => boolean) {
    this.#isThere = isThere
  }

  /** The lines that can be taken once this one has come: none, itself, or itself and those that waited for it. */
  next(line: Readable): Readable[] {
    const report = reportOf(line)
    const held = this.#held.get(report)
    if (held !== undefined) {
      held.push(line)
      return []
    }
    this.#held.set(report, [line])
    const taken = this.#advance(report)
    for (const { given } of taken) { // which grows as it goes
      const reports = this.#waiting.get(given.id) ?? []
      this.#waiting.delete(given.id)
      taken.push(...reports.flatMap((one) => this.#advance(one)))
    }
    return taken
  }

  /** What still waits when nothing more comes: first what can be taken out of its report's order, then what cannot be taken at all. */
  rest(): Readable[] {
    const taken: Readable[] = []
    let left = [...this.#held.values()].flat().toSorted((one, other) => one.line - other.line)
    for (let before = -1; before !== taken.length; ) {
      before = taken.length
      left = left.filter((line) => !this.#pass(line, taken))
    }
    return [...taken, ...left]
  }

  /** Takes a report's lines, in their own order, up to one that must wait. */
  #advance(report: string): Readable[] {
    const held = this.#held.get(report)!
    const taken: Readable[] = []
    while (held[0] !== undefined && this.#pass(held[0], taken)) held.shift()
    const first = held[0]?.given.supersedes
    if (first === undefined) this.#held.delete(report)
    else this.#waiting.set(first, [...(this.#waiting.get(first) ?? []), report])
    return taken
  }

  #pass(line: Readable, taken: Readable[]): boolean {
    const { id, supersedes } = line.given
    if (supersedes !== undefined && !this.#passed.has(supersedes) && !this.#isThere(supersedes)) return false
    if (!this.#isThere(id)) this.#passed.add(id)
    taken.push(line)
    return true
  }
}

/** A line without `reportedAt` is a report of its own: the log stamps it. */
function reportOf({ line, given }: Readable): string {
  return given.reportedAt === undefined ? `line ${line}` : JSON.stringify([given.reportedAt, given.source])
}
