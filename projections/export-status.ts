import { bySubject, defineProjection } from 'asof'
import { events } from '../events/catalog.js'

export type ExportStatus = {
  /** A chip that nobody reported on is `unreported`, which is not to say that it may be exported. */
  status: 'unreported' | 'halted' | 'resuming'
  since?: string
  reason?: string
  assuredBy?: string
  sources: Set<string>
}

/** Whether a chip may be exported to China, as far as reported; the key is the chip: `chip/h20`. */
export const exportStatus = defineProjection({
  name: 'export-status',
  events,
  key: bySubject,
  initial: (): ExportStatus => ({ status: 'unreported', sources: new Set() }),
  on: {
    'export.halted': (state, { occurredAt, data, source = '' }) => {
      state.status = 'halted'
      state.since = occurredAt
      state.reason = data.reason
      state.sources.add(source)
    },
    'export.resumption-announced': (state, { occurredAt, source = '' }) => {
      state.status = 'resuming'
      state.since = occurredAt
      delete state.reason
      state.sources.add(source)
    },
    'assurance.given': (state, { data, source = '' }) => {
      state.assuredBy = data.by
      state.sources.add(source)
    },
  },
})
