import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { defineConfig } from 'vitest/config'
import config from './vitest.config.js'

/** The tests that `test/mutants.ts` names, in its order. */
const TESTS = (process.env['TESTS'] ?? '').split(' ').map((name) => `test/${name}.test.ts`)

class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => TESTS.findIndex((test) => moduleId.endsWith(test))
    return files.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

export default defineConfig({
  ...config,
  test: {
    include: TESTS,
    setupFiles: ['test/mutant.ts'],
    env: { RUNS: '50' },
    sequence: { sequencer: AsNamed },
    testTimeout: 300_000,
  },
})
