import { sha256 } from '../sha256.js'

/** A record ends with its hash: the SHA-256, in hex, of the UTF-8 bytes before `,"hash":`. */
const SEAL = /^,"hash":"([0-9a-f]{64})"\}$/
const SEAL_CHARS = ',"hash":""}'.length + 64
const BEGINNING = '{"seq":'

/** What a record ends with, and how many bytes it has in UTF-8. */
export type Seal = { readonly hash: string; readonly bytes: number }

/** Events as JSON texts, and how many bytes they have in UTF-8, with a comma for each. */
export type EventTexts = { readonly texts: readonly string[]; readonly bytes: number }

/** A record that is to be written, and the same in UTF-8. */
export type Sealed = Seal & { readonly record: string; readonly utf8: Uint8Array }

/**
 * The record of a commit: its head, which is ASCII, then its events. Each part is made into bytes by itself, which is faster
 * than to make one text of all: the engine puts `record` together only if it is read. Throws a `RangeError` where the events
 * have another number of bytes than is said.
 */
export function sealRecord(head: string, { texts, bytes }: EventTexts): Sealed {
  const utf8 = Buffer.allocUnsafe(head.length + Math.max(1, bytes) + SEAL_CHARS) // the last event has "]" and no comma
  let record = ''
  let length = 0
  const write = (part: string) => {
    record += part
    length += utf8.write(part, length)
  }
  write(head)
  texts.forEach((text, index) => {
    if (index > 0) write(',')
    write(text)
  })
  write(']')
  const end = utf8.length - SEAL_CHARS // beyond the buffer, writing is cut silently
  if (length !== end) throw new RangeError(`${length} bytes of a record were written, and not ${end}`)
  const hash = sha256(utf8.subarray(0, length))
  write(`,"hash":"${hash}"}`)
  return { record, utf8, hash, bytes: length }
}

/** The seal of a record; undefined where the hash does not fit the text: it is damaged, or not whole. */
export function unsealRecord(record: string): Seal | undefined {
  const hash = SEAL.exec(record.slice(-SEAL_CHARS))?.[1]
  if (hash === undefined) return undefined
  return sha256(record.slice(0, -SEAL_CHARS)) === hash ? { hash, bytes: Buffer.byteLength(record) } : undefined
}

/** Whether a text may be the beginning of a record, however short. */
export function beginsRecord(text: string): boolean {
  return text.startsWith(BEGINNING.slice(0, text.length))
}
