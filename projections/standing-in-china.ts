import { defineProjection } from 'asof'
import { type StoryEvent, events } from '../events/catalog.js'

export type Standing = {
  /** Chips whose sales stopped or are to resume, by subject. */
  sales: Map<string, { status: 'halted' | 'resuming'; source: string }>
  marketShare?: { summary: string; since: string; fromPercent?: number | undefined; toPercent?: number | undefined; source: string }
  developers?: { countMin: number; source: string }
}

/** How a company stands in China, as far as reported; the key is the company: `company/nvidia`. */
export const standingInChina = defineProjection({
  name: 'standing-in-china',
  events,
  key: companyOf,
  initial: (): Standing => ({ sales: new Map() }),
  on: {
    'export.halted': ({ sales }, { subject, source = '' }) => {
      sales.set(subject, { status: 'halted', source })
    },
    'export.resumption-announced': ({ sales }, { subject, source = '' }) => {
      sales.set(subject, { status: 'resuming', source })
    },
    'market-share.fell': (state, { occurredAt, data, source = '' }) => {
      const { summary, fromPercent, toPercent } = data
      state.marketShare = { summary, since: occurredAt, fromPercent, toPercent, source }
    },
    'developers.counted': (state, { data, source = '' }) => {
      state.developers = { countMin: data.countMin, source }
    },
  },
})

/** What happens to a chip's exports bears on its seller; everything else on its subject. */
function companyOf(event: StoryEvent): string {
  return event.type === 'export.halted' || event.type === 'export.resumption-announced' ? event.data.seller : event.subject
}
