import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { GROUPS, NAMES } from './groups.js'
import { describeMachine, machineText } from './machine.js'
import { CASE_MS_MAX, measure } from './measure.js'
import { durationText, numberText } from './number-text.js'
import { isReached } from './row.js'
import { tableOf } from './table.js'

const EVENTS_MAX = 1_000_000

/** What the command line asks for. Throws where it asks for what there is not. */
function readArguments(): { readonly json: string | undefined; readonly events: number; readonly names: readonly string[] } {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, events: { type: 'string', default: String(EVENTS_MAX) } },
    allowPositionals: true,
  })
  const events = Number(values.events)
  const unknown = positionals.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw new Error(`Got the case ${unknown}; there are ${NAMES.join(', ')}`)
  if (!Number.isInteger(events) || events < 1000 || events > EVENTS_MAX)
    throw new Error(`Got --events ${values.events}; give a number from 1000 to ${EVENTS_MAX}`)
  return { json: values.json, events, names: positionals.length > 0 ? positionals : NAMES }
}

const { json, events, names } = readArguments()
if (json !== undefined) writeFileSync(json, '', { flag: 'a' }) // where it cannot be written, that is known before anything is measured; what is there stays till then
const began = performance.now()
const folder = mkdtempSync(fileURLToPath(new URL('../files-', import.meta.url))) // beside the code, where the disk is a real one
const onDone = (name: string, ms: number) => process.stderr.write(`${name}: ${durationText(ms)}\n`)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.once('SIGINT', () => process.exit(130)) // which then removes the files
const rows = []
const stopped = []
for (const group of GROUPS) {
  const wanted = Object.keys(group).filter((name) => names.includes(name))
  const measured = await measure(wanted, { folder, events, onDone })
  rows.push(...measured.rows)
  stopped.push(...measured.stopped)
}
const machine = describeMachine()
console.log(tableOf(rows))
if (events < EVENTS_MAX) console.log(`\nThe goals are those of a log of ${numberText(EVENTS_MAX)} events.`)
if (stopped.length > 0) console.log(`\nStopped after ${durationText(CASE_MS_MAX)}: ${stopped.join(', ')}`)
console.log(`\n${machineText(machine)}; ${durationText(performance.now() - began)}`)
if (json !== undefined) {
  const judged = rows.map((row) => ({ ...row, ...(row.goal !== undefined && { reached: isReached(row.figure, row.goal) }) }))
  writeFileSync(json, `${JSON.stringify({ machine, events, rows: judged, stopped }, undefined, 2)}\n`)
}
