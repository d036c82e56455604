/** A figure with three digits, or with all of a large number's, in groups of three. */
export function numberText(figure: number): string {
  const rounded = Math.abs(figure) >= 100 ? Math.round(figure) : Number(figure.toPrecision(3))
  return rounded.toLocaleString('en', { maximumFractionDigits: 9 })
}

/** A stretch of time, given in milliseconds, in the unit that suits it. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${numberText(ms / 1000)} s`
  if (ms >= 1) return `${numberText(ms)} ms`
  return ms >= 0.001 ? `${numberText(ms * 1000)} µs` : `${numberText(ms * 1e6)} ns`
}
