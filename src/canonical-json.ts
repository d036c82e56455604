import { KeyOrder } from './canonical-json/key-order.js'

const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const ASCII = /^[\0-\x7F]*$/

/** So many characters are moved one by one sooner than by a call. */
const FEW = 32

/**
 * Canonical JSON (RFC 8785) of a text that is as JSON.stringify writes it, but for the order of keys: the same, with the
 * members of each object in the order of their keys' UTF-16 code units. There is no half of a surrogate pair in it. Throws a
 * `RangeError` for an object of more than 2,000,000 members.
 */
export function canonicalJson(json: string): string {
  const isAscii = ASCII.test(json)
  const codes = isAscii ? new Uint8Array(2 * json.length) : new Uint16Array(2 * json.length)
  const encoding = isAscii ? 'latin1' : 'utf16le'
  const bytes = Buffer.from(codes.buffer, 0, codes.byteLength / 2)
  bytes.write(json, encoding)
  new Ordering(codes, isAscii).passValue()
  return bytes.toString(encoding)
}

/**
 * Goes through the codes of a text, which are in the first half of an array, and puts the members of each object in order
 * where they stand, for none gets longer. The second half is for the object that is being put in order.
 */
class Ordering {
  readonly #codes: Uint8Array | Uint16Array
  readonly #length: number
  /** Where the members begin of the objects that are being passed. */
  readonly #starts: number[] = []
  readonly #keys: KeyOrder
  #at = 0

  constructor(codes: Uint8Array | Uint16Array, isAscii: boolean) {
    this.#codes = codes
    this.#length = codes.length / 2
    this.#keys = new KeyOrder(codes, isAscii)
  }

  passValue(): void {
    const code = this.#codes[this.#at]
    if (code === OPEN_OBJECT) this.#passObject()
    else if (code === OPEN_ARRAY) while (this.#hasNext(CLOSE_ARRAY)) this.passValue()
    else if (code === QUOTE) this.#passString()
    else while (this.#at < this.#length && !isBehindValue(this.#codes[this.#at]!)) this.#at += 1
  }

  #passObject(): void {
    const start = this.#at
    const first = this.#starts.length
    while (this.#hasNext(CLOSE_OBJECT)) {
      this.#starts.push(this.#at)
      this.#passString()
      this.#at += 1
      this.passValue()
    }
    const starts = this.#starts.splice(first)
    if (starts.length > 1) this.#arrange(start, starts, this.#keys.orderOf(starts))
  }

  /** Passes a bracket or a comma, and where nothing follows but the closing bracket, that too. */
  #hasNext(closing: number): boolean {
    if (this.#codes[this.#at] !== closing) this.#at += 1
    if (this.#codes[this.#at] !== closing) return true
    this.#at += 1
    return false
  }

  #passString(): void {
    this.#at += 1
    for (let code = this.#codes[this.#at]; code !== QUOTE; code = this.#codes[this.#at]) this.#at += code === BACKSLASH ? 2 : 1
    this.#at += 1
  }

  /** Puts the members of the object that has just been passed in an order. */
  #arrange(start: number, starts: number[], order: readonly number[]): void {
    if (order.every((number, place) => number === place)) return
    const end = this.#at
    starts.push(end)
    this.#codes.copyWithin(this.#length + start, start, end)
    let to = start + 1
    for (const number of order) {
      to = this.#move(this.#length + starts[number]!, this.#length + starts[number + 1]! - 1, to)
      this.#codes[to] = COMMA
      to += 1
    }
    this.#codes[end - 1] = CLOSE_OBJECT
  }

  #move(from: number, end: number, to: number): number {
    if (end - from < FEW) for (let at = from; at < end; at += 1) this.#codes[to + at - from] = this.#codes[at]!
    else this.#codes.copyWithin(to, from, end)
    return to + end - from
  }
}

function isBehindValue(code: number): boolean {
  return code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT
}
