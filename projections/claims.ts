import { defineProjection } from 'asof'
import { events } from '../events/catalog.js'

export type Claim = { summary: string; certainty: 'stated' | 'reported' | 'unclear'; at: string; source: string }

/** What each speaker says, in the order in which it happened; the key is the speaker: `Jensen Huang`. */
export const claims = defineProjection({
  name: 'claims',
  events,
  key: (event) => event.data.saidBy,
  initial: (): Claim[] => [],
  on: (state, { occurredAt, data, source = '' }) => {
    state.push({ summary: data.summary, certainty: data.certainty, at: occurredAt, source })
  },
})
