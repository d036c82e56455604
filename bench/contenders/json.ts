/** Parses each text as JSON, and keeps all of it, as whoever opens a log must. */
export function parseAndKeep(texts: readonly string[]): unknown[] {
  return texts.map((text) => JSON.parse(text) as unknown)
}

/** Parses each text as JSON, and keeps nothing of it. */
export function parseEach(texts: readonly string[]): void {
  for (const text of texts) JSON.parse(text)
}
