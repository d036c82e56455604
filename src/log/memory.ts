import { TimelineError } from '../error.js'
import { type Log, RECORD_BYTES_MAX } from './log.js'

/** A log in memory, gone with the process: for tests and hypotheses. Several timelines may share one. */
export function memoryLog(): Log {
  const records: string[] = []
  return {
    maxRecordBytes: RECORD_BYTES_MAX,
    async append(seq, record) {
      if (seq !== records.length + 1) {
        throw new TimelineError(
          'CONFLICT',
          {
            arrived: `Got record ${seq} for a log of ${records.length} records`,
            expected: `record ${records.length + 1}`,
            remedy: 'Read what was appended since, and append after it',
          },
          { record: seq },
        )
      }
      records.push(record)
    },
    async *read(from) {
      yield* records.slice(from - 1)
    },
    async close() {},
  }
}
