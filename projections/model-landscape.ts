import { defineProjection } from 'asof'
import { events } from '../events/catalog.js'

type Model = { developer: string; releasedAt?: string; open?: boolean; praisedBy?: string; sources: string[] }

export type Landscape = {
  models: Map<string, Model>
  apps: Map<string, { company: string; sources: string[] }>
  /** What a model did to investors. */
  shocks: { by: string; undercut: string; at: string; source: string }[]
  /** What is not known of how models came about. */
  open: { question: string; certainty: string; source: string }[]
}

/** China's AI models, what they are used in, and the stir they made: one state for all. */
export const modelLandscape = defineProjection({
  name: 'model-landscape',
  events,
  initial: (): Landscape => ({ models: new Map(), apps: new Map(), shocks: [], open: [] }),
  on: {
    'model.released': ({ models }, { occurredAt, data, source = '' }) => {
      const before = models.get(data.model)
      models.set(data.model, { ...before, developer: data.developer, releasedAt: occurredAt, open: data.open, sources: [...(before?.sources ?? []), source] })
    },
    'model.praised': ({ models }, { data, source = '' }) => {
      const before = models.get(data.model)
      models.set(data.model, { ...before, developer: data.developer, praisedBy: data.saidBy, sources: [...(before?.sources ?? []), source] })
    },
    'app.powered': ({ apps }, { data, source = '' }) => {
      apps.set(data.app, { company: data.company, sources: [...(apps.get(data.app)?.sources ?? []), source] })
    },
    'investors.surprised': ({ shocks }, { occurredAt, data, source = '' }) => {
      shocks.push({ by: data.by, undercut: data.undercut, at: occurredAt, source })
    },
    'model.developed': ({ open }, { data, source = '' }) => {
      open.push({ question: data.summary, certainty: data.certainty, source })
    },
    'chips.stockpiled': ({ open }, { data, source = '' }) => {
      open.push({ question: data.summary, certainty: data.certainty, source })
    },
  },
})
