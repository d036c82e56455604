/** Numbers from 0 up to, and without, 1: a source of them is a function, as `Math.random` is. */
export type Random = () => number

/** The same numbers for the same seed: Tommy Ettinger's mulberry32 (public domain). */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from 0 up to, and without, `end`. */
export function wholeBelow(random: Random, end: number): number {
  return Math.floor(random() * end)
}
