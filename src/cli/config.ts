import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import * as zod from 'zod'
import { checkOptions, invalidArgument } from '../argument.js'
import type { Catalog } from '../catalog.js'
import * as asof from '../index.js'
import type { Log } from '../log/log.js'
import { checkTimelineOptions } from '../options.js'
import type { Projection } from '../projection.js'
import { Failure, sentenceOf } from './failure.js'

/** What `asof.config.ts` exports by default; all of it may be left out. The first projection is the default one. */
export type Config = {
  readonly events?: Catalog
  readonly projections?: readonly Projection[]
  /** A log, or the path of its file from the configuration's folder. */
  readonly log?: Log | string
}

const NAMES = ['asof.config.ts', 'asof.config.js', 'asof.config.mjs']

/** The configuration in a file, or in the nearest one up the tree; none with `false`. Throws a `Failure`. */
export async function loadConfig(file: string | false | undefined): Promise<Config> {
  const path = file === undefined ? nearest(process.cwd()) : file && resolve(file)
  if (path === undefined || path === false) return {}
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw new Error('there is no such file')
    const config = await importDefault(path)
    checkConfig(config)
    return typeof config.log === 'string' ? { ...config, log: resolve(dirname(path), config.log) } : config
  } catch (error) {
    throw new Failure(
      `The configuration ${file || relative('', path)} failed: ${sentenceOf(error)} Mend it, name another with --config, or do without with --no-config.`,
      { cause: error },
    )
  }
}

/** Throws `INVALID_ARGUMENT`. */
function checkConfig(config: Config): void {
  checkOptions('a configuration', config, ['events', 'projections', 'log'])
  const { log, ...rest } = config
  if (log === '') throw invalidArgument('Got "" as `log`', 'a log, or the path of its file', "Write, for example, log: 'timeline.asof'")
  checkTimelineOptions(log === undefined || typeof log === 'string' ? rest : { ...rest, log })
}

/** Types are not checked, only removed; `asof` and `zod` are this package's own, so that their classes are there once. */
async function importDefault(path: string): Promise<Config> {
  const { createJiti } = await import('jiti') // only where there is a configuration to load
  const jiti = createJiti(import.meta.url, { virtualModules: { asof, zod, 'zod/v4': zod }, interopDefault: false })
  const { default: config } = await jiti.import<{ default?: Config }>(path)
  if (config === undefined) throw new Error('it has no default export. Write: export default { events, projections }')
  return config
}

function nearest(folder: string): string | undefined {
  const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
  const parent = dirname(folder)
  return found ?? (parent === folder ? undefined : nearest(parent))
}
