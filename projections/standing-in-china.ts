import { defineProjection } from 'asof'
import { type StoryEvent, events } from '../events/catalog.js'

export type Standing = {
  /** Chips whose sales stopped or are to resume, by subject. */
  sales: Map<string, 'halted' | 'resuming'>
  marketShare?: { summary: string; fromPercent?: number; toPercent?: number; since: string }
  developersMin?: number
  sources: string[]
}

/** How a company stands in China, as far as reported; the key is the company: `company/nvidia`. */
export const standingInChina = defineProjection({
  name: 'standing-in-china',
  events,
  key: companyOf,
  initial: (): Standing => ({ sales: new Map(), sources: [] }),
  on: {
    'export.halted': (state, { subject, source = '' }) => {
      state.sales.set(subject, 'halted')
      state.sources.push(source)
    },
    'export.resumption-announced': (state, { subject, source = '' }) => {
      state.sales.set(subject, 'resuming')
      state.sources.push(source)
    },
    'market-share.fell': (state, { occurredAt, data, source = '' }) => {
      const { summary, fromPercent, toPercent } = data
      state.marketShare = { summary, since: occurredAt, ...(fromPercent !== undefined && { fromPercent }), ...(toPercent !== undefined && { toPercent }) }
      state.sources.push(source)
    },
    'developers.counted': (state, { data, source = '' }) => {
      state.developersMin = data.countMin
      state.sources.push(source)
    },
  },
})

/** What happens to a chip's exports bears on its seller; everything else on its subject. */
function companyOf(event: StoryEvent): string {
  return event.type === 'export.halted' || event.type === 'export.resumption-announced' ? event.data.seller : event.subject
}
