import { type Log, RECORD_BYTES_MAX, conflict } from './log.js'

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** A log in memory, gone with the process: for tests and hypotheses. Several timelines may share one. */
export function memoryLog(): Required<Log> {
  const records: string[] = []
  const watching = new Set<{ onGrowth: () => void }>()
  return {
    maxRecordBytes: RECORD_BYTES_MAX,
    async append(seq, record, utf8) {
      if (seq !== records.length + 1) throw conflict(seq, records.length)
      records.push(utf8 === undefined ? record : DECODER.decode(utf8)) // `record` may hold the source that it was cut from
      for (const { onGrowth } of watching) queueMicrotask(onGrowth)
    },
    async *read(from) {
      yield* records.slice(from - 1)
    },
    watch(onGrowth) {
      const watcher = { onGrowth }
      watching.add(watcher)
      return () => void watching.delete(watcher)
    },
    async close() {
      watching.clear()
    },
  }
}
