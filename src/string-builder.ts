/** How many characters are added before they become one part, and how many parts are joined at a time. */
const CHARS = 1000
const PARTS = 10

/**
 * A text that is added to many times. It is joined now and then: until V8 reads what `+=` made, it holds an object for
 * each addition, and to collect around a million of these costs several times what it takes to join them.
 */
export class StringBuilder {
  #text = ''
  #parts: string[] = []
  #end = ''

  add(text: string): void {
    this.#end += text
    if (this.#end.length >= CHARS) this.#endPart()
  }

  toString(): string {
    return this.#text + this.#parts.join('') + this.#end
  }

  #endPart(): void {
    this.#parts.push(this.#end)
    this.#end = ''
    if (this.#parts.length < PARTS) return
    this.#text += this.#parts.join('')
    this.#parts.length = 0
  }
}
