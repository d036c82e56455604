import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'

// Each example of the README is compiled, strictly, against the built package, and run; what it prints is what its comments say.

const FOLDER = 'dist/readme'
const readme = readFileSync('README.md', 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!)

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  for (const [index, example] of examples.entries()) writeFileSync(`${FOLDER}/${index}.ts`, example)
  writeFileSync(
    `${FOLDER}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: { noEmit: false, rootDir: '.', outDir: 'out' }, include: ['*.ts'] }),
  )
  execFileSync('npx', ['tsc', '-p', FOLDER])
})

test.for(examples.map((example, index) => [index, example] as const))('example %i prints what it says', ([index, example]) => {
  const said = [...example.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1])
  expect(said.length).toBeGreaterThan(0)
  expect(
    execFileSync(process.execPath, [`${FOLDER}/out/${index}.js`], { encoding: 'utf8' })
      .trim()
      .split('\n'),
  ).toEqual(said)
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
