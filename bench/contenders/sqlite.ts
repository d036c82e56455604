import sqlite from 'node-sqlite3-wasm'
import type { Query } from '../query.js'
import type { PlainEvent } from '../sample.js'
import type { LastReport } from '../shipment.js'

/** A table that is its own index: the rows of a subject lie together, in the order in which the query wants them. */
const TABLE = `CREATE TABLE event (
  subject TEXT, instant INTEGER, reported INTEGER, position INTEGER, superseded_from INTEGER, type TEXT, occurred_at TEXT,
  PRIMARY KEY (subject, instant, reported, position)
) WITHOUT ROWID`

const LAST_REPORT = `SELECT type, occurred_at AS occurredAt FROM event
  WHERE subject = ? AND instant <= ? AND reported <= ? AND superseded_from > ?
  ORDER BY instant DESC, reported DESC, position DESC LIMIT 1`

/** SQLite in memory, asked for the last report of a subject as of a date and a report. Is to be closed. */
export function sqliteOf(arrays: ReadonlyMap<string, readonly PlainEvent[]>): {
  readonly ask: (query: Query) => LastReport | undefined
  readonly close: () => void
} {
  const database = new sqlite.Database()
  database.exec(TABLE)
  database.exec('BEGIN')
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (const [subject, events] of arrays) {
    for (const { instant, reportedMs, position, supersededFromMs, type, occurredAt } of events)
      insert.run([subject, instant, reportedMs, position, Math.min(supersededFromMs, Number.MAX_SAFE_INTEGER), type, occurredAt])
  }
  insert.finalize()
  database.exec('COMMIT')
  const select = database.prepare(LAST_REPORT)
  return {
    ask: ({ subject, date, reported }) => (select.get([subject, date, reported, reported]) ?? undefined) as LastReport | undefined,
    close: () => {
      select.finalize()
      database.close()
    },
  }
}
