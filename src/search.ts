/** How many of the first items of a list are so, where none is that follows one that is not. A binary search. */
export function countWhile(length: number, isSo: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSo(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** How many numbers of a column in ascending order are no greater than a limit: the same without a function, for those who ask often. */
export function countUpTo(column: readonly number[], limit: number): number {
  let low = 0
  let high = column.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (column[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}
