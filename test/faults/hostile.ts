/** Lines of about a megabyte, each made to be slow: deep, wide, long, or nearly right. */
import type { ErrorCode } from 'asof'

/** A text, and what must become of it. */
export type Hostile = readonly [name: string, text: string, outcome: ErrorCode | 'taken']

const BYTES = 980_000 // an event of 1,000,000 bytes is too large whatever it holds

const fill = (unit: string, bytes = BYTES) => unit.repeat(Math.floor(bytes / unit.length))
const listOf = (unit: string) => `[${fill(`${unit},`)}${unit}]`
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const chain = (depth: number, open: (level: number) => string, close: string) =>
  `${Array.from({ length: depth }, (_, level) => open(level)).join('')}0${close.repeat(depth)}`

/** An object of as many members as fit, each of which is made of its number. */
function objectOf(member: (number: number) => string): string {
  const members: string[] = []
  for (let bytes = 0; bytes < BYTES; bytes += Buffer.byteLength(members.at(-1)!) + 1) members.push(member(members.length))
  return `{${members.slice(0, -1).join()}}`
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&*+-./:;'

/** A word of three letters for each number below 262,144, in no order. */
function word(number: number): string {
  const mixed = (number * 48_271) % LETTERS.length ** 3
  return [mixed >> 12, mixed >> 6, mixed].map((letter) => LETTERS[letter % LETTERS.length]!).join('')
}

const cyrillic = (number: number) => String.fromCharCode(0x400 + (number % 256))

const MANY_KEYS = objectOf((number) => `"${word(number)}":{}`)

/** Objects that have so many keys each, of which hardly any is in two of them. */
function objectsOf(keys: number): string {
  const object = (first: number) => `{${Array.from({ length: keys }, (_, index) => `"${word(first + index)}":0`).join()}}`
  const { length } = object(0)
  return `[${Array.from({ length: Math.floor(BYTES / (length + 1)) }, (_, index) => object(index * keys)).join()}]`
}

/** Objects that have one key each, of which hardly any is in two of them, and 90 of them one in the other. */
function chainsOf(value: string): string {
  const object = (first: number) => Array.from({ length: 90 }, (_, level) => `{"${word(first + level)}":`).join('') + value + '}'.repeat(90)
  const { length } = object(0)
  return `[${Array.from({ length: Math.floor(BYTES / (length + 1)) }, (_, index) => object(index * 90)).join()}]`
}

/** As the data of an event. */
export const HOSTILE_DATA: readonly Hostile[] = [
  ['half a million brackets', nested(BYTES / 2), 'UNSAFE_VALUE'],
  ['objects as deep as that', `${fill('{"a":', BYTES - 160_000)}0${'}'.repeat(Math.floor((BYTES - 160_000) / 5))}`, 'UNSAFE_VALUE'],
  ['many arrays as deep as is allowed', listOf(nested(90)), 'taken'],
  ['many arrays deeper than that', listOf(nested(101)), 'UNSAFE_VALUE'],
  ['many arrays as deep as that, and a number that JSON writes shorter', listOf(nested(90)).replace(/]$/, ',1.0]'), 'taken'],
  ['many objects as deep as is allowed', listOf(chain(90, () => '{"a":', '}')), 'taken'],
  ['many objects with an empty key as deep as that', listOf(chain(90, () => '{"":', '}')), 'taken'],
  ['many objects with a number for a key as deep as that', listOf(chain(90, (level) => `{"${level}":`, '}')), 'taken'],
  ['many objects and arrays in turn', listOf(chain(45, () => '{"a":[', ']}')), 'taken'],
  ['many objects with a number for a key and arrays in turn', listOf(chain(45, (level) => `[{"${level}":`, '}]')), 'taken'],
  ['many objects whose keys are not in order, one in the other', listOf(chain(90, () => '{"b":0,"a":', '}')), 'taken'],
  ['many empty arrays', listOf('[]'), 'taken'],
  ['many empty texts', listOf('""'), 'taken'],
  ['many zeros', listOf('0'), 'taken'],
  ['many empty objects', listOf('{}'), 'taken'],
  ['many small objects', listOf('{"a":{}}'), 'taken'],
  ['a million digits', fill('9'), 'UNSAFE_VALUE'],
  ['a million zeros between two digits', `1${fill('0')}1`, 'UNSAFE_VALUE'],
  ['a million digits behind the point', `0.${fill('3')}`, 'UNSAFE_VALUE'],
  ['a million zeros behind the point', `1.${fill('0')}`, 'taken'],
  ['an exponent of a million digits', `1e${fill('9')}`, 'UNSAFE_VALUE'],
  ['an exponent of a million zeros', `1e${fill('0')}`, 'taken'],
  ['-0 many times', listOf('-0'), 'UNSAFE_VALUE'],
  ['1e999 many times', listOf('1e999'), 'UNSAFE_VALUE'],
  ['numbers that JSON writes shorter', listOf('1.0'), 'taken'],
  ['numbers that JSON writes longer', listOf('1e20'), 'TOO_LARGE'],
  ['the smallest number many times', `[${fill('5E-324,')}1]`, 'taken'],
  ['numbers of 17 digits behind the point', listOf('0.12345678901234568'), 'taken'],
  ['numbers of 17 digits', listOf('9007199254740992.0'), 'taken'],
  ['a number that is lost behind many that are not', `[${fill('1.0,')}9007199254740993]`, 'UNSAFE_VALUE'],
  ['one key many times', objectOf(() => '"a":1'), 'UNSAFE_VALUE'],
  ['one key with ever other values', objectOf((number) => `"a":[${number}]`), 'UNSAFE_VALUE'],
  ['a key that comes twice, behind many that do not', `{${objectOf((number) => `"k${number}":0`).slice(1, -1)},"k0":0}`, 'UNSAFE_VALUE'],
  ['many keys', objectOf((number) => `"k${number.toString(36)}":0`), 'taken'],
  ['many keys in no order', MANY_KEYS, 'taken'],
  ['many keys in no order that begin alike', objectOf((number) => `"begin${word(number)}":{}`), 'taken'],
  ['many keys in no order, each with an escape', objectOf((number) => `"\\"${word(number)}":{}`), 'taken'],
  ['many keys in no order, each with an escape that is not kept', objectOf((number) => `"\\/${word(number)}":{}`), 'taken'],
  ['many keys in no order, each with a control character', objectOf((number) => `"\\u001f${word(number)}":{}`), 'taken'],
  ['many keys in no order that are not ASCII', objectOf((number) => `"${cyrillic(number)}${word(number)}":{}`), 'taken'],
  ['objects with 2 keys of their own', objectsOf(2), 'taken'],
  ['objects with 10 keys of their own', objectsOf(10), 'taken'],
  ['objects with 20 keys of their own', objectsOf(20), 'taken'],
  ['objects with 100 keys of their own', objectsOf(100), 'taken'],
  ['objects with a key of their own, one in the other', chainsOf('[]'), 'taken'],
  [
    'many keys in no order, not all of them ASCII, within objects whose keys are in none',
    `${'{"b":0,"a":'.repeat(97)}{"é":0,${MANY_KEYS.slice(1)}${'}'.repeat(97)}`,
    'taken',
  ],
  ['keys that are numbers', objectOf((number) => `"${number}":0`), 'taken'],
  ['keys that are numbers, from the highest down', objectOf((number) => `"${99_999 - number}":0`), 'taken'],
  ['keys that are numbers, far apart', objectOf((number) => `"${4_294_967_290 - number * 40_000}":0`), 'taken'],
  ['keys that are escaped', objectOf((number) => `"\\u0041${number}":0`), 'taken'],
  ['many __proto__', objectOf(() => '"__proto__":0'), 'UNSAFE_VALUE'],
  ['__proto__ within __proto__', `${'{"__proto__":'.repeat(90)}0${'}'.repeat(90)}`, 'UNSAFE_VALUE'],
  ['many escapes', `"${fill('\\u0041')}"`, 'taken'],
  ['many escaped backslashes', `"${fill('\\\\')}"`, 'taken'],
  ['many escaped quotes', `"${fill('\\"')}"`, 'taken'],
  ['a long text and white space behind it', `"${fill('x')}" `, 'taken'],
  ['many lone surrogates', `"${fill('\\ud83d')}"`, 'UNSAFE_VALUE'],
  ['one lone surrogate at the end', `"${fill('x')}\\udc00"`, 'UNSAFE_VALUE'],
  ['U+0000 many times', `"${fill('\\u0000')}"`, 'UNSAFE_VALUE'],
  ['a name that is a megabyte long, of what is refused', `{"${fill('x')}":-0}`, 'UNSAFE_VALUE'],
  ['white space between values', `[${fill('0 , ')}0]`, 'taken'],
  ['nothing but white space before the value', `${fill(' \t')}1.0`, 'taken'],
]

