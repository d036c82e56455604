import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAdd } from './add.js'
import { addDiff } from './diff.js'
import { addEvents } from './events.js'
import { addExplain } from './explain.js'
import { addExport } from './export.js'
import { addHistory } from './history.js'
import { addIngest } from './ingest.js'
import { addRetract } from './retract.js'
import { addState } from './state.js'
import { printable } from './text.js'
import { addVerify } from './verify.js'

/** The command line: `asof COMMAND`. */
export function createProgram(): Command {
  const program = new Command('asof')
    .description('What was true on one date, as reported by another.')
    .version(version(), '--version')
    .option('--log <path>', 'the file of the log (default: the one of the configuration, else timeline.asof)')
    .option('--config <file>', 'the configuration (default: the nearest asof.config.ts, .js or .mjs up the tree)')
    .option('--no-config', 'do without a configuration: any type of event, and the projection latest')
    .option('--json', 'print JSON, with dates as they were given')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (message, write) => write(`asof: ${printable(oneLine(message))}\n`) })
    .exitOverride()
    .addHelpText('after', AFTER)
  for (const add of [addIngest, addAdd, addRetract, addState, addEvents, addHistory, addExplain, addDiff, addVerify, addExport])
    add(program)
  return program
}

const AFTER = `
Dates are EDTF: 2025, 2025-04, 2025-04-09, 2025-04-09T09:00:00Z, [2025-04..2025-06]. A period ends with its last instant.

Exit codes: 0 fine, 1 some lines were refused, 2 usage, 3 the log is damaged, 4 any other failure.`

function version(): string {
  const { version: text } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
  return text
}

function oneLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
