// The story that an article of 16 July 2025 tells, as of any date and as reported by any other: `npm start`.
// It is kept in timeline.asof, for the command line to go on with.
import { readFileSync } from 'node:fs'
import { type Ingested, type Log, type Timeline, type View, fileLog, memoryLog, openTimeline, parseWhen } from 'asof'
import { events } from './events/catalog.js'
import { claims } from './projections/claims.js'
import { type ExportStatus, exportStatus } from './projections/export-status.js'
import { modelLandscape } from './projections/model-landscape.js'
import { standingInChina } from './projections/standing-in-china.js'
import { inEnglish } from './src/cli/english.js'
import { bold, counted, dim, green, headedTable, print, red, table } from './src/cli/text.js'

type StoryView = View<typeof events>
type Kept = { readonly timeline: Timeline<typeof events>; readonly ingested: Ingested }

const H20 = 'chip/h20'
const DATES = ['2025-01-15', '2025-02-01', '2025-04-30', '2025-06-01', '2025-07-15', '2025-07-16']
const JUNE = '2025-06-01'
const LOG = 'timeline.asof'

const article = linesOf('events/article.jsonl')
const context = linesOf('events/context.jsonl')

try {
  const [date, reported, ...more] = process.argv.slice(2)
  if (more.length > 0) throw new Error(`Got ${more.join(' ')} as well. Expected at most two dates: npm start -- DATE [REPORTED BY]`)
  print(date === undefined ? await story() : await answer(date, reported))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

/** Everything in about 25 lines. */
async function story(): Promise<string[]> {
  const { timeline, ingested } = await keep(fileLog(LOG), [...article, ...context]) // better accounts come after what they supersede
  const articleAlone = await keep(memoryLog(), article)
  const rows = DATES.map((date) => [inEnglish(date), ...summaries(timeline.asOf(date))])
  const asReported = [
    ['no report yet (by 1 April)', timeline.asOf(JUNE, { reported: '2025-04-01' })],
    ["the company's filing (by 1 June)", timeline.asOf(JUNE, { reported: JUNE })],
    ['this article alone', articleAlone.timeline.asOf(JUNE)],
  ] as const
  const last = timeline.asOf(DATES.at(-1))
  return [
    bold("NVIDIA's H20 chip and China's AI models: what was true on one date, as reported by another"),
    '',
    ...headedTable([['As of', 'H20 exports to China', 'NVIDIA in China', 'AI models'], ...rows]),
    '',
    ...headedTable([
      [`On ${inEnglish(JUNE)}, going by`, 'the H20 was', 'because'],
      ...asReported.map(([by, view]) => [by, ...statusAndReason(view)]),
    ]),
    `${bold('Not certain by then:')} ${undecided(timeline.asOf(JUNE))}`,
    '',
    `${bold('Only reported:')} ${claimed(last, 'reported')}`,
    `${bold('Unclear:')} ${claimed(last, 'unclear')}`,
    '',
    await replayCheck(),
    `${bold('Kept:')} ${counted(timeline.position, 'event')} in ${LOG}, ${ingested.appended} of them new`,
    '',
    bold('Try next'),
    ...table([
      ['  npm start -- 2025-05 2025-05-01', 'any other date, as reported by another'],
      ['  npx asof state export-status chip/h20 --at 2025-06-01', 'one state of it'],
      ['  npx asof explain export-status chip/h20', 'why it is so, and who says so'],
      ['  npx asof --help', 'the rest: ingest any JSON log, add, diff, export'],
    ]),
  ]
}

/** One date of the story, as reported by another. */
async function answer(date: string, reported: string | undefined): Promise<string[]> {
  const { timeline } = await keep(fileLog(LOG), [...article, ...context])
  const view = timeline.asOf(date, reported === undefined ? {} : { reported })
  const [exports, nvidia, models] = summaries(view)
  return [
    bold(`As of ${inEnglish(date)}, as reported by ${reported === undefined ? 'today' : inEnglish(reported)}`),
    ...table([
      ['H20 exports to China', exports!],
      ['NVIDIA in China', nvidia!],
      ['AI models', models!],
    ]),
    ...view.events().map((event) => dim(`  ${inEnglish(event.occurredAt)}: ${event.data.summary} (${event.source})`)),
  ]
}

function summaries(view: StoryView): string[] {
  return [exportsIn(view.get(exportStatus, H20)), standingIn(view), modelsIn(view)]
}

function exportsIn({ status, since }: ExportStatus): string {
  if (since === undefined) return status
  return status === 'halted' ? `halted since ${inEnglish(since)}` : `to resume, said ${inEnglish(since)}`
}

function statusAndReason(view: StoryView): string[] {
  const state = view.get(exportStatus, H20)
  return [exportsIn(state), state.reason === undefined ? 'no source says anything' : `${state.reason} (${[...state.sources].join('; ')})`]
}

function standingIn(view: StoryView): string {
  const { sales, marketShare, developers } = view.get(standingInChina, 'company/nvidia')
  const parts: string[] = [...sales.values()].map(({ status }) => (status === 'halted' ? 'sales halted' : 'sales to resume'))
  if (marketShare?.fromPercent !== undefined && marketShare.toPercent !== undefined)
    parts.push(`share ${marketShare.fromPercent}→${marketShare.toPercent}%`)
  if (developers !== undefined) parts.push(`${developers.countMin / 1e6}m+ developers`)
  return parts.join(', ') || 'nothing reported'
}

function modelsIn(view: StoryView): string {
  const { models, shocks } = view.get(modelLandscape)
  const praised = [...models.values()].filter((model) => model.praisedBy !== undefined)
  if (praised.length > 0) return `${new Set(praised.map((model) => model.developer)).size} companies praised`
  const undercut = shocks.map((shock) => `undercuts ${shock.undercut}`)
  return [...models.keys(), ...undercut].join(', ') || 'none named'
}

/** What bears on the H20's state and may or may not have happened by the view's date. */
function undecided(view: StoryView): string {
  const later = view.ambiguous(exportStatus, H20).filter((event) => parseWhen(event.occurredAt).latest > view.date)
  return later.map((event) => `${event.data.summary} (${inEnglish(event.occurredAt)})`).join('; ')
}

function claimed(view: StoryView, certainty: 'reported' | 'unclear'): string {
  const said = [...view.entries(claims)].flatMap(([speaker, list]) =>
    list.filter((claim) => claim.certainty === certainty).map((claim) => `${claim.summary} (${speaker})`),
  )
  return said.join('; ')
}

/** Takes the reports in as they came, in reverse and shuffled, the events of each in their own order, and compares the states. */
async function replayCheck(): Promise<string> {
  const asTheyCame = reports([...article, ...context])
  const orders = [asTheyCame, asTheyCame.toReversed(), shuffled(asTheyCame)]
  const fingerprints = await Promise.all(orders.map(async (order) => fingerprint((await keep(memoryLog(), order.flat())).timeline)))
  const same = new Set(fingerprints).size === 1
  if (!same) process.exitCode = 1
  const verdict = same ? green('the same states') : red('DIFFERENT STATES')
  return `${bold('Replayed:')} ${orders[0]!.length} reports as they came, in reverse and shuffled give ${verdict}: ${[...new Set(fingerprints)].join(' / ')}`
}

/** The lines of each report, by the day of the report. */
function reports(lines: readonly string[]): string[][] {
  const byReport = new Map<string, string[]>()
  for (const line of lines) {
    const { reportedAt, source } = JSON.parse(line) as { reportedAt: string; source: string }
    const report = `${reportedAt} ${source}`
    byReport.set(report, [...(byReport.get(report) ?? []), line])
  }
  return [...byReport].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, its]) => its)
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

/** The first digits of each projection's fingerprint. */
function fingerprint(timeline: Kept['timeline']): string {
  const view = timeline.asOf(DATES.at(-1))
  return [exportStatus, standingInChina, modelLandscape, claims].map((projection) => view.fingerprint(projection).slice(0, 4)).join('-')
}

/** A log with the facts in it; those that are there already are not appended again. */
async function keep(log: Log, lines: readonly string[]): Promise<Kept> {
  const timeline = await openTimeline({ log, events })
  const ingested = await timeline.ingest(lines.join('\n'))
  const [refused] = ingested.rejected
  if (refused === undefined) return { timeline, ingested }
  throw new Error(`Line ${refused.line} of the facts was refused: ${refused.message} To begin anew, move ${LOG} away.`)
}

function linesOf(path: string): string[] {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
    .trim()
    .split('\n') // this file runs from dist
}
