import { stringify } from 'lossless-json'
import { invalidArgument } from '../argument.js'
import { TimelineError, quote } from '../error.js'
import { parseJson } from '../json.js'

/** Text or UTF-8 bytes, whole or in chunks. */
export type Source = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** One event input of a source, by the number of its line (of its element, in an array); or why it could not be read. */
export type Line = { readonly line: number; readonly text: string } & ({ readonly input: unknown } | { readonly error: TimelineError })

/** The event inputs in JSON Lines, a JSON array, or a single JSON object. A byte order mark and blank lines are passed over. */
export async function* readLines(source: Source): AsyncGenerator<Line> {
  const content = await gather(source)
  const whole = parseWhole(content)
  if (Array.isArray(whole)) {
    for (const [index, input] of whole.entries()) yield { line: index + 1, text: textOf(input), input }
  } else if (whole instanceof TimelineError) {
    yield { line: 1, text: content.toString().trim(), error: whole }
  } else if (whole !== undefined) {
    yield { line: 1, text: content.toString().trim(), input: whole }
  } else {
    for (const [index, raw] of splitLines(content).entries()) {
      const line = parseLine(raw, index + 1)
      if (line !== undefined) yield line
    }
  }
}

async function gather(source: Source): Promise<string | Buffer> {
  const parts: Uint8Array[] = []
  let text = '' // what has come as text since the last bytes: a border may part a character
  for await (const chunk of chunksOf(source)) {
    if (typeof chunk === 'string') text += chunk
    else if (chunk instanceof Uint8Array) {
      parts.push(Buffer.from(text), chunk)
      text = ''
    } else throw unreadable(chunk)
  }
  if (parts.length === 0) return text.replace(/^\uFEFF/, '')
  const bytes = Buffer.concat([...parts, Buffer.from(text)])
  return bytes.subarray(bytes.indexOf('\uFEFF') === 0 ? 3 : 0)
}

function chunksOf(source: Source): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> {
  if (typeof source === 'string' || source instanceof Uint8Array) return [source]
  if (typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source)) return source
  throw unreadable(source)
}

function unreadable(source: unknown): TimelineError {
  return invalidArgument(
    `Got ${quote(source)} to ingest`,
    'text or bytes, or an iterable of them',
    'Pass for example createReadStream(path)',
  )
}

/** The one JSON value that the content is, or why it is refused as a whole, or undefined when it is lines. */
function parseWhole(content: string | Buffer): unknown {
  try {
    return parseJson(decode(content))
  } catch (error) {
    return error instanceof TimelineError ? error : undefined
  }
}

/** An element's text, for a report; empty where it nests too deep to write. */
function textOf(input: unknown): string {
  try {
    return stringify(input) ?? ''
  } catch {
    return ''
  }
}

function splitLines(content: string | Buffer): (string | Buffer)[] {
  if (typeof content === 'string') return content.split('\n')
  const lines: Buffer[] = []
  for (let start = 0; start <= content.length;) {
    const newline = content.indexOf(10, start)
    const end = newline === -1 ? content.length : newline
    lines.push(content.subarray(start, end))
    start = end + 1
  }
  return lines
}

function parseLine(raw: string | Buffer, line: number): Line | undefined {
  const text = raw.toString().trim()
  if (text === '') return undefined
  try {
    return { line, text, input: parseJson(decode(raw)) }
  } catch (cause) {
    return { line, text, error: cause instanceof TimelineError ? cause : notJson(text, cause) }
  }
}

function decode(content: string | Buffer): string {
  return typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content)
}

function notJson(text: string, cause: unknown): TimelineError {
  return new TimelineError(
    'INVALID_EVENT',
    {
      arrived: `Got ${quote(text)}: ${(cause as Error).message}`,
      expected: 'one JSON object, in UTF-8',
      remedy: 'Mend this line and ingest it again',
    },
    {},
    cause,
  )
}
