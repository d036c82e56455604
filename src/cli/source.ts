import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** What is read from a file: its bytes, unzipped, and how far reading has come, from 0 to 1, where its size is known. */
export type FileSource = { readonly chunks: AsyncIterable<Buffer>; readonly share: () => number | undefined }

/** Opens a file, or standard input with `-`. What is gzip is known by its first bytes, whatever its name. */
export async function openSource(path: string): Promise<FileSource> {
  const size = path === '-' ? 0 : (await stat(path)).size
  let bytes = 0
  async function* read(): AsyncGenerator<Buffer> {
    const stream = path === '-' ? process.stdin : createReadStream(path) // once it is asked for: nobody would hear it fail before
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      yield chunk
    }
  }
  return { chunks: unzipped(read()), share: () => (size > 0 ? bytes / size : undefined) }
}

async function* unzipped(chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  const start = await firstBytes(chunks, 2)
  const all = rest(start, chunks)
  if (start[0] === 0x1f && start[1] === 0x8b) yield* unzipping(all)
  else yield* all
}

async function* unzipping(zipped: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const done = pipeline(zipped, gunzip)
  done.catch(() => {}) // whoever reads from it is told
  yield* gunzip
  await done
}

async function firstBytes(chunks: AsyncIterator<Buffer>, count: number): Promise<Buffer> {
  let start = Buffer.alloc(0)
  while (start.length < count) {
    const { value, done } = await chunks.next()
    if (done === true) break
    start = Buffer.concat([start, value])
  }
  return start
}

async function* rest(start: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield start
  yield* { [Symbol.asyncIterator]: () => chunks }
}
