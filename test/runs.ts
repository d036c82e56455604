/** How many cases a property is tried on; fewer where hundreds of mutants are to be found out. */
export const RUNS = Number(process.env['RUNS'] ?? 1000)
