import { durationText } from './number-text.js'
import { type Next, take } from './query.js'
import { type Spread, spreadOf } from './spread.js'

/** One of those that are compared: answers query after query, each a new one, and is timed. */
export type Contender = {
  readonly name: string
  /** Answers `count` queries; resolves with how many milliseconds it took. */
  readonly run: (count: number) => Promise<number>
}

/** What a race measured: of each contender the milliseconds a query, one figure a round. */
export type Race = ReadonlyMap<string, readonly number[]>

const SLICE_MS = 20 // of a contender, in a round, unless a race says otherwise
const WARM_UP_MS = 200 // of each contender, for the compiler
const ROUNDS_MIN = 3
const ROUNDS_MAX = 100

/** Who answers by `ask`, one query after the other; `prepare` comes before each, and neither it nor the making of queries is timed. */
export function contender<Q>(name: string, next: Next<Q>, ask: (query: Q) => unknown, prepare?: (query: Q) => unknown): Contender {
  const answer = async (queries: readonly Q[]) => {
    const began = performance.now()
    for (const query of queries) {
      const answered = ask(query)
      if (answered instanceof Promise) await answered
    }
    return performance.now() - began
  }
  if (prepare === undefined) return { name, run: (count) => answer(take(next, count)) }
  const run = async (count: number) => {
    let ms = 0
    for (const query of take(next, count)) {
      await prepare(query)
      ms += await answer([query])
    }
    return ms
  }
  return { name, run }
}

/** Who does one long piece of work, again and again. */
export function worker(name: string, work: () => unknown, prepare?: () => unknown): Contender {
  return contender(name, () => undefined, work, prepare)
}

/** Has no work come upon the garbage of what came before it. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

/**
 * Runs contenders side by side: in each round every one of them, in turn, each for about as long, until the budget is
 * spent. Each has been warmed up before. What leaves much garbage wants longer slices, so that each has its share of the
 * collector's time.
 */
export async function race(contenders: readonly Contender[], budgetMs: number, sliceMs = SLICE_MS): Promise<Race> {
  const counts = new Map<Contender, number>()
  for (const each of contenders) counts.set(each, await countOf(each, budgetMs, sliceMs))
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]))
  const began = performance.now()
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (round >= ROUNDS_MIN && performance.now() - began > budgetMs) break
    for (const each of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const count = counts.get(each)!
      times.get(each.name)!.push((await each.run(count)) / count)
    }
  }
  return times
}

/** How many times longer one takes, or several together, than another, round by round. */
export function ratio(times: Race, dividends: string | readonly string[], divisor: string): Spread {
  return spreadOf(roundRatios(times, dividends, divisor))
}

/** How many times the first ratio is of the second, round by round. */
export function ratioOfRatios(times: Race, first: readonly [string, string], second: readonly [string, string]): Spread {
  const divisors = roundRatios(times, ...second)
  return spreadOf(roundRatios(times, ...first).map((quotient, round) => quotient / divisors[round]!))
}

/** The median time of each contender, for information. */
export function timesText(times: Race, names: readonly string[] = [...times.keys()]): string {
  return names.map((name) => `${name} ${durationText(spreadOf(times.get(name)!).median)}`).join(', ')
}

function roundRatios(times: Race, dividends: string | readonly string[], divisor: string): number[] {
  const added = [dividends].flat().map((name) => times.get(name)!)
  return times.get(divisor)!.map((ms, round) => added.reduce((sum, figures) => sum + figures[round]!, 0) / ms)
}

/** How many queries a contender answers in a slice, found while warming it up. */
async function countOf({ run }: Contender, budgetMs: number, sliceMs: number): Promise<number> {
  const began = performance.now()
  const warmUpMs = Math.min(WARM_UP_MS, budgetMs / 10)
  let done = 0
  while (performance.now() - began < warmUpMs) {
    const count = Math.max(1, done) // doubling, so that the clock is seldom read
    await run(count)
    done += count
  }
  return Math.max(1, Math.round((done * Math.min(sliceMs, budgetMs / 20)) / (performance.now() - began)))
}
