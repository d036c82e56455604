import { type FileHandle, open, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { flushFolder } from './flush.js'

/**
 * Moves what follows an offset of a file, the rest of a record that was not written whole, to the first of `PATH.torn-1`,
 * `PATH.torn-2` … that is not there. Where it cannot be copied, nothing of the copy is left, which would take room that there may not be.
 */
export async function moveAside(file: FileHandle, path: string, offset: number): Promise<void> {
  const aside = await createNew(`${path}.torn`)
  try {
    await pipeline(file.createReadStream({ start: offset, autoClose: false }), aside.file.createWriteStream({ flush: true }))
    await flushFolder(path)
  } catch (error) {
    await rm(aside.path)
    throw error
  }
  await file.truncate(offset)
}

/** Creates the first of `PATH-1`, `PATH-2` … that is not there. */
async function createNew(prefix: string, number = 1): Promise<{ readonly file: FileHandle; readonly path: string }> {
  const path = `${prefix}-${number}`
  try {
    return { file: await open(path, 'wx'), path }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return createNew(prefix, number + 1)
    throw error
  }
}
