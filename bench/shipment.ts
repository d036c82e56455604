import { bySubject, defineEvents, defineProjection } from 'asof'
import { z } from 'zod'

const data = z.object({ place: z.string(), weight: z.number() })

/** What happens to shipments: the types of every made-up event. */
export const shipmentEvents = defineEvents({ 'shipment.left': data, 'shipment.arrived': data, 'shipment.weighed': data })

/** The names of the types. */
export const TYPES = Object.keys(shipmentEvents) as ShipmentType[]
export type ShipmentType = keyof typeof shipmentEvents

/** What a recipe needs of an event; events out of a timeline have it, and plain ones. */
export type Report = {
  readonly subject: string
  readonly occurredAt: string
  readonly data: { readonly place: string; readonly weight: number }
}

/** Where a shipment is; `weight` depends on the order of all the events. */
export type Standing = { status: string; since: string; place: string; weight: number; legs: number }

export const initialStanding = (): Standing => ({ status: 'unreported', since: '', place: '', weight: 0, legs: 0 })

type StandingRecipes = { readonly [T in ShipmentType]: (state: Standing, event: Report) => void }

/** The recipes, as immer runs them on a draft and a loop on a plain object. */
export const standingRecipes: StandingRecipes = {
  'shipment.left': (state, event) => {
    state.status = 'under way'
    state.since = event.occurredAt
    state.legs += 1
  },
  'shipment.arrived': (state, event) => {
    state.status = 'there'
    state.since = event.occurredAt
    state.place = event.data.place
  },
  'shipment.weighed': (state, event) => {
    state.weight = (state.weight * 31 + event.data.weight) % 1_000_003
  },
}

/** The same as a reducer that returns a new state, which is how event stores document theirs. */
export function standingAfter(state: Standing, event: Report & { readonly type: ShipmentType }): Standing {
  const next = { ...state }
  standingRecipes[event.type](next, event)
  return next
}

/** A state for each shipment. */
export const defineStanding = (recipes = standingRecipes) =>
  defineProjection({ name: 'standing', events: shipmentEvents, key: bySubject, initial: initialStanding, on: recipes })

/** The same recipes, and how often they were called. */
export function countingRecipes(): { readonly recipes: StandingRecipes; readonly count: () => number } {
  let calls = 0
  const counting = (type: ShipmentType) => (state: Standing, event: Report) => {
    calls += 1
    standingRecipes[type](state, event)
  }
  return { recipes: Object.fromEntries(TYPES.map((type) => [type, counting(type)])) as StandingRecipes, count: () => calls }
}

/** One state with all shipments inside. */
export type Overview = { readonly standings: Record<string, Standing> }

export const initialOverview = (): Overview => ({ standings: {} })

/** A recipe of the single state for each type. */
export const overviewRecipes = Object.fromEntries(
  TYPES.map((type) => [
    type,
    (state: Overview, event: Report) => standingRecipes[type]((state.standings[event.subject] ??= initialStanding()), event),
  ]),
) as { readonly [T in ShipmentType]: (state: Overview, event: Report) => void }

/** The same as a reducer that returns a new state. */
export function overviewAfter({ standings }: Overview, event: Report & { readonly type: ShipmentType }): Overview {
  const { subject } = event
  return { standings: { ...standings, [subject]: standingAfter(standings[subject] ?? initialStanding(), event) } }
}

export const defineOverview = () =>
  defineProjection({ name: 'overview', events: shipmentEvents, initial: initialOverview, on: overviewRecipes })

/** The last report about a shipment, and nothing of those before it. */
export type LastReport = { type: string; occurredAt: string }

export const defineLastReport = () =>
  defineProjection({
    name: 'last-report',
    events: shipmentEvents,
    key: bySubject,
    initial: (): LastReport => ({ type: '', occurredAt: '' }),
    on: (state, { type, occurredAt }) => {
      state.type = type
      state.occurredAt = occurredAt
    },
  })
