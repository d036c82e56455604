/** Random sources: events in every form in which they may come, some of them broken, in chunks with their borders anywhere. */
import { openTimeline, type Source } from 'asof'
import fc from 'fast-check'

/** The forms, by what they make of events' texts. */
export const FORMS = {
  lines: (texts: readonly string[]) => texts.join('\n'),
  'a minified array': (texts: readonly string[]) => `[${texts.join()}]`,
  'an array, an element a line': (texts: readonly string[]) => `[\n${texts.join(',\n')}\n]\n`,
  'an array that begins on the line of its first element': (texts: readonly string[]) => `[${texts.join(',\n')}]`,
  'an array with commas first': (texts: readonly string[]) => `[ ${texts.join('\n, ')}\n]`,
  'an indented array': (texts: readonly string[]) => `[\n${texts.join(',\n').replace(/^/gm, '    ')}\n]`,
  'objects that span lines': (texts: readonly string[]) => texts.join('\n'),
} as const

export type Form = keyof typeof FORMS

/** The forms in which a break in one element is told from the lines on which the others begin. */
export const MENDABLE = (Object.keys(FORMS) as Form[]).filter((form) => form !== 'a minified array')

const SPANNING: readonly Form[] = ['an indented array', 'objects that span lines']

const words = fc.constantFrom('plain', 'é', '😀', '\u2028', 'a"b\\', '{[', ']}', ', {', 'two\nlines', '')
const data = fc.oneof(
  words,
  fc.array(words, { maxLength: 2 }),
  fc.record({ list: fc.array(fc.record({ word: words }), { maxLength: 2 }), empty: fc.constant({}) }),
)

/** One to five events' texts, each an event with an id of its own: e0, e1 … */
function eventTexts(form: Form): fc.Arbitrary<string[]> {
  const indent = SPANNING.includes(form) ? 2 : 0
  const toText = (given: unknown, index: number) =>
    JSON.stringify(
      { id: `e${index}`, type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01', data: given },
      null,
      indent,
    )
  return fc.array(data, { minLength: 1, maxLength: 5 }).map((all) => all.map(toText))
}

/** What becomes of a text by a slip of the pen: a character more or less, or an end that is missing. */
const slips = fc
  .tuple(fc.nat(), fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'x', 'less', 'cut'))
  .map(([place, slip]) => (text: string): string => {
    const characters = Array.from(text) // so that no surrogate pair is parted
    const at = place % characters.length
    if (slip === 'cut') return characters.slice(0, at).join('')
    return characters.toSpliced(at, slip === 'less' ? 1 : 0, slip === 'less' ? '' : slip).join('')
  })

/** A source of which one event may be broken. The first object shows the form of those that span lines, so it is whole. */
export function brokenSources(forms: readonly Form[]): fc.Arbitrary<{ text: string; whole: string[] }> {
  return fc.constantFrom(...forms).chain((form) =>
    fc.tuple(eventTexts(form), fc.nat(), slips).map(([all, pick, slip]) => {
      const broken = form === 'objects that span lines' && all.length > 1 ? 1 + (pick % (all.length - 1)) : pick % all.length
      const text = FORMS[form](all.map((one, index) => (index === broken ? slip(one) : one)))
      return { text, whole: all.map((_, index) => `e${index}`).filter((_, index) => index !== broken) }
    }),
  )
}

/** Sources as they may come: with a byte order mark, other ends of lines, and white space around. */
export const dressedSources = brokenSources(Object.keys(FORMS) as Form[]).chain(({ text }) =>
  fc
    .record({
      mark: fc.boolean(),
      crlf: fc.boolean(),
      before: fc.constantFrom('', '\n', ' \n\n  '),
      after: fc.constantFrom('', '\n', '{"id":'),
    })
    .map(({ mark, crlf, before, after }) => (mark ? '\uFEFF' : '') + `${before}${text}${after}`.replaceAll('\n', crlf ? '\r\n' : '\n')),
)

/** Parts a text or bytes at some places, which may be the same ones. */
export function partsOf<T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] {
  const cuts = places.map((place) => place % (whole.length + 1)).toSorted((one, other) => one - other)
  return [0, ...cuts].map((start, index) => whole.slice(start, cuts[index] ?? whole.length) as T)
}

/** All that a source leaves behind: what was taken, and each line that was not, with its whole text. */
export async function outcomeOf(source: Source) {
  const timeline = await openTimeline({ clock: () => Date.UTC(2025, 6, 16, 9) })
  const raws: string[] = []
  const onRejected = (_: unknown, raw: string | Uint8Array) => raws.push(typeof raw === 'string' ? raw : Buffer.from(raw).toString('hex'))
  const result = await timeline.ingest(source, { onRejected })
  const exported: string[] = []
  for await (const line of timeline.export()) exported.push(line)
  const events = timeline.asOf().events()
  return { ...result, raws, exported, ids: events.map(({ id }) => id), again: (other: Source) => timeline.ingest(other) }
}
