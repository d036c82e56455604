import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import * as asof from 'asof'
import * as testing from 'asof/testing'
import { expect, test } from 'vitest'

test('the public names are these and no others', () => {
  expect(Object.keys(asof).toSorted()).toEqual([
    'TimelineError',
    'bySubject',
    'defineEvents',
    'defineProjection',
    'diff',
    'fileLog',
    'fold',
    'latest',
    'memoryLog',
    'openTimeline',
    'parseWhen',
  ])
  expect(Object.keys(testing).toSorted()).toEqual(['arbitraryEvents', 'expectDeterministic', 'given'])
})

test('timelines and views have these methods and properties and no others', async () => {
  const timeline = await asof.openTimeline()
  const namesOf = (object: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(object))
      .filter((name) => name !== 'constructor')
      .toSorted()
  expect(namesOf(timeline)).toEqual(['append', 'asOf', 'close', 'export', 'ingest', 'off', 'on', 'position', 'refresh', 'replay', 'verify'])
  expect(namesOf(timeline.asOf())).toEqual([
    'ambiguous',
    'date',
    'entries',
    'events',
    'explain',
    'fingerprint',
    'get',
    'imprecise',
    'position',
    'reported',
    'with',
  ])
})

/** What each file of src may import, from the bottom up: only files named before it. */
// prettier-ignore
const LAYERS = [
  'error', 'sha256', 'log/log', 'log/memory', 'log/record', 'log/records', 'log/lock', 'log/flush', 'log/aside', 'log/file', 'calendar', 'when', 'argument', 'json', 'string-builder', 'json-text/exact-number', 'json-text/rewriting', 'json-text', 'freeze', 'canonical', 'canonical-json/key-order', 'canonical-json',
  'catalog', 'event', 'projection', 'synchronous', 'unshared', 'run/slots', 'run/ordinary', 'run/plain-copy', 'run/raw', 'run/working-map', 'run/working-set', 'run/stored', 'run/drafts', 'run/working-copy', 'recipe', 'run', 'fold', 'latest', 'history/rectangle', 'history/place', 'search', 'history/answer', 'history/checkpoints', 'history/chunk', 'history/chunks', 'history/folding', 'history/last-answers', 'history', 'ledger/numbers', 'ledger/entries', 'ledger/ids', 'ledger', 'histories', 'ambiguous', 'view', 'diff', 'commit', 'chain', 'clock', 'call', 'batch', 'verify', 'writer',
  'ingest/source', 'ingest/piece', 'ingest/utf8', 'ingest/lines', 'ingest/cursor', 'ingest/value', 'ingest/values', 'ingest/pieces', 'ingest/line', 'ingest/cloudevents', 'ingest/order', 'ingest/ingest', 'listeners', 'options', 'timeline', 'index',
  'cli/english', 'cli/text', 'cli/failure', 'cli/config', 'cli/choice', 'cli/session', 'cli/event-text', 'cli/state-text', 'cli/source', 'cli/progress', 'cli/tally', 'cli/rejects',
  'testing/view-of', 'testing/given', 'testing/arbitrary-text', 'testing/arbitrary-json', 'testing/arbitrary-data', 'testing/arbitrary-events', 'testing/import-projection', 'testing/account', 'testing/parts-of-date', 'testing/elsewhere-preload', 'testing/elsewhere', 'testing/other-process', 'testing/expect-deterministic', 'testing',
  'cli/add', 'cli/retract', 'cli/ingest', 'cli/state', 'cli/events', 'cli/history', 'cli/explain', 'cli/diff', 'cli/verify', 'cli/export', 'cli/program', 'cli/asof',
]

test('imports point one way', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -3))
  expect(files.toSorted()).toEqual(LAYERS.toSorted())
  for (const file of files) {
    const below = LAYERS.slice(0, LAYERS.indexOf(file))
    for (const imported of importsOf(`src/${file}.ts`)) {
      if (imported.startsWith('.'))
        expect(below, `${file} imports ${imported}`).toContain(normalize(join(dirname(file), imported)).replace(/\.js$/, ''))
    }
  }
})

test('the parts of a file, in a folder of its name, are no business of others', () => {
  const owners = {
    'canonical-json': ['canonical-json'],
    'json-text': ['json-text'],
    history: ['history', 'histories'],
    ledger: ['ledger'],
    run: ['run'],
    testing: ['testing'],
  }
  for (const file of LAYERS) {
    for (const imported of importsOf(`src/${file}.ts`).filter((name) => name.startsWith('.'))) {
      const folder = dirname(normalize(join(dirname(file), imported))) as keyof typeof owners
      if (folder in owners && dirname(file) !== folder) expect(owners[folder], imported).toContain(file)
    }
  }
})

test('a log knows only the contract, the error, and how a record ends', () => {
  for (const file of readdirSync('src/log').filter((name) => !name.endsWith('.d.ts'))) {
    for (const imported of importsOf(`src/log/${file}`)) expect(imported).toMatch(/^(\.\/|node:|\.\.\/(error|sha256)\.js$)/)
  }
})

test('what src imports is a dependency of the package, and not only of its development', () => {
  const { dependencies, peerDependencies } = packageJson()
  const there = Object.keys({ ...dependencies, ...peerDependencies })
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    for (const imported of importsOf(`src/${file}`)) {
      if (!/^(\.|node:)/.test(imported)) expect(there, file).toContain(imported.match(/^(@[^/]+\/)?[^/]+/)![0])
    }
  }
})

test('the package brings the command asof, a file that node runs', () => {
  const { bin } = packageJson()
  expect(Object.keys(bin)).toEqual(['asof'])
  expect(readFileSync(bin['asof']!, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

test('events and projections use public names only', () => {
  for (const folder of ['events', 'projections']) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
      for (const imported of importsOf(`${folder}/${file}`)) expect(['asof', 'zod', '../events/catalog.js']).toContain(imported)
    }
  }
})

function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^(?:import|export) [^'`;]*?from '([^']+)'/gm)].map((match) => match[1]!)
}

function packageJson() {
  return JSON.parse(readFileSync('package.json', 'utf8')) as Record<'dependencies' | 'peerDependencies' | 'bin', Record<string, string>>
}
