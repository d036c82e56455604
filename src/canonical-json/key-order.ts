const QUOTE = 34
const ZERO = 48
const BACKSLASH = 92
const SMALL_A = 97
const SMALL_U = 117

/** More than there are in the longest line that is read. */
const KEYS_MAX = 2_000_000

/** What a number below 2^53 takes beside that of a key: so many characters, each with a code below the base. */
const ASCII = { base: 0x80, chars: 4 }
const UTF16 = { base: 0x1_0000, chars: 2 }

/** Fewer numbers are sorted by insertion, before V8's own sort would have begun. */
const MANY = 64

/** What stands for control characters behind a backslash, `b`, `t`, `n`, `f` and `r`, by their codes. */
const CONTROLS = new Map([
  [98, 8],
  [116, 9],
  [110, 10],
  [102, 12],
  [114, 13],
])

/** Where in the order of keys some begin alike, as far as their cursors. */
type Range = { readonly start: number; readonly end: number }

/**
 * Puts keys in the order of their UTF-16 code units, as they stand in the codes of a JSON text. They are sorted as numbers,
 * some characters at a time, beginning with the first: to sort 100,000 as texts takes several times as long.
 */
export class KeyOrder {
  readonly #codes: Uint8Array | Uint16Array
  readonly #base: number
  readonly #chars: number

  constructor(codes: Uint8Array | Uint16Array, isAscii: boolean) {
    this.#codes = codes
    const { base, chars } = isAscii ? ASCII : UTF16
    this.#base = base
    this.#chars = chars
  }

  /** The order of keys, by where their quotes stand: the number of each, from 0. Throws a `RangeError` where there are more than 2,000,000. */
  orderOf(quotes: readonly number[]): number[] {
    if (quotes.length > KEYS_MAX) throw new RangeError(`Got ${quotes.length} keys, and not at most ${KEYS_MAX}`)
    const cursors = quotes.map((quote) => quote + 1)
    const order = quotes.map((_, number) => number)
    const ranges: Range[] = [{ start: 0, end: order.length }]
    for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) this.#sort(order, range, cursors, ranges)
    return order
  }

  /** Sorts a range by some more characters, and adds those in which they are alike too. */
  #sort(order: number[], { start, end }: Range, cursors: number[], ranges: Range[]): void {
    const ranks: number[] = []
    for (let place = start; place < end; place += 1) ranks.push(this.#rankOf(cursors, order[place]!) * KEYS_MAX + order[place]!)
    const sorted = ranks.length < MANY ? sortFew(ranks) : new Float64Array(ranks).toSorted()
    let first = 0
    for (let index = 0; index < sorted.length; index += 1) {
      order[start + index] = sorted[index]! % KEYS_MAX
      if (index + 1 < sorted.length && isAlike(sorted[index]!, sorted[index + 1]!)) continue
      const isEnded = sorted[index]! < KEYS_MAX // then they are the same key
      if (index > first && !isEnded) ranges.push({ start: start + first, end: start + index + 1 })
      first = index + 1
    }
  }

  /** Some more characters of a key as a number, of which each is a digit, and 0 that there is none. */
  #rankOf(cursors: number[], number: number): number {
    let at = cursors[number]!
    let rank = 0
    for (let count = 0; count < this.#chars; count += 1) {
      const code = this.#codes[at]!
      rank *= this.#base
      if (code === QUOTE) continue
      rank += code === BACKSLASH ? this.#escapedAt(at) : code
      at += code === BACKSLASH ? 2 : 1 // the digits of a `\u001f` come next, the same for the same character
    }
    cursors[number] = at
    return rank
  }

  /** The code of what is escaped at a backslash: with a letter, or as a control character with four digits, `\u001f`. */
  #escapedAt(at: number): number {
    const code = this.#codes[at + 1]!
    if (code !== SMALL_U) return CONTROLS.get(code) ?? code
    return 16 * (this.#codes[at + 4]! - ZERO) + digitOf(this.#codes[at + 5]!)
  }
}

function digitOf(code: number): number {
  return code < SMALL_A ? code - ZERO : code - SMALL_A + 10
}

function isAlike(one: number, other: number): boolean {
  return Math.floor(one / KEYS_MAX) === Math.floor(other / KEYS_MAX)
}

function sortFew(numbers: number[]): number[] {
  for (let index = 1; index < numbers.length; index += 1) {
    const number = numbers[index]!
    let place = index
    for (; place > 0 && numbers[place - 1]! > number; place -= 1) numbers[place] = numbers[place - 1]!
    numbers[place] = number
  }
  return numbers
}
