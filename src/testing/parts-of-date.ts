/** Year, month, day of the month and of the week, weekend or not, and hour, where the process is: none is the same elsewhere. */
export function partsOf(date: Date): string[] {
  const day = date.getDay()
  return [date.getFullYear(), date.getMonth(), date.getDate(), day, day % 6 === 0 ? 'weekend' : 'week', date.getHours()].map(String)
}
