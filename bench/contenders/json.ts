/** Parses each text as JSON, and keeps nothing of it. */
export function parseEach(texts: readonly string[]): void {
  for (const text of texts) JSON.parse(text)
}