export const eventWith = (fields: string) =>
  `{"id":"hostile","type":"noted","subject":"s","occurredAt":"2025-04","reportedAt":"2025-05-01",${fields}}`
export const cloudEventWith = (attributes: string) =>
  `{"specversion":"1.0","id":"h","source":"s","type":"noted","time":"2025-04-01T00:00:00Z",${attributes}}`
const dated = (date: string) => eventWith('"data":0').replace('2025-04', date)
const reported = (date: string) => eventWith('"data":0').replace('2025-05-01', date)

/** As a line of its own. */
export const HOSTILE_LINES: readonly Hostile[] = [
  ...['[', ']', '{', '}', '{"a":', '[{', '"', ',', ':', '\\', '0', '-', 't', '{},', '[],', 'true ', '\0', '\x80', '\u2028'].map(
    (unit): Hostile => [`nothing but ${JSON.stringify(unit)}`, `x${fill(unit)}`, 'INVALID_EVENT'],
  ),
  ['an object that is never closed', fill('{"a":'), 'INVALID_EVENT'],
  ['a text that is never closed', `{"type":"${fill('x')}`, 'INVALID_EVENT'],
  ['escapes that are never closed', `{"type":"${fill('\\')}`, 'INVALID_EVENT'],
  ['quotes within an event', eventWith(`"data":${fill('"')}`), 'INVALID_EVENT'],
  ['a comma too many behind many values', eventWith(`"data":[${fill('0,')}]`), 'INVALID_EVENT'],
  ['an array, which is no event', ` ${listOf('[]')}`, 'INVALID_EVENT'],
  ['a number, which is no event', '1.' + fill('0'), 'INVALID_EVENT'],
  ['many fields that no event has', objectOf((number) => `"f${number}":0`), 'INVALID_EVENT'],
  ['a field with a long name', eventWith(`"${fill('occurredAt')}":0`), 'INVALID_EVENT'],
  ['long stamps, which are not kept', eventWith(`"position":"${fill('x')}"`), 'taken'],
  ['stamps, which are not kept, half a million levels deep', eventWith(`"position":${nested(BYTES / 2)}`), 'UNSAFE_VALUE'],
  ['stamps before many keys in no order', eventWith(`"position":1,"data":${MANY_KEYS}`).replace('"id":"hostile",', ''), 'taken'],
  ['stamps before many fields that no event has', `{"position":1,${MANY_KEYS.slice(1)}`, 'INVALID_EVENT'],
  ['a CloudEvent with many attributes that nobody knows', cloudEventWith(MANY_KEYS.slice(1, -1)), 'taken'],
  ['a long id of what is superseded', eventWith(`"supersedes":"${fill('x')}"`), 'UNKNOWN_EVENT'],
  ['a long id', eventWith(`"supersedes":"gone"`).replace('hostile', fill('x')), 'UNKNOWN_EVENT'],
  ['unknown digits', dated(`2025-${fill('X')}`), 'INVALID_DATE'],
  ['a set of years', dated(`[${fill('2025,')}2025]`), 'INVALID_DATE'],
  ['a set of unknown days', dated(`[${fill('XXXX-XX-XX,')}2025]`), 'INVALID_DATE'],
  ['a set of days that are in few years', dated(`[${fill('XX96-X2-29,')}2025]`), 'INVALID_DATE'],
  ['a set of ranges', dated(`[${fill('2025..2026,')}2026]`), 'INVALID_DATE'],
  ['a set of dots', dated(`[${fill('.')}]`), 'INVALID_DATE'],
  ['a set of spaces', dated(`[${fill(' ')}`), 'INVALID_DATE'],
  ['slashes', dated(fill('/')), 'INVALID_DATE'],
  ['half an interval', dated(`2025/${fill('2025/')}`), 'INVALID_DATE'],
  ['a long year', dated(`Y${fill('9')}`), 'INVALID_DATE'],
  ['a long second', dated(`2025-04-09T00:00:00.${fill('0')}Z`), 'INVALID_DATE'],
  ['marks', dated(fill('?')), 'INVALID_DATE'],
  ['a calendar that is no ISO calendar', dated(fill('[!u-ca=')), 'INVALID_DATE'],
  ['a report of a long second', reported(`2025-05-01T00:00:00.${fill('0')}Z`), 'INVALID_DATE'],
  ['a report of unknown digits', reported(`2025-05-01T${fill('X')}`), 'INVALID_DATE'],
]

