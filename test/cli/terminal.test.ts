import { spawnSync } from 'node:child_process'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { Folder } from './folder.js'

const story = new Folder()
const PLAIN = { NO_COLOR: '1' }
const ESC = '\u001B'
const UNCOLOURED = `[^${ESC}]*`
const BOLD = `${ESC}\\[1m${UNCOLOURED}${ESC}\\[22m`
const DOUBT = `${ESC}\\[33m {2}\\? not certain: ${UNCOLOURED}${ESC}\\[39m`

beforeAll(() => {
  story.copy('asof.config.ts', 'events', 'projections')
  story.asof('ingest events/article.jsonl events/context.jsonl')
})

beforeEach(({ skip }) => {
  if (spawnSync('script', ['--version']).status === 0) return
  console.warn('skipped: script, of bsdutils, is not there to make a terminal')
  skip('script, of bsdutils, is not there')
})

test.for([
  'state chip/h20 --at 2025-07-16',
  'events --at 2025-02 --subject company/nvidia',
  'history chip/h20 --at 2025-05',
  'explain chip/h20 --at 2025-07-16',
  'diff --from-at 2025-06-01 --to-at 2025-07-16',
  'state latest company/high-flyer --at 2025-07-16',
])('dates are in plain English, and nothing is coloured that should not be: %s', (args) => {
  const shown = story.terminal(args, PLAIN)
  expect(shown).toMatchSnapshot()
  expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(shown).not.toMatch(/\d{4}-\d\d/)
})

test('dates are as they were given with --json', () => {
  const shown = story.terminal('state chip/h20 --at 2025-07-16 --json', PLAIN)
  expect(shown).toContain('"since": "[2025-07-14,2025-07-15]"')
  const events = JSON.parse(story.terminal('events --at 2025-02 --json', PLAIN)) as { occurredAt: string }[]
  expect(events.map(({ occurredAt }) => occurredAt)).toEqual(['2025-01-20', '2025-01-27', '2025-01', '[..2025-01]'])
})

test('keys are bold and doubts yellow, and each colour ends on its line', () => {
  const shown = story.terminal('state chip/h20 --at 2025-06-01')
  expect(shown).toContain(`${ESC}[1mchip/h20${ESC}[22m\n`)
  for (const line of shown.trimEnd().split('\n')) expect(line).toMatch(new RegExp(`^(${UNCOLOURED}|${BOLD}|${DOUBT})$`))
})

test('what is told beside the output is coloured where that goes to a terminal, wherever the output goes', () => {
  story.write('null.jsonl', 'null\n')
  const shown = (to: string) => story.terminalOf(`ingest null.jsonl --log new.asof ${to}`)
  expect(shown('> out.txt')).toContain(`null.jsonl:1 ${ESC}[31mINVALID_EVENT${ESC}[39m`)
  expect(shown('2> err.txt')).not.toContain(ESC)
  expect(story.read('out.txt') + story.read('err.txt')).not.toContain(ESC)
})

test.for([{ TERM: 'dumb' }, PLAIN])('no colour reaches a terminal with %j', (setting) => {
  expect(story.terminal('state chip/h20 --at 2025-06-01', setting)).not.toContain(ESC)
  expect(story.terminal('verify', setting)).not.toContain(ESC)
})

test('progress is one line that is gone at the end, with no line too wide for the terminal', () => {
  const shown = story.terminal('ingest events/article.jsonl --log new.asof').split(`\r${ESC}[2K`)
  expect(shown.at(-2)).toBe(`events/article.jsonl ${'█'.repeat(24)} 100% 20 lines, 20 appended`)
  expect(shown.at(-1)).toBe('20 events appended to new.asof, 0 duplicates, 0 refused\n')
  const wide = `${'long-'.repeat(30)}.jsonl`
  story.write(wide, story.read('events/article.jsonl'))
  const lines = story.terminal(`ingest ${wide} --log wide.asof`).split(`\r${ESC}[2K`)
  expect(lines.slice(0, -1).every((line) => line.length < 80)).toBe(true)
  expect(lines.at(-1)).toBe('20 events appended to wide.asof, 0 duplicates, 0 refused\n')
})

test('an error on a terminal is one line too', () => {
  expect(story.terminal('state --at 2025-13')).toMatch(/^asof: Got the date "2025-13"\. \P{Cc}*\n$/u)
})
