#!/usr/bin/env node
import { exitCodeOf, sentenceOf } from './failure.js'
import { createProgram } from './program.js'

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit() // whoever read the output has seen enough
    fail(error)
  })
process.on('uncaughtException', fail) // a configuration can leave something behind that fails later

try {
  await createProgram().parseAsync()
} catch (error) {
  tell(error)
}
exitWhenWritten()

/** Does not wait for what a configuration left running. */
function exitWhenWritten(): void {
  process.stdout.write('', (error) => {
    if (!error) process.stderr.write('', () => process.exit()) // an error is heard above
  })
}

function tell(error: unknown): void {
  const sentence = sentenceOf(error)
  if (sentence !== '') process.stderr.write(`asof: ${sentence}\n`)
  process.exitCode = exitCodeOf(error)
}

function fail(error: unknown): void {
  tell(error)
  process.exit()
}
