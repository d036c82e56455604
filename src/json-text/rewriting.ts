import { quote } from '../error.js'
import { DEPTH_MAX, type Place, safeKey, safeText, tooDeep, unsafe, unsafeNumber } from '../json.js'
import { StringBuilder } from '../string-builder.js'
import { isExact } from './exact-number.js'

const SPACE = 32
const QUOTE = 34
const PLUS = 43
const COMMA = 44
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
const BIG_E = 69
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const SMALL_E = 101
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** An escaped solidus, by a backslash that is not escaped itself. */
const SOLIDUS = /\\\/(?<=(?:^|[^\\])(?:\\\\)*\\\/)/g

/** An escape that JSON.stringify may write otherwise: any by number but those of control characters that have no letter. */
const OTHER_ESCAPE = /\\u(?!00(?:0[1-7bef]|1[\da-f]))/

/** What JSON.stringify may escape. */
const TO_ESCAPE = /["\\\p{Cc}\uD800-\uDFFF]/u

/**
 * A JSON text, which JSON.parse has read, as JSON.stringify would write it without the fields that are `dropped`.
 * Throws `UNSAFE_VALUE` for a key that comes twice and for what nests too deep, and, but in those fields, for a number
 * that JavaScript cannot hold and for what no log can. An event is no level of nesting itself: its fields
 * are, as they are for `toJson`.
 */
export function rewritten(text: string, place: Place | undefined, dropped: readonly string[]): string {
  return new Rewriting(text, place, dropped).json()
}

/** The object or array that is open at a depth: the name or number of what is being read in it, and the names that were. */
class Bracket implements Place {
  isNameNext = false
  #last: string | number = 0 // a name as JSON.stringify would write it, without its quotes
  #count = 0
  #names: Set<string | number> | undefined // from the second on, with the first: where there are many objects, most have one

  constructor(readonly outer: Place | undefined) {}

  open(hasNames: boolean): void {
    this.#last = hasNames ? '' : 0
    this.isNameNext = hasNames
    this.#count = 0
    this.#names = undefined
  }

  get name(): string | number {
    return typeof this.#last === 'number' ? this.#last : nameOf(this.#last)
  }

  /** Throws `UNSAFE_VALUE` for a name that was there before. */
  passName(name: string): void {
    this.#count += 1
    if (this.#count === 2) this.#names = new Set([this.#last])
    if (this.#names !== undefined && this.#names.add(name).size < this.#count)
      throw unsafe(this.outer, `the key ${quote(nameOf(name))} twice`, 'each key once', 'Remove one of them')
    this.#last = name
    this.isNameNext = false
  }

  passComma(): void {
    if (typeof this.#last === 'number') this.#last += 1
    else this.isNameNext = true
  }
}

function nameOf(written: string): string {
  return JSON.parse(`"${written}"`) as string
}

/** Goes through a text once. Where a method passes what is more than a character, it returns where the last of it stands. */
class Rewriting {
  readonly #text: string
  readonly #place: Place | undefined
  readonly #dropped: readonly string[]
  /** By depth. They are used again: most of what is made for a line is the value that outlives them, and gets copied around. */
  readonly #brackets: Bracket[] = []
  #depth = 0
  /** Whether what is being read is in a field that is dropped, and whether another came before it. */
  #isDropped = false
  #hasField = false
  readonly #json = new StringBuilder()
  /** Up to where `#json` has the text. */
  #end = 0

  constructor(text: string, place: Place | undefined, dropped: readonly string[]) {
    this.#text = text.includes('\\/') ? text.replace(SOLIDUS, '/') : text
    this.#place = place
    this.#dropped = dropped
  }

  json(): string {
    for (let at = 0; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE) at = this.#passString(at)
      else if (code === COMMA) this.#passComma(at)
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) this.#passOpening(code === OPEN_OBJECT)
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) this.#passClosing(at)
      else if (code === MINUS || isDigit(code)) at = this.#passNumber(at)
      else if (code <= SPACE) this.#replace(at, at, '')
    }
    return this.#end === 0 ? this.#text : `${String(this.#json)}${this.#text.slice(this.#end)}`
  }

  get #inside(): Place | undefined {
    return this.#depth === 0 ? this.#place : this.#brackets[this.#depth - 1]
  }

  #passOpening(hasNames: boolean): void {
    if (this.#depth > DEPTH_MAX) throw tooDeep(this.#inside)
    this.#brackets[this.#depth] ??= new Bracket(this.#inside)
    this.#brackets[this.#depth]!.open(hasNames)
    this.#depth += 1
  }

  #passComma(at: number): void {
    const bracket = this.#brackets[this.#depth - 1]!
    bracket.passComma()
    if (this.#depth > 1 || !bracket.isNameNext || this.#dropped.length === 0) return
    this.#endField(at)
    this.#replace(at, at, '') // it stands before the next field that is kept
  }

  #passClosing(at: number): void {
    if (this.#depth === 1) this.#endField(at)
    this.#depth -= 1
  }

  #endField(at: number): void {
    if (this.#isDropped) this.#end = at
    this.#isDropped = false
  }

  #beginField(name: string, start: number): void {
    const isDropped = this.#dropped.includes(name)
    if (isDropped || this.#hasField) this.#replace(start, start - 1, isDropped ? '' : ',')
    this.#isDropped = isDropped
    this.#hasField ||= !isDropped
  }

  #passString(start: number): number {
    const last = lastOfString(this.#text, start)
    const written = this.#text.slice(start + 1, last)
    if (!written.includes('\\') || !OTHER_ESCAPE.test(written)) {
      this.#passText(written, written, start)
      return last
    }
    const string = JSON.parse(this.#text.slice(start, last + 1)) as string
    const json = TO_ESCAPE.test(string) ? JSON.stringify(string).slice(1, -1) : string
    this.#passText(string, json, start)
    this.#replace(start, last, `"${json}"`)
    return last
  }

  /** Passes a string, which JSON.stringify would write so. */
  #passText(string: string, written: string, start: number): void {
    const bracket = this.#brackets[this.#depth - 1]
    if (bracket?.isNameNext !== true) {
      if (!this.#isDropped) safeText(string, this.#inside)
      return
    }
    if (this.#depth === 1 && this.#dropped.length > 0) this.#beginField(written, start)
    if (!this.#isDropped) safeKey(string, bracket.outer)
    bracket.passName(written)
  }

  #passNumber(start: number): number {
    const last = lastOfNumber(this.#text, start)
    if (this.#isDropped) return last
    const written = this.#text.slice(start, last + 1)
    const number = Number(written)
    const json = String(number)
    if (json === written) return last
    if (!isExact(written, number)) throw unsafeNumber(this.#inside, startOf(written), 'Write it as text')
    this.#replace(start, last, json)
    return last
  }

  #replace(start: number, last: number, json: string): void {
    if (this.#isDropped) return
    this.#json.add(this.#text.slice(this.#end, start) + json)
    this.#end = last + 1
  }
}

/** Where the quote stands that closes a string. */
export function lastOfString(text: string, start: number): number {
  const quoted = text.indexOf('"', start + 1)
  if (text.charCodeAt(quoted - 1) !== BACKSLASH) return quoted
  let at = start + 1
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1
  return at
}

function lastOfNumber(text: string, start: number): number {
  let at = start
  while (at + 1 < text.length && isInNumber(text.charCodeAt(at + 1))) at += 1
  return at
}

function isInNumber(code: number): boolean {
  return isDigit(code) || code === POINT || code === SMALL_E || code === BIG_E || code === MINUS || code === PLUS
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

function startOf(number: string): string {
  return number.length > 80 ? `${number.slice(0, 77)}...` : number
}
