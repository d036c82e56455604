import type { Case } from './case.js'
import { asOf } from './cases/as-of.js'
import { replay } from './cases/replay.js'

/** The cases by name, in groups that share data sets. */
export const GROUPS: readonly Readonly<Record<string, Case>>[] = [{ 'as-of': asOf, replay }]

/** The names of the cases. */
export const NAMES: readonly string[] = GROUPS.flatMap((group) => Object.keys(group))
