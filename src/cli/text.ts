import { type WriteStream, isatty } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import { createColors } from 'picocolors'
import { inEnglish } from './english.js'

const onTerminal = isatty(process.stdout.fd)

/** Colours, which `print` and `note` leave out where they write to no terminal that has them. */
export const { bold, dim, green, red, yellow } = createColors(true)

/** A date as people read it on a terminal; elsewhere as it was given. */
export function dateText(date: string): string {
  return onTerminal ? inEnglish(date) : printable(date)
}

/** Text in which nothing can steer a terminal: control characters are escaped, and those that turn the direction of text. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
}

/** Rows in aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((width, row) => Math.max(width, row[column]!.length), 0))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/** Rows in aligned columns, of which the first names them. */
export function headedTable(rows: readonly (readonly string[])[]): string[] {
  const [heads = '', ...lines] = table(rows)
  return [bold(heads), ...lines]
}

/** A count with its noun, which is put into the plural: `1 event`, `12,000 events`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export function print(lines: string | readonly string[]): void {
  write(process.stdout, `${[lines].flat().join('\n')}\n`)
}

/** Prints a value as JSON: Maps as objects, Sets as arrays. */
export function printJson(value: unknown): void {
  print((JSON.stringify(value, plain, 2) ?? 'null').split('\n').map(printable)) // JSON escapes only some control characters
}

/** Tells something beside the output. */
export function note(line: string): void {
  write(process.stderr, `${line}\n`)
}

function write(stream: WriteStream & { readonly fd: number }, text: string): void {
  const hasColors = isatty(stream.fd) && stream.hasColors() // which minds NO_COLOR
  stream.write(hasColors ? text : stripVTControlCharacters(text))
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof Set) return [...value]
  if (!(value instanceof Map)) return value
  const entries = [...value] as [unknown, unknown][]
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries as [string, unknown][]) : entries
}
