/**
 * Breaks what a query rests on in every way that Stryker knows, and tells which of the mutants no test finds.
 *
 *     npm run test:mutants
 *     npm run test:mutants -- src/when.ts
 */
import { Stryker } from '@stryker-mutator/core'

const SCORE_MIN = 85

/** What is mutated, and which tests are tried on its mutants, those first that fail soonest. */
const TESTS = {
  'src/when.ts': ['when', 'error'],
  'src/event.ts': ['error', 'view', 'projection', 'timeline', 'when', 'properties'],
  'src/view.ts': ['error', 'view', 'projection', 'timeline', 'properties'],
  'src/history.ts': ['view', 'checkpoints', 'history', 'properties'],
  'src/commit.ts': ['error', 'timeline'],
  'src/log/file.ts': ['log/file', 'faults/cut', 'faults/overtaken', 'faults/changed'],
}

async function scoreOf(file) {
  process.env.TESTS = TESTS[file].join(' ')
  const mutants = await new Stryker({
    mutate: [file],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutants.config.ts', related: false },
    ignorePatterns: ['tsconfig.json'], // which Stryker would rewrite with the API of an older TypeScript
    concurrency: 2,
    timeoutMS: 20_000, // a machine that does other things, too, must not pass for a mutant that hangs
    reporters: ['clear-text', 'progress', 'html'],
    htmlReporter: { fileName: `reports/${file.replaceAll('/', '-')}.html` },
    clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: false },
  }).runMutationTest()
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length
  const [found, missed] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')]
  return { file, mutants: found + missed, found, missed, score: Math.floor((1000 * found) / (found + missed)) / 10 }
}

const asked = process.argv.slice(2)
const rows = []
for (const file of asked.length > 0 ? asked : Object.keys(TESTS)) rows.push(await scoreOf(file))
console.table(rows)
if (rows.some(({ score }) => score < SCORE_MIN)) process.exitCode = 1
