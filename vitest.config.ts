import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: [
      { find: /^asof$/, replacement: new URL('src/index.ts', import.meta.url).pathname },
      { find: /^asof\/testing$/, replacement: new URL('dist/src/testing.js', import.meta.url).pathname }, // it starts a process
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'] },
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 300_000,
  },
})
