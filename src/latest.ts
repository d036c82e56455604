import { bySubject, defineProjection } from './projection.js'

/** The last event of a type: when it happened, when it was reported, by whom, and what it says. */
export type Latest = {
  readonly [type: string]: { readonly occurredAt: string; readonly reportedAt: string; readonly source?: string; readonly data?: unknown }
}

/** A built-in projection by subject that needs no code: for each type of event, the last one. */
export const latest = defineProjection({
  name: 'latest',
  key: bySubject,
  initial: (): Latest => ({}),
  on: (state, { type, occurredAt, reportedAt, source, data }) => {
    state[type] = { occurredAt, reportedAt, ...(source !== undefined && { source }), ...(data !== undefined && { data }) }
  },
})
