import type { Command } from 'commander'
import { type Exported, toCloudEvent } from '../ingest/cloudevents.js'
import { withTimeline } from './session.js'
import { printable } from './text.js'

export function addExport(program: Command): void {
  program
    .command('export')
    .description('print every event as a line of JSON, which ingest takes back')
    .option('--cloudevents', 'as CloudEvents 1.0')
    .action(({ cloudevents }: { cloudevents?: true }, command: Command) =>
      withTimeline(command, async ({ timeline }) => {
        for await (const line of timeline.export()) {
          const text = cloudevents ? JSON.stringify(toCloudEvent(JSON.parse(line) as Exported)) : line.trimEnd()
          if (!process.stdout.write(`${printable(text)}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve))
        }
      }),
    )
}
