import { numberText } from './number-text.js'
import { type Goal, type Row, isReached } from './row.js'
import type { Spread } from './spread.js'

const HEADINGS = ['what', 'figure [quartiles]', 'rounds', 'goal', 'reached', 'in absolute terms']

/** Rows as a table in Markdown, its columns aligned. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ what, figure, unit, goal, note }) => [
    what,
    `${figureText(figure)} ${unit}`,
    figure.count === 1 ? '' : numberText(figure.count),
    goal === undefined ? '' : goalText(goal),
    goal === undefined ? '' : isReached(figure, goal) ? 'yes' : 'NO',
    note,
  ])
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(HEADINGS), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n')
}

function figureText({ median, lower, upper, count }: Spread): string {
  return count === 1 ? numberText(median) : `${numberText(median)} [${numberText(lower)} – ${numberText(upper)}]`
}

function goalText({ relation, bound }: Goal): string {
  return `${relation} ${numberText(bound)}`
}
