import { KeyOrder } from './canonical-json/key-order.js'

const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const ASCII = /^[\0-\x7F]*$/

/** The UTF-16 code units of a text. */
type Codes = Uint8Array | Uint16Array

/**
 * Canonical JSON (RFC 8785): a text with the members of each object in the order of their keys' UTF-16 code units. The text
 * has to be as JSON.stringify writes it, but for that order, with no key twice and no half of a surrogate pair, and nests no
 * deeper than the stack is. Throws a `RangeError` for an object of more than 2,097,152 members.
 */
export function canonicalJson(json: string): string {
  const isAscii = ASCII.test(json)
  const codes = isAscii ? new Uint8Array(json.length) : new Uint16Array(json.length)
  const encoding = isAscii ? 'latin1' : 'utf16le'
  Buffer.from(codes.buffer).write(json, encoding)
  const jumps = new Ordering(codes, isAscii).jumps()
  return jumps === undefined ? json : Buffer.from(inOrder(codes, jumps).buffer).toString(encoding)
}

/** The codes of a text, read with the jumps of its ordering. */
function inOrder(codes: Codes, jumps: Int32Array): Codes {
  const ordered = codes.slice()
  let at = 0
  for (let to = 0; to < ordered.length; to += 1) {
    const code = codes[at]!
    const jump = jumps[at]!
    if (jump === 0) {
      ordered[to] = code
      at += 1
    } else {
      ordered[to] = jump < 0 ? CLOSE_OBJECT : code === OPEN_OBJECT ? code : COMMA
      at = Math.abs(jump)
    }
  }
  return ordered
}

/**
 * Goes through the codes of a text once, and finds where to jump so as to read the members of each object in order. Were
 * they moved, what is deep within others would be moved with each of them.
 */
class Ordering {
  readonly #codes: Codes
  readonly #keys: KeyOrder
  /** Where the members begin of the objects that are being passed. */
  readonly #starts: number[] = []
  /**
   * By place of an object's opening bracket, and of what stands behind each of its members, where the next member begins;
   * behind the last in order, less than 0, where it goes on behind the object. 0 where there is no jump.
   */
  readonly #jumps: Int32Array
  #isInOrder = true
  #at = 0

  constructor(codes: Codes, isAscii: boolean) {
    this.#codes = codes
    this.#keys = new KeyOrder(codes, isAscii)
    this.#jumps = new Int32Array(codes.length)
  }

  /** None where all are in order. */
  jumps(): Int32Array | undefined {
    this.#passValue()
    return this.#isInOrder ? undefined : this.#jumps
  }

  #passValue(): void {
    const code = this.#codes[this.#at]
    if (code === OPEN_OBJECT) this.#passObject()
    else if (code === OPEN_ARRAY) while (this.#hasNext(CLOSE_ARRAY)) this.#passValue()
    else if (code === QUOTE) this.#passString()
    else while (this.#at < this.#codes.length && !isBehindValue(this.#codes[this.#at]!)) this.#at += 1
  }

  #passObject(): void {
    const start = this.#at
    const first = this.#starts.length
    while (this.#hasNext(CLOSE_OBJECT)) {
      this.#starts.push(this.#at)
      this.#passString()
      this.#at += 1 // the colon
      this.#passValue()
    }
    if (this.#starts.length - first > 1) this.#order(start, first)
    this.#starts.length = first
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

  /** Makes the jumps of the object that has just been passed, whose members are those from a `first` start on. */
  #order(start: number, first: number): void {
    const count = this.#starts.length - first
    this.#keys.sort(this.#starts, first)
    this.#starts.push(this.#at)
    let from = start
    for (let place = 0; place < count; place += 1) {
      const number = this.#keys.at(place)
      if (number !== place) this.#isInOrder = false
      this.#jumps[from] = this.#starts[first + number]!
      from = this.#starts[first + number + 1]! - 1
    }
    this.#jumps[from] = -this.#at
  }
}

function isBehindValue(code: number): boolean {
  return code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT
}
