import { nanoid } from 'nanoid'
import type { Catalog } from '../catalog.js'
import type { EventInput } from '../event.js'
import type { Coordinates } from '../history.js'
import { Ledger } from '../ledger.js'
import { View } from '../view.js'

/** All that is known of all time. */
export const ALL_TIME: Coordinates = { date: Infinity, reported: Infinity, position: 0, imprecise: 'latest' }

/** A view of just these events. Throws as `view.with` does. */
export function viewOf(inputs: readonly EventInput[], catalog: Catalog | undefined, at = ALL_TIME): View {
  return new View({ ledger: new Ledger(), catalog, newId: () => nanoid() }, at).with(inputs)
}
