/** So many items fill a block, which then has hardly any room to spare. */
const BLOCK = 4096

/** Numbers by index, NaN until they are set. They grow by blocks: many are never copied, and have no room for half as many again. */
export class Numbers {
  readonly #blocks: number[][] = []

  set(index: number, number: number): void {
    const block = (this.#blocks[Math.floor(index / BLOCK)] ??= [])
    while (block.length < index % BLOCK) block.push(NaN)
    block[index % BLOCK] = number
  }

  at(index: number): number {
    return this.#blocks[Math.floor(index / BLOCK)]?.[index % BLOCK] ?? NaN
  }
}
