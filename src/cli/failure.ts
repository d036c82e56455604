import { CommanderError } from 'commander'
import { type ErrorCode, TimelineError } from '../error.js'
import { LINE_FAULTS } from '../ingest/ingest.js'
import { printable } from './text.js'

/** What the command line exits with. */
export const EXIT = { fine: 0, refused: 1, usage: 2, damaged: 3, failed: 4 } as const

/** The codes of what was typed wrong; typing it otherwise mends it. */
const USAGE: readonly ErrorCode[] = ['INVALID_ARGUMENT', ...LINE_FAULTS]

/** What a command ends with that no other typing of it would mend: a file that is not there, a configuration that fails. */
export class Failure extends Error {}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage
  if (error instanceof Failure) return codeOf(error.cause) === 'LOG_CORRUPT' ? EXIT.damaged : EXIT.failed
  if (codeOf(error) === 'LOG_CORRUPT') return EXIT.damaged
  return USAGE.includes(codeOf(error)!) ? EXIT.usage : EXIT.failed
}

function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof TimelineError ? error.code : undefined
}

/** An error as one line that ends with a full stop; empty for one that commander has told already. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) return ''
  const message = error instanceof Error ? error.message : String(error)
  return printable(
    message
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\.?$/, '.'),
  )
}
