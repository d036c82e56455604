import { type FileHandle, open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { flushFolder } from './flush.js'

/** Moves what follows an offset of a file, the rest of a record that was not written whole, to the first of `PATH.torn-1`, `PATH.torn-2` … that is not there. */
export async function moveAside(file: FileHandle, path: string, offset: number): Promise<void> {
  const aside = await openNew(`${path}.torn`)
  await pipeline(file.createReadStream({ start: offset, autoClose: false }), aside.createWriteStream({ flush: true }))
  await flushFolder(path)
  await file.truncate(offset)
}

/** Creates the first of `PATH-1`, `PATH-2` … that is not there. */
async function openNew(path: string, number = 1): Promise<FileHandle> {
  try {
    return await open(`${path}-${number}`, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return openNew(path, number + 1)
    throw error
  }
}
