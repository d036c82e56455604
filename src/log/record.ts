import { sha256 } from '../sha256.js'

/** A record ends with its hash: the SHA-256, in hex, of the UTF-8 bytes before `,"hash":`. */
const SEAL = /^,"hash":"([0-9a-f]{64})"\}$/
const SEAL_CHARS = ',"hash":""}'.length + 64
const BYTES_A_CHAR_MAX = 3 // of UTF-8, for a unit of UTF-16
const BEGINNING = '{"seq":'

/** What a record ends with, and how many bytes it has in UTF-8. */
export type Seal = { readonly hash: string; readonly bytes: number }

/** A record that is being written, and its UTF-8. */
export type Sealed = Seal & { readonly record: string; readonly utf8: Uint8Array }

/**
 * The record of a commit, of what comes before its events and of these. Each is made into bytes by itself: to make one
 * text of them all, and bytes of that, takes five times as long. The text is put together when it is first read.
 */
export function sealRecord(head: string, events: readonly string[]): Sealed {
  const chars = events.reduce((sum, event) => sum + event.length + 1, head.length + 1)
  const bytes = Buffer.allocUnsafe(chars * BYTES_A_CHAR_MAX)
  let body = ''
  let length = 0
  const write = (part: string) => {
    body += part
    length += bytes.write(part, length)
  }
  write(head)
  events.forEach((event, index) => {
    if (index > 0) write(',')
    write(event)
  })
  write(']')
  const hash = sha256(bytes.subarray(0, length))
  const end = `,"hash":"${hash}"}`
  const utf8 = Buffer.concat([bytes.subarray(0, length), Buffer.from(end)])
  return { record: body + end, utf8, hash, bytes: utf8.length }
}

/** The seal of a record; undefined where the hash does not fit the text: it is damaged, or not whole. */
export function unsealRecord(record: string): Seal | undefined {
  const hash = SEAL.exec(record.slice(-SEAL_CHARS))?.[1]
  if (hash === undefined) return undefined
  const seal = sealOf(record.slice(0, -SEAL_CHARS))
  return seal.hash === hash ? seal : undefined
}

function sealOf(body: string): Seal {
  const bytes = Buffer.from(body)
  return { hash: sha256(bytes), bytes: bytes.length + SEAL_CHARS }
}

/** Whether a text may be the beginning of a record, however short. */
export function beginsRecord(text: string): boolean {
  return text.startsWith(BEGINNING.slice(0, text.length))
}
