import { defineProjection } from 'asof'
import { events } from '../events/catalog.js'

export type Landscape = {
  models: Map<string, { developer: string; releasedAt?: string; open?: boolean; praisedBy?: string; sources: string[] }>
  apps: Map<string, { company: string; source: string }>
  /** What a model did to investors. */
  shocks: { by: string; undercut: string; at: string; source: string }[]
  /** What of how models came about is only reported, or not known. */
  unsettled: { summary: string; certainty: string; source: string }[]
}

/** China's AI models, what they are used in, and the stir they made: one state for all. */
export const modelLandscape = defineProjection({
  name: 'model-landscape',
  events,
  initial: (): Landscape => ({ models: new Map(), apps: new Map(), shocks: [], unsettled: [] }),
  on: {
    'model.released': ({ models }, { occurredAt, data, source = '' }) => {
      const { developer, open } = data
      const before = models.get(data.model)
      models.set(data.model, { ...before, developer, releasedAt: occurredAt, open, sources: [...(before?.sources ?? []), source] })
    },
    'model.praised': ({ models }, { data, source = '' }) => {
      const { developer, saidBy } = data
      const before = models.get(data.model)
      models.set(data.model, { ...before, developer, praisedBy: saidBy, sources: [...(before?.sources ?? []), source] })
    },
    'app.powered': ({ apps }, { data, source = '' }) => {
      apps.set(data.app, { company: data.company, source })
    },
    'investors.surprised': ({ shocks }, { occurredAt, data, source = '' }) => {
      shocks.push({ by: data.by, undercut: data.undercut, at: occurredAt, source })
    },
    'model.developed': ({ unsettled }, { data, source = '' }) => {
      unsettled.push({ summary: data.summary, certainty: data.certainty, source })
    },
    'chips.stockpiled': ({ unsettled }, { data, source = '' }) => {
      unsettled.push({ summary: data.summary, certainty: data.certainty, source })
    },
  },
})
