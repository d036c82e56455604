import { sha256 } from '../sha256.js'

/** A record ends with its hash: the SHA-256, in hex, of the UTF-8 bytes before `,"hash":`. */
const SEAL = /^,"hash":"([0-9a-f]{64})"\}$/
const SEAL_CHARS = ',"hash":""}'.length + 64
const BEGINNING = '{"seq":'

/** The record of a commit's text but for its hash and last brace. */
export function sealRecord(body: string): { readonly record: string; readonly hash: string } {
  const hash = sha256(body)
  return { record: `${body},"hash":"${hash}"}`, hash }
}

/** What was sealed, with its hash; undefined where the hash does not fit the text: it is damaged, or not whole. */
export function unsealRecord(record: string): { readonly body: string; readonly hash: string } | undefined {
  const hash = SEAL.exec(record.slice(-SEAL_CHARS))?.[1]
  const body = record.slice(0, -SEAL_CHARS)
  return hash !== undefined && sha256(body) === hash ? { body, hash } : undefined
}

/** Whether a text may be the beginning of a record, however short. */
export function beginsRecord(text: string): boolean {
  return text.startsWith(BEGINNING.slice(0, text.length))
}
