import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line that says how many tests ran. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const count = (state: string) => states.filter((one) => one === state).length
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length
    setImmediate(() =>
      process.stdout.write(`tests: ${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped')} skipped\n`),
    )
  }
}
