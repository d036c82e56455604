const ZERO = 48

/** How many significant digits every double has (DBL_DIG in C), where it is not among the smallest. */
const DIGITS = 15
const SMALL = 1e-290

/** Whether JSON writes a number back with the value that is written; a zero has no sign there. */
export function isExact(written: string, number: number): boolean {
  if (number === 0) return !/^-|^[^eE]*[1-9]/.test(written)
  const size = Math.abs(number)
  if (written.length <= DIGITS && size > SMALL && size < Infinity) return true
  return decimal(written) === decimal(String(number))
}

/** A number's significant digits and their exponent, one text for equal numbers. */
function decimal(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = withoutZerosAtEnd(digits)
  return significant === '' ? '0' : `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** A regular expression would try each of many zeros as the first. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1
  return digits.slice(0, end)
}
