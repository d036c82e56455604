import { canonical } from '../canonical.js'
import { isPlainObject } from '../json.js'
import { dateText, printable } from './text.js'

/** The dates that events bear: text in a state that equals one of them is a date. */
export type Dates = ReadonlySet<string>

/** A value in a state, with the names that lead to it; a Set's member has an identity of its own. */
type Leaf = { readonly path: readonly string[]; readonly value: unknown; readonly member?: string }

export function datesOf(events: Iterable<{ readonly occurredAt: string; readonly reportedAt: string }>): Dates {
  return new Set([...events].flatMap(({ occurredAt, reportedAt }) => [occurredAt, reportedAt]))
}

/** A state as indented lines: `status: halted`, and `- ` before each member of an array or a Set. */
export function stateLines(state: unknown, dates: Dates, indent = '  '): string[] {
  if (isLeaf(state)) return [`${indent}${leafText(state, dates)}`]
  if (Array.isArray(state) || state instanceof Set)
    return [...state].flatMap((item) => {
      const [first = '', ...rest] = stateLines(item, dates, `${indent}  `)
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest]
    })
  return fieldsOf(state).flatMap(([name, value]) =>
    isLeaf(value) ? [`${indent}${name}: ${leafText(value, dates)}`] : [`${indent}${name}:`, ...stateLines(value, dates, `${indent}  `)],
  )
}

/** What differs between two states, as lines: `status: unreported → halted`. */
export function changeLines(before: unknown, after: unknown, dates: Dates, indent = '  '): string[] {
  const [old, now] = [leavesById(before), leavesById(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)].map((leaf) => leaf && leafText(leaf.value, dates))
    if (was === is || isFilled(old.get(id), now) || isFilled(now.get(id), old)) return []
    const name = (now.get(id) ?? old.get(id))!.path.join(' › ')
    const start = name === '' ? '' : `${name}: `
    if (was === undefined) return [`${indent}+ ${start}${is}`]
    return [is === undefined ? `${indent}- ${start}${was}` : `${indent}${start}${was} → ${is}`]
  })
}

/** Whether a leaf is something empty that the other state has members in, which tell of the change. */
function isFilled(leaf: Leaf | undefined, others: ReadonlyMap<string, Leaf>): boolean {
  if (leaf === undefined || leaf.member !== undefined || typeof leaf.value !== 'object' || leaf.value === null) return false
  return [...others.values()].some(
    ({ path, member }) =>
      (path.length > leaf.path.length || member !== undefined) && leaf.path.every((name, index) => name === path[index]),
  )
}

function leavesById(state: unknown): Map<string, Leaf> {
  return new Map(leavesOf(state).map((leaf) => [JSON.stringify([leaf.path, leaf.member]), leaf]))
}

function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (isLeaf(value)) return [{ path, value }]
  if (value instanceof Set) return [...value].map((member: unknown) => ({ path, value: member, member: canonical(member) }))
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, String(index + 1)]))
  return fieldsOf(value).flatMap(([name, field]) => leavesOf(field, [...path, name]))
}

/** Whether a value is shown on one line: it is one thing, or empty. */
function isLeaf(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value instanceof Set || value instanceof Map ? value.size === 0 : !isPlainObject(value) || Object.keys(value).length === 0
}

function fieldsOf(value: unknown): [name: string, value: unknown][] {
  if (!(value instanceof Map)) return Object.entries(value as object).map(([name, field]) => [printable(name), field])
  return [...value].map(([name, field]) => [printable(typeof name === 'string' ? name : canonical(name)), field])
}

function leafText(value: unknown, dates: Dates): string {
  if (typeof value === 'string') return dates.has(value) ? dateText(value) : value === '' ? '""' : printable(value)
  if (Array.isArray(value) || value instanceof Set) return value instanceof Set && value.size > 0 ? printable(canonical(value)) : '[]'
  if (value instanceof Map || isPlainObject(value)) return isLeaf(value) ? '{}' : printable(canonical(value))
  return String(value)
}