/** As an attribute of a CloudEvent. */
export const HOSTILE_ATTRIBUTES: readonly Hostile[] = [
  ['specversion', `"${fill('1.0')}"`, 'INVALID_EVENT'],
  ['id', `[${fill('0,')}0]`, 'INVALID_EVENT'],
  ['source', `{"a":"${fill('x')}"}`, 'INVALID_EVENT'],
  ['time', `"${fill('2025-')}"`, 'INVALID_DATE'],
  ['occurredat', `"[${fill('XXXX-XX-XX,')}2025]"`, 'INVALID_DATE'],
  ['recordedtime', `"2025-05-01T${fill('0')}"`, 'INVALID_DATE'],
  ['supersedes', `"${fill('#')}"`, 'UNKNOWN_EVENT'],
  ['traceparent', `"${fill('x')}"`, 'taken'],
  ['data_base64', `"${fill('AAAA')}"`, 'INVALID_EVENT'],
]

/** Bytes that are nearly UTF-8. */
export const HOSTILE_BYTES: readonly (readonly [name: string, unit: string, outcome: ErrorCode])[] = [
  ['bytes that only follow others', '\x80', 'INVALID_EVENT'],
  ['bytes that others must follow', '\xE9', 'INVALID_EVENT'],
  ['bytes that nearly are surrogates', '\xED', 'INVALID_EVENT'],
  ['lone surrogates in UTF-8', '\xED\xA0\xBD', 'UNSAFE_VALUE'],
  ['two bytes where one would do', '\xC0\x80', 'INVALID_EVENT'],
  ['what is beyond Unicode', '\xF5\x80\x80\x80', 'INVALID_EVENT'],
]

export const bytesOf = (unit: string) => Buffer.from(`{"type":"${fill(unit)}"}`, 'latin1')
