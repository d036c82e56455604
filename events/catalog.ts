import { type TimelineEvent, defineEvents } from 'asof'
import { z } from 'zod'

/** Who says it, how sure it is, and what is said, in a few plain words. Every event's data begins with these. */
const account = {
  saidBy: z.string(),
  certainty: z.enum(['stated', 'reported', 'unclear']),
  summary: z.string(),
}

/** The types of events in the story of the H20 chip and of China's AI models. */
export const events = defineEvents({
  'export.halted': z.object({ ...account, by: z.string(), seller: z.string(), reason: z.string(), chargesUsdMax: z.number().optional() }),
  'export.resumption-announced': z.object({ ...account, by: z.string(), seller: z.string() }),
  'assurance.given': z.object({ ...account, by: z.string(), to: z.string() }),
  'market-share.fell': z.object({ ...account, country: z.string(), fromPercent: z.number().optional(), toPercent: z.number().optional() }),
  'developers.counted': z.object({ ...account, country: z.string(), countMin: z.number().int() }),
  'model.released': z.object({ ...account, model: z.string(), developer: z.string(), open: z.boolean() }),
  'model.praised': z.object({ ...account, model: z.string(), developer: z.string() }),
  'model.developed': z.object({ ...account, developer: z.string() }),
  'investors.surprised': z.object({ ...account, by: z.string(), undercut: z.string(), on: z.array(z.string()) }),
  'shares.fell': z.object({ ...account, percent: z.number() }),
  'chips.stockpiled': z.object({ ...account, owner: z.string(), ownerOf: z.string() }),
  'app.powered': z.object({ ...account, app: z.string(), company: z.string(), kind: z.string() }),
  'warning.given': z.object({ ...account, beneficiary: z.string() }),
  'remark.made': z.object({ ...account, topic: z.string(), place: z.string().optional() }),
})

export type StoryEvent = TimelineEvent<typeof events>
