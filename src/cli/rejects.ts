import { type FileHandle, open, rename, rm } from 'node:fs/promises'

/**
 * A file of the lines that were refused, whole and as they came, for mending and taking in again. It takes its name when
 * all is read, so that it may be the very file that is read.
 */
export class Rejects {
  readonly #path: string
  readonly #part: FileHandle
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(path: string, part: FileHandle) {
    this.#path = path
    this.#part = part
  }

  static async create(path: string): Promise<Rejects> {
    return new Rejects(path, await open(`${path}.part`, 'w'))
  }

  /** Adds a line; line breaks in it, which JSON has between values only, become spaces. */
  add(raw: string | Uint8Array): void {
    const line = Buffer.concat([Buffer.from(raw).map((byte) => (byte === 10 || byte === 13 ? 32 : byte)), Buffer.from('\n')])
    this.#writing = this.#writing.then(() => this.#part.appendFile(line))
    this.#writing.catch(() => {}) // `finish` tells
  }

  async finish(): Promise<void> {
    await this.#writing
    await this.#part.close()
    await rename(`${this.#path}.part`, this.#path)
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#part.close()
    await rm(`${this.#path}.part`)
  }
}
