/**
 * Year and month, day of the month and of the week, and hour, and in which half of the year or day, or part of the week,
 * these are, where the process is: none is the same elsewhere.
 */
export function partsOf(date: Date): string[] {
  const [month, day, hour] = [date.getMonth(), date.getDay(), date.getHours()]
  const parts = [month < 6, day % 6 === 0, hour < 12].map(String)
  return [...[date.getFullYear(), month, date.getDate(), day, hour].map(String), ...parts]
}
