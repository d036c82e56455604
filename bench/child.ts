import { Datasets } from './dataset.js'
import { GROUPS } from './groups.js'
import { LogFiles } from './log-files.js'
import type { Row } from './row.js'

/** What a process that measures tells the one that started it: a row of a case, or that the case is done. */
export type Report = { readonly name: string; readonly row?: Row }

const SMALL = 100_000 // events, below which nothing is measured for long: it is tried out

/** The process that measures: runs the cases named in its arguments, after the folder for its files and the size of the largest log. */
const [folder, size, ...names] = process.argv.slice(2)
const events = Number(size)
const bench = { datasets: new Datasets(), files: new LogFiles(folder!), events, budgetMs: events < SMALL ? 100 : 1500 }
const cases = Object.assign({}, ...GROUPS) as (typeof GROUPS)[number]
for (const name of names) {
  for await (const row of cases[name]!(bench)) report({ name, row })
  report({ name })
}
process.disconnect()

function report(message: Report): void {
  process.send!(message)
}
