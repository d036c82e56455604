declare module 'edtf' {
  /** What a text says, by the lowest level of EDTF that reads it; throws where none up to `level` does. */
  export function parse(
    text: string,
    constraints: { readonly level: 0 | 1 | 2 },
  ): { readonly type: 'Date' | 'Year' | 'Decade' | 'Century' | 'Season' | 'Interval' | 'List' | 'Set' }
}
