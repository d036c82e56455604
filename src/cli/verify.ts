import type { Command } from 'commander'
import { withTimeline } from './session.js'
import { bold, counted, green, print, printJson } from './text.js'

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('read the log again: its chain, positions, dates and data')
    .option('--expect-head <hash>', 'a head that an earlier verify told; fails where no record has it, as when the last ones are missing')
    .action(({ expectHead }: { expectHead?: string }, command: Command) =>
      withTimeline(command, async ({ timeline, log, json }) => {
        const { commits, events, head } = await timeline.verify({ expectHead: expectHead?.toLowerCase() })
        if (json) printJson({ commits, events, head })
        else print([`${green('intact')}: ${log} has ${counted(events, 'event')} in ${counted(commits, 'commit')}`, ...headLines(head)])
      }),
    )
}

/** A log without a record has no head. */
function headLines(head: string): string[] {
  return head === '' ? [] : [`head ${bold(head)}`]
}
