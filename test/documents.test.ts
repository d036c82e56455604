import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Each example of the README, of docs/ and of CONTRIBUTING is run. TypeScript is compiled, strictly, against the built package, and prints
// what its comments say. A console's commands run one after the other in a folder of their section, where the files lie
// that the section names behind the language, and print what stands beneath them; … stands for any text.

type Block = { readonly language: string; readonly file: string | undefined; readonly text: string }
type Section = { readonly title: string; readonly blocks: readonly Block[] }

const COMPILED = 'dist/documents'
const readme = readFileSync('README.md', 'utf8')
const sections = [...sectionsOf('README.md'), ...sectionsOf('docs/recipes.md')]
const examples = sections.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'ts'))
const folder = mkdtempSync(join(tmpdir(), 'asof-'))
const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, NO_COLOR: '1' }

beforeAll(() => {
  rmSync(COMPILED, { recursive: true, force: true })
  mkdirSync(COMPILED, { recursive: true })
  for (const [index, { text }] of examples.entries()) writeFileSync(`${COMPILED}/${index}.ts`, text)
  const compilerOptions = { noEmit: false, rootDir: '.', outDir: 'out', declaration: false }
  writeFileSync(`${COMPILED}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] }))
  execFileSync('npx', ['tsc', '-p', COMPILED])
  mkdirSync(`${folder}/bin`)
  writeFileSync(`${folder}/bin/asof`, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/src/cli/asof.js')}' "$@"\n`)
  chmodSync(`${folder}/bin/asof`, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true }))

test.for(examples.filter(({ file }) => file === undefined).map((example) => [firstLines(example.text), example] as const))(
  'an example prints what it says: %s',
  ([, example]) => {
    const said = [...example.text.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1])
    expect(said.length).toBeGreaterThan(0)
    const cwd = mkdtempSync(join(folder, 'example-'))
    const printed = execFileSync(process.execPath, [resolve(COMPILED, 'out', `${examples.indexOf(example)}.js`)], { encoding: 'utf8', cwd })
    expect(printed.trim().split('\n')).toEqual(said)
  },
)

const consoles = sections.filter(({ blocks }) => blocks.some(({ language }) => language === 'console'))

test.for(consoles.map((section) => [section.title, section] as const))(
  'the commands of a section print what it says: %s',
  ([, section]) => {
    const cwd = mkdtempSync(join(folder, 'section-'))
    for (const { language, file, text } of section.blocks) {
      if (file !== undefined) writeFileSync(join(cwd, file), text)
      if (language !== 'console') continue
      for (const [command = '', ...expected] of text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => part.trimEnd().split('\n'))) {
        const { stdout } = spawnSync('bash', ['-c', `${command} 2>&1`], { encoding: 'utf8', cwd, env })
        expect(stdout.trimEnd(), command).toMatch(patternOf(expected.join('\n')))
      }
    }
  },
)

test('the test of a projection that CONTRIBUTING shows passes, beside a projection', () => {
  const [, text = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync('CONTRIBUTING.md', 'utf8'))!
  writeFileSync(`${COMPILED}/export-status.js`, "export * from '../projections/export-status.js'\n")
  writeFileSync(`${COMPILED}/export-status.test.js`, text)
  const printed = execFileSync(process.execPath, ['--test', '--test-reporter=tap', `${COMPILED}/export-status.test.js`], {
    encoding: 'utf8',
  })
  expect(printed).toMatch(/^# pass 2$/m)
  expect(printed).toMatch(/^# fail 0$/m)
})

test('the README begins with the two commands, and they are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  expect(readme.match(/^npm ci && npm (\w+)/gm)).toEqual(['npm ci && npm start', 'npm ci && npm test'])
  for (const [, script] of readme.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(script!)
})

test('the README lists every error code', () => {
  const codes = readFileSync('src/error.ts', 'utf8')
    .match(/'([A-Z_]+)'/g)!
    .map((code) => code.slice(1, -1))
  for (const code of codes) expect(readme).toContain(`\`${code}\``)
})

function sectionsOf(path: string): Section[] {
  return readFileSync(path, 'utf8')
    .split(/^## /m)
    .map((part) => ({
      title: `${path}, ${firstLines(part)}`,
      blocks: [...part.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', file, text = '']) => ({
        language,
        file,
        text,
      })),
    }))
}

function firstLines(text: string): string {
  return text.split('\n').find((line) => line !== '' && !line.startsWith('import'))!
}

function patternOf(expected: string): RegExp {
  const parts = expected.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
