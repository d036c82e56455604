import { didYouMean, invalidArgument } from '../argument.js'
import { quote } from '../error.js'
import type { Keyed, Projection } from '../projection.js'
import type { View } from '../view.js'
import { printable } from './text.js'

/** A command's projections; the first is the default one. */
export type Projections = readonly [Projection, ...Projection[]]

/** What a command is asked for: a projection, and one of its keys or, with none, all of them. */
export type Choice = { readonly projection: Projection; readonly key: string | undefined }

/**
 * What `[PROJECTION] [KEY]` names. The first is a projection where one has that name, else a key of the default
 * projection. Throws `INVALID_ARGUMENT`.
 */
export function choose(projections: Projections, first?: string, second?: string): Choice {
  const [byDefault] = projections
  const named = projections.find((projection) => projection.name === first)
  if (named !== undefined) return { projection: named, key: second }
  if (first === undefined || (second === undefined && byDefault.keyed)) return { projection: byDefault, key: first }
  const names = projections.map((projection) => projection.name)
  throw invalidArgument(
    `Got ${quote(first)} as a projection`,
    `one of ${names.join(', ')}`,
    `${didYouMean(first, names)}Correct the name, or add the projection to the configuration`,
  )
}

/** The arguments of a view's methods for one state. Whether the projection is keyed is checked there, and not by types. */
export function one({ projection, key }: Choice): [Keyed<unknown>, string] {
  return [projection, key] as [Keyed<unknown>, string]
}

/** Whether a choice is of every key of a keyed projection. */
export function isEvery(choice: Choice): choice is { readonly projection: Keyed<unknown>; readonly key: undefined } {
  return choice.projection.keyed && choice.key === undefined
}

/** What is told when nothing bears on a choice: the projection or the key that may have been meant. */
export function nothingOn(view: View, { projection, key }: Choice, projections: Projections): string {
  if (key === undefined) return printable(`Nothing bears on ${projection.name} by then.`)
  const keys = projection.keyed ? [...view.entries(projection)].map(([name]) => name) : []
  const meant = didYouMean(key, [...projections.map(({ name }) => name), ...keys])
  return printable(`Nothing bears on ${quote(key)} in ${projection.name} by then. ${meant}`.trim())
}
