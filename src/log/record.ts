import { sha256 } from '../sha256.js'

/** A record ends with its hash: the SHA-256, in hex, of the UTF-8 bytes before `,"hash":`. */
const SEAL = /^,"hash":"([0-9a-f]{64})"\}$/
const SEAL_CHARS = ',"hash":""}'.length + 64
const BEGINNING = '{"seq":'

/** What a record ends with, and how many bytes it has in UTF-8. */
export type Seal = { readonly hash: string; readonly bytes: number }

/** The record of a commit's text but for its hash and last brace. */
export function sealRecord(body: string): Seal & { readonly record: string } {
  const seal = sealOf(body)
  return { record: `${body},"hash":"${seal.hash}"}`, ...seal }
}

/** The seal of a record; undefined where the hash does not fit the text: it is damaged, or not whole. */
export function unsealRecord(record: string): Seal | undefined {
  const hash = SEAL.exec(record.slice(-SEAL_CHARS))?.[1]
  if (hash === undefined) return undefined
  const seal = sealOf(record.slice(0, -SEAL_CHARS))
  return seal.hash === hash ? seal : undefined
}

/** The body is made into bytes once, to be hashed and to be counted. */
function sealOf(body: string): Seal {
  const bytes = Buffer.from(body)
  return { hash: sha256(bytes), bytes: bytes.length + SEAL_CHARS }
}

/** Whether a text may be the beginning of a record, however short. */
export function beginsRecord(text: string): boolean {
  return text.startsWith(BEGINNING.slice(0, text.length))
}
