import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unflushed } from './log.js'

const CHUNK_BYTES = 64 * 1024

/** Makes what was written to a file durable. Throws `LOG_UNAVAILABLE`. */
export async function flush(file: FileHandle, path: string): Promise<void> {
  try {
    await file.datasync()
  } catch (error) {
    throw unflushed(path, error)
  }
}

/** The same for whoever only reads. Windows flushes only what may be written; a file system that only reads has nothing to flush. */
export async function flushToRead(file: FileHandle, path: string): Promise<void> {
  try {
    if (process.platform !== 'win32') await file.datasync()
  } catch (error) {
    if (!['EINVAL', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw unflushed(path, error)
  }
}

/** Writes what is in a file from an offset on once more, where it stands: the next flush would pass over what the system takes for written. */
export async function writeAgain(file: FileHandle, offset: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let at = offset; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at)
    if (bytesRead === 0) return
    at += (await file.write(buffer, 0, bytesRead, at)).bytesWritten
  }
}

/** Makes durable that a file has come into its folder; Windows does that by itself, and opens no folder. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await openFolder(dirname(path))
  try {
    await folder?.sync()
  } catch (error) {
    throw unflushed(path, error)
  } finally {
    await folder?.close()
  }
}

/** Nothing, where it may be written to, but not be read. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}
