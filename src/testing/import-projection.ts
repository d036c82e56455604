import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as immer from 'immer'
import * as zod from 'zod'
import { invalidArgument } from '../argument.js'
import { quote } from '../error.js'
import * as asof from '../index.js'
import { type Projection, checkProjection } from '../projection.js'

let asked = 0

/** How often a module that was imported here has asked immer what a draft is, or was: the answer depends on how states are folded. */
export function askedOfImmer(): number {
  return asked
}

const counted = <T>(ask: T): T =>
  ((...args: unknown[]) => {
    asked += 1
    return (ask as (...given: unknown[]) => unknown)(...args)
  }) as T

/** What modules find under these names, so that classes are there once. */
const virtualModules = {
  asof,
  zod,
  'zod/v4': zod,
  immer: { ...immer, original: counted(immer.original), isDraft: counted(immer.isDraft) },
}

/**
 * The projection that a module exports, by the module's URL or its absolute path. TypeScript is loaded too: types are not
 * checked, only removed. Throws `INVALID_ARGUMENT`.
 */
export async function importProjection(module: string, exportName: string): Promise<Projection> {
  const exported = (await importModule(module))[exportName]
  if (exported === undefined)
    throw invalidArgument(`${module} exports no ${quote(exportName)}`, 'the name of a projection that it exports', 'Correct the name')
  checkProjection(exported)
  return exported as Projection
}

async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    const url = isAbsolute(module) ? pathToFileURL(module).href : module
    if (!url.startsWith('file:')) return (await import(url)) as Record<string, unknown>
    const { createJiti } = await import('jiti')
    return await createJiti(import.meta.url, { virtualModules, interopDefault: false }).import(fileURLToPath(url))
  } catch (cause) {
    throw invalidArgument(
      `${module} cannot be imported: ${String(cause)}`,
      'the URL of a module',
      "Write, for example, import.meta.resolve('./export-status.js')",
      cause,
    )
  }
}
