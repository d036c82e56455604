import { quantile } from 'simple-statistics'

/** A figure that was measured several times: its median, and the quartiles around it. */
export type Spread = { readonly median: number; readonly lower: number; readonly upper: number; readonly count: number }

/** Throws where there is nothing to take the median of. */
export function spreadOf(figures: readonly number[]): Spread {
  if (figures.length === 0 || !figures.every((figure) => Number.isFinite(figure))) throw new Error(`no figures: ${figures.join()}`)
  const [lower, median, upper] = quantile([...figures], [0.25, 0.5, 0.75]) as [number, number, number]
  return { median, lower, upper, count: figures.length }
}
