const QUOTE = 34
const ZERO = 48
const BACKSLASH = 92
const SMALL_A = 97
const SMALL_U = 117

/** More than there are in the longest line that is read. */
const KEYS_MAX = 2 ** 21

/** What a number below 2^53 takes beside that of a key: so many characters, each with a code below the base. */
const ASCII = { base: 0x80, chars: 4 }
const UTF16 = { base: 0x1_0000, chars: 2 }

/** Fewer numbers are sorted by insertion, before V8's own sort would have begun; at first there is room for so many. */
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
  /** By the number of a key, where its next characters stand. The arrays are used again: most objects have few keys. */
  #cursors = new Uint32Array(MANY)
  /** By place in the order: some characters of a key, and behind them its number. */
  #ranks = new Float64Array(MANY)

  constructor(codes: Uint8Array | Uint16Array, isAscii: boolean) {
    this.#codes = codes
    const { base, chars } = isAscii ? ASCII : UTF16
    this.#base = base
    this.#chars = chars
  }

  /** Sorts the keys whose quotes stand in an array from `first` on. Throws a `RangeError` where there are more than 2,097,152. */
  sort(quotes: readonly number[], first: number): void {
    const count = quotes.length - first
    if (count > KEYS_MAX) throw new RangeError(`Got ${count} keys, and not at most ${KEYS_MAX}`)
    if (count > this.#ranks.length) {
      this.#cursors = new Uint32Array(count)
      this.#ranks = new Float64Array(count)
    }
    for (let number = 0; number < count; number += 1) {
      this.#cursors[number] = quotes[first + number]! + 1
      this.#ranks[number] = number
    }
    const alike: Range[] = []
    this.#sort(0, count, alike)
    for (let range = alike.pop(); range !== undefined; range = alike.pop()) this.#sort(range.start, range.end, alike)
  }

  /** Which of the keys that were sorted last comes at a place, both from 0. */
  at(place: number): number {
    return numberOf(this.#ranks[place]!)
  }

  /** Sorts a range by some more characters, and adds those in which they are alike too. */
  #sort(start: number, end: number, alike: Range[]): void {
    for (let place = start; place < end; place += 1) this.#ranks[place] = this.#rankOf(this.at(place))
    if (end - start < MANY) sortFew(this.#ranks, start, end)
    else this.#ranks.subarray(start, end).sort()
    let first = start
    for (let place = start; place < end; place += 1) {
      const rank = this.#ranks[place]!
      if (place + 1 < end && isAlike(rank, this.#ranks[place + 1]!)) continue
      const isEnded = rank < KEYS_MAX // no characters are left: it would be the same key twice, and to be sorted for ever
      if (place > first && !isEnded) alike.push({ start: first, end: place + 1 })
      first = place + 1
    }
  }

  /** Some more characters of a key as a number, of which each is a digit, and 0 that there is none; behind them its own number. */
  #rankOf(number: number): number {
    let at = this.#cursors[number]!
    let rank = 0
    for (let count = 0; count < this.#chars; count += 1) {
      const code = this.#codes[at]!
      rank *= this.#base
      if (code === QUOTE) continue
      rank += code === BACKSLASH ? this.#escapedAt(at) : code
      at += code === BACKSLASH ? 2 : 1 // the digits of a `\u001f` come next, the same for the same character
    }
    this.#cursors[number] = at
    return rank * KEYS_MAX + number
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

function numberOf(rank: number): number {
  return rank - Math.floor(rank / KEYS_MAX) * KEYS_MAX
}

function isAlike(one: number, other: number): boolean {
  return Math.floor(one / KEYS_MAX) === Math.floor(other / KEYS_MAX)
}

function sortFew(numbers: Float64Array, start: number, end: number): void {
  for (let index = start + 1; index < end; index += 1) {
    const number = numbers[index]!
    let place = index
    for (; place > start && numbers[place - 1]! > number; place -= 1) numbers[place] = numbers[place - 1]!
    numbers[place] = number
  }
}
