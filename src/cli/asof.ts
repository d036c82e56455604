#!/usr/bin/env node
import { exitCodeOf, sentenceOf } from './failure.js'
import { createProgram } from './program.js'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit() // whoever read the output has seen enough
  throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  const sentence = sentenceOf(error)
  if (sentence !== '') process.stderr.write(`asof: ${sentence}\n`)
  process.exitCode = exitCodeOf(error)
}
