import type { Datasets } from './dataset.js'
import type { LogFiles } from './log-files.js'
import type { Row } from './row.js'

/** What a case is given to work with. */
export type Bench = {
  readonly datasets: Datasets
  readonly files: LogFiles
  /** The size of the largest log. */
  readonly events: number
  /** For how long contenders are run against each other, once. */
  readonly budgetMs: number
}

/** Something that is measured; it yields the rows of the table that it fills. */
export type Case = (bench: Bench) => AsyncGenerator<Row>
