import { expect } from 'vitest'
import type { Run } from './folder.js'

/** Expects a run to have ended with one line on standard error and nothing else: no output, no stack trace. */
export function expectRefused({ stdout, stderr, status }: Run, code: number, sentence: string | RegExp): void {
  expect(stderr).toMatch(sentence)
  expect(stderr).toMatch(/^asof: [^\n]+\n$/)
  expect({ stdout, status }).toEqual({ stdout: '', status: code })
}
