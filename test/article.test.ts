import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openTimeline } from 'asof'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { events } from '../events/catalog.js'
import { claims } from '../projections/claims.js'
import { exportStatus } from '../projections/export-status.js'
import { modelLandscape } from '../projections/model-landscape.js'
import { standingInChina } from '../projections/standing-in-china.js'

const article = readFileSync('events/article.jsonl', 'utf8')
const context = readFileSync('events/context.jsonl', 'utf8')
const ARTICLE = new URL('../../shared/article.txt', import.meta.url)
const H20 = 'chip/h20'
const folder = mkdtempSync(join(tmpdir(), 'asof-'))

beforeEach(() => rmSync(join(folder, 'timeline.asof'), { force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

const open = async (...sources: string[]) => {
  const timeline = await openTimeline({ events })
  for (const source of sources) expect(await timeline.ingest(source)).toMatchObject({ rejected: [], duplicates: 0 })
  return timeline
}

test('the H20 on 1 June 2025 depends on what had been reported', async () => {
  const timeline = await open(article, context)
  expect(timeline.asOf('2025-06-01', { reported: '2025-04-14' }).get(exportStatus, H20)).toEqual({
    status: 'unreported',
    sources: new Set(),
  })
  expect(timeline.asOf('2025-06-01', { reported: '2025-06-01' }).get(exportStatus, H20)).toMatchObject({
    status: 'halted',
    since: '2025-04-09',
    sources: new Set(['NVIDIA, Form 8-K of 15 April 2025']),
  })
  expect((await open(article)).asOf('2025-06-01').get(exportStatus, H20)).toMatchObject({
    status: 'halted',
    since: '2025-04',
    reason: 'new US requirements',
  })
})

test('a month counts from its end, or from its beginning where one asks so; a chip nobody reported on is unreported', async () => {
  const timeline = await open(article)
  const status = (date: string, imprecise: 'latest' | 'earliest') => timeline.asOf(date, { imprecise }).get(exportStatus, H20).status
  expect([status('2025-04-29', 'latest'), status('2025-04-30', 'latest')]).toEqual(['unreported', 'halted'])
  expect([status('2025-03-31', 'earliest'), status('2025-04-01', 'earliest')]).toEqual(['unreported', 'halted'])
  expect(
    timeline
      .asOf('2025-04-15')
      .ambiguous(exportStatus, H20)
      .map((event) => event.id),
  ).toEqual(['article-h20-halted', 'article-h20-assurance'])
  expect(timeline.asOf().get(exportStatus, 'chip/h800')).toEqual({ status: 'unreported', sources: new Set() })
})

test("the filing supersedes the article's April, and the reader of the log can see it", async () => {
  const timeline = await open(article, context)
  const lines = []
  for await (const line of timeline.export()) lines.push(JSON.parse(line) as { id: string; supersedes?: string })
  expect(lines.find(({ id }) => id === 'nvidia-8k')).toMatchObject({
    supersedes: 'article-h20-halted',
    occurredAt: '2025-04-09',
    reportedAt: '2025-04-15',
  })
  expect(
    timeline
      .asOf()
      .events({ subject: H20 })
      .map(({ id }) => id),
  ).toEqual(['nvidia-8k', 'nvidia-h20-resumption', 'nvidia-h20-assurance'])
})

test('on 16 July 2025 NVIDIA has half its share, 1.5 million developers, and its sales resuming', async () => {
  const timeline = await open(article, context)
  const standing = timeline.asOf('2025-07-16').get(standingInChina, 'company/nvidia')
  expect(standing).toMatchObject({
    marketShare: { fromPercent: 95, toPercent: 50, since: '2025-05-21', source: 'press reports from Computex, Taipei, 21 May 2025' },
    developers: { countMin: 1_500_000, source: 'article of 16 July 2025' },
  })
  expect([...standing.sales]).toEqual([[H20, { status: 'resuming', source: 'NVIDIA, statement of mid July 2025' }]])
})

test('the model landscape names the models and whose they are, the apps, the shock, and what is open', async () => {
  const { models, apps, shocks, unsettled } = (await open(article, context)).asOf('2025-07-16').get(modelLandscape)
  expect([...models].map(([name, { developer }]) => [name, developer])).toEqual([
    ['DeepSeek-R1', 'DeepSeek'],
    ['DeepSeek', 'DeepSeek'],
    ["Alibaba's models", 'Alibaba'],
    ["Tencent's models", 'Tencent'],
    ["MiniMax's models", 'MiniMax'],
    ['Ernie Bot', 'Baidu'],
  ])
  expect([...apps].map(([name, { company }]) => [name, company])).toEqual([
    ['WeChat', 'Tencent'],
    ['Douyin', 'ByteDance'],
  ])
  expect(shocks).toMatchObject([{ by: 'DeepSeek', undercut: 'OpenAI', at: '2025-01' }])
  expect(unsettled.map(({ certainty }) => certainty)).toEqual(['unclear', 'reported'])
})

test('claims stand under who made them, with how sure they are', async () => {
  const view = (await open(article, context)).asOf('2025-07-16')
  expect([...view.entries(claims)].map(([speaker, list]) => [speaker, list.length])).toEqual([
    ['DeepSeek', 1],
    ['Jensen Huang', 13],
    ['NVIDIA', 3],
    ['stock market reports', 1],
    ['the article', 3],
    ['unnamed reports', 1],
  ])
  expect(view.get(claims, 'unnamed reports')).toMatchObject([{ certainty: 'reported', source: 'article of 16 July 2025' }])
})

test('the facts are in words of their own: no six words in a row are those of the article', ({ skip }) => {
  if (!existsSync(ARTICLE)) {
    console.warn('skipped: ../shared/article.txt is not there')
    skip('../shared/article.txt is not there')
  }
  const theirs = new Set(sixWords(readFileSync(ARTICLE, 'utf8')))
  const summaries = article
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { data: { summary: string } }).data.summary)
  expect(summaries.flatMap(sixWords).filter((words) => theirs.has(words))).toEqual([])
})

test.for(['article', 'context'])('every account of %s says who said it, how sure it is, when it was reported and by whom', (name) => {
  for (const line of readFileSync(`events/${name}.jsonl`, 'utf8').trim().split('\n')) {
    const { reportedAt, source, data } = JSON.parse(line) as { reportedAt: string; source: string; data: object }
    expect(reportedAt).toMatch(/^2025-\d\d-\d\d$/)
    expect(source).not.toBe('')
    expect(data).toMatchObject({
      saidBy: expect.any(String) as string,
      certainty: expect.stringMatching(/^(stated|reported|unclear)$/) as string,
    })
  }
})

test('npm start tells the story', () => {
  const { stdout, status } = start()
  expect(stdout).toMatchSnapshot()
  expect(status).toBe(0)
})

test('npm start keeps the story in timeline.asof, and a second run adds nothing', () => {
  const first = start().stdout
  expect(first).toContain('Kept: 26 events in timeline.asof, 26 of them new')
  expect(start().stdout).toBe(first.replace('26 of them new', '0 of them new'))
  expect(readFileSync(join(folder, 'timeline.asof'), 'utf8').match(/"id":/g)).toHaveLength(26)
})

test('npm start answers for any other date, and refuses what is none in one line', () => {
  expect(start('2025-05', '2025-05-01').stdout).toMatchSnapshot()
  expect(start('2025', '2025', '2025')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^Got 2025 as well\. .*\n$/) as string })
  expect(start('2025-13')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Got the date "2025-13"\..*\n$/) as string,
  })
})

function sixWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z]+|[0-9.]*[0-9]/g) ?? []
  return words.slice(5).map((_, index) => words.slice(index, index + 6).join(' '))
}

function start(...args: string[]) {
  return spawnSync(process.execPath, [resolve('dist/start.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '1' },
  }) // which must not turn colours on
}
