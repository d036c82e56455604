/** So many items fill a block, which then has hardly any room to spare. */
const BLOCK = 4096

/** Numbers that are only added to. They grow by blocks: many are never copied, and have no room for half as many again. */
export class Numbers {
  readonly #blocks: number[][] = []
  #length = 0

  push(number: number): void {
    if (this.#length % BLOCK === 0) this.#blocks.push([])
    this.#blocks.at(-1)!.push(number)
    this.#length += 1
  }

  /** The number at an index that is there. */
  at(index: number): number {
    return this.#blocks[Math.floor(index / BLOCK)]![index % BLOCK]!
  }
}
