/**
 * A process that takes in far more than it may hold: a source for each name in its arguments, of some hundred megabytes.
 * For each it answers with a line of JSON: what became of it, and the largest resident set so far in megabytes.
 *
 *     JITI_ALIAS='{"asof":"…/src/index.ts"}' node --max-old-space-size=64 --import jiti/register test/ingest/bounded.ts duplicates
 */
import { openTimeline } from 'asof'

/** What became of a source. */
export type Bounded = { readonly appended: number; readonly duplicates: number; readonly rejected: number; readonly residentMb: number }

const CHUNK_BYTES = 65_536
const MB = 1_000_000

const event = (id: string, data: unknown, indent = 0) =>
  JSON.stringify({ id, type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01', data }, null, indent)
const events = (indent = 0) => Array.from({ length: 1000 }, (_, index) => event(`e${index}`, { list: [index, 'é'.repeat(80)] }, indent))

/** The same bytes over and over, until there are so many. */
function* repeated(text: string, bytes: number): Generator<Uint8Array> {
  const block = Buffer.from(text)
  for (let written = 0; written < bytes; written += block.length) {
    for (let at = 0; at < block.length; at += CHUNK_BYTES) yield block.subarray(at, at + CHUNK_BYTES)
  }
}

/** Lines that are there already, some 40 kB of them before each other one. */
function* amongKnown(lines: number, lineOf: (number: number) => string): Generator<string> {
  const known = events().slice(0, 200).join('\n')
  for (let number = 0; number < lines; number += 1) yield `${known}\n${lineOf(number)}\n`
}

function* around(before: string, inside: Iterable<Uint8Array>, after: string): Generator<string | Uint8Array> {
  yield before
  yield* inside
  yield after
}

/** Lines of events, each of its own. */
function* fresh(lines: number): Generator<string> {
  for (let number = 0; number < lines; number += 1) yield `${event(`n${number}`, { number })}\n`
}

const SOURCES: Readonly<Record<string, () => Iterable<string | Uint8Array>>> = {
  duplicates: () => repeated(`${events().join('\n')}\n`, 150 * MB),
  elements: () => around('[\n', repeated(`${events(2).join(',\n')},\n`, 120 * MB), `${event('last', 0)}]`),
  'one line': () => around(`${event('e0', 0)}\n{"type":"`, repeated('x'.repeat(MB), 200 * MB), `"}\n${event('e1', 1)}`),
  'one element': () => around(`[${event('e0', 0)},{"data":[`, repeated('[0,[1]],'.repeat(1e5), 200 * MB), `0]},${event('e1', 1)}]`),
  waiting: () => amongKnown(4000, (number) => `{"id":"w${number}","type":"retracted","subject":"s","supersedes":"gone"}`),
  broken: () => amongKnown(4000, (number) => `{"id":"w${number}"`),
  rehearsed: () => fresh(60_000),
  'refused lines': () => repeated(`{"note":"${'x'.repeat(MB)}"}\n`, 200 * MB),
}

for (const name of process.argv.slice(2)) {
  const timeline = await openTimeline()
  const kept: unknown[] = [] // by a listener, where they are short
  const onRejected = (_: unknown, raw: string | Uint8Array) => void (raw.length < 1000 && kept.push(raw))
  const { appended, duplicates, rejected } = await timeline.ingest(SOURCES[name]!(), { onRejected, dryRun: name === 'rehearsed' })
  const residentMb = Math.round(process.resourceUsage().maxRSS / 1000)
  const bounded: Bounded = { appended, duplicates, rejected: rejected.length, residentMb }
  process.stdout.write(`${JSON.stringify(bounded)}\n`)
}
