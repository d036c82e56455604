import { fileURLToPath } from 'node:url'
import * as zod from 'zod'
import { invalidArgument } from '../argument.js'
import { quote } from '../error.js'
import * as asof from '../index.js'
import { type Projection, checkProjection } from '../projection.js'

/**
 * The projection that a module exports. TypeScript is loaded too: types are not checked, only removed. Throws
 * `INVALID_ARGUMENT`.
 */
export async function importProjection(moduleUrl: string, exportName: string): Promise<Projection> {
  const exported = (await importModule(moduleUrl))[exportName]
  if (exported === undefined)
    throw invalidArgument(`${moduleUrl} exports no ${quote(exportName)}`, 'the name of a projection that it exports', 'Correct the name')
  checkProjection(exported)
  return exported as Projection
}

async function importModule(moduleUrl: string): Promise<Record<string, unknown>> {
  try {
    if (!moduleUrl.startsWith('file:')) return (await import(moduleUrl)) as Record<string, unknown>
    const { createJiti } = await import('jiti')
    const jiti = createJiti(import.meta.url, { virtualModules: { asof, zod, 'zod/v4': zod }, interopDefault: false })
    return await jiti.import(fileURLToPath(moduleUrl))
  } catch (cause) {
    throw invalidArgument(
      `${moduleUrl} cannot be imported: ${String(cause)}`,
      'the URL of a module',
      "Write, for example, import.meta.resolve('./export-status.js')",
      cause,
    )
  }
}
