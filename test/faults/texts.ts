/** JSON texts after the grammar of RFC 8259: what each production makes valid, what it does not, and what it leaves to whoever reads. */

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

/** Valid, and held without change. */
// prettier-ignore
export const VALID: readonly string[] = [
  // literals, and white space around values
  ['true', 'false', 'null', ' true', 'null\t', '\r\nfalse', '[ true , false ]', '{ "a" : null }', ' { } ', '[\n\t\r ]'],
  // numbers: int, frac, exp
  ['0', '7', '-7', '10', '-10', '0.5', '-0.25', '1.0', '1.50', '100', '1e2', '1E2', '1e+2', '1e-2', '12e-1', '0e5', '0.0', '0E-0'],
  ['9007199254740991', '-9007199254740991', '9007199254740992', '0.1', '123456789.123456', '1e21', '1e-7', '5e-324', '1.7976931348623157e308'],
  // strings: unescaped, escapes, UTF-16 pairs
  ['""', '" "', '"a"', '"é€😀"', '"\u007f"', '"\u2028\u2029"', '"\uFEFF"', '"\uFFFF"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u0041\\u00e9"'],
  ['"\\ud83d\\ude00"', '"\\uD83D\\uDE00"', '"\\u0001"', '"\\uffff"', '"\\\\u0000"', '"\\\\ud800"', '"//"', '"/* */"', '"\uE000\u{10FFFF}"'],
  // arrays and objects
  ['[]', '{}', '[[]]', '[{}]', '{"a":{}}', '[1,"2",null,[true]]', '{"":0}', '{"a":1,"b":2}', '{"a b":0}', '{"\\u0061":0}', '{"1":0,"0":1}'],
  ['{"b":1,"a":2}', '{"a":{"a":{"a":0}}}', '[0,0,0]', '{"constructor":0,"toString":1,"then":2,"toJSON":3}', nested(100)],
].flat()

/** Valid, but of what JavaScript, UTF-8 or a log would make another value. */
// prettier-ignore
export const UNSAFE: readonly string[] = [
  ['-0', '-0.0', '-0e1', '9007199254740993', '-9007199254740993', '12345678901234567890', '0.10000000000000000001', '1e309', '-1e309'],
  ['1e-400', '4e-324', '1e999999999999', '1.00000000000000000001', '179769313486231580793728971405301e276', '[1,-0]', '{"a":[1e400]}'],
  ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00"', '"\\ude00\\ud83d"', '"\\ud83dx"', '"\\ud800\\ud800"', '{"\\u0000":0}', '{"\\ud800":0}'],
  ['{"a":1,"a":1}', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"":0,"":0}', '[{"a":{"b":1,"b":{}}}]', '{"a":{},"a":{}}', '{"a":1,"b":2,"a":1}'],
  ['{"__proto__":0}', '{"__proto__":{}}', '{"__proto__":null,"__proto__":null}', '{"\\u005f_proto__":0}', '[{"__proto__":[]}]', nested(101), nested(5000)],
].flat()

/** No JSON. */
// prettier-ignore
export const INVALID: readonly string[] = [
  // literals, and white space that is none
  ['True', 'NULL', 'nul', 'truex', 'undefined', 'NaN', 'Infinity', '-Infinity', '\u00a0true', '\u2028true', 'true\u000b', '\f0', '\ufeff0'],
  // numbers
  ['01', '-01', '00', '+1', '.5', '5.', '-', '-.5', '1.e1', '1e', '1e+', '1e1.5', '0x1', '1_000', '1,5', '１', '1 2', '--1', '1e--1', '0b1', '1n'],
  // strings
  ["'a'", '"a', 'a"', '"\\x41"', '"\\u12"', '"\\u00g0"', '"\\U0041"', '"\\a"', '"\\"', '"\t"', '"\u0000"', '"\u001f"', '`a`', '"a" "b"', '"\\ud8"'],
  // arrays and objects
  ['[', ']', '[1', '[1,', '[1,]', '[,1]', '[1,,2]', '[1 2]', '[1:2]', '(1)', '[1]]', '[[1]', '{', '}', '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{,"a":1}'],
  ['{a:1}', "{'a':1}", '{1:1}', '{null:1}', '{"a" 1}', '{"a"::1}', '{"a":1 "b":2}', '{"a":1;"b":2}', '{[]:1}', '{"a":1}}', '{"a":}', '{"a":1]', '[1}'],
  // what other notations allow
  ['/* a */1', '1//a', '#a', '<a/>', 'a', '*', '{"a":b}', '[1]x', '\\u0031', '{{}}', '[].a', '{"a":1}#', '...', '\u0000', '[\u0000]'],
].flat()

/** Bytes that are no UTF-8, within a text: what begins or goes on wrongly, what is longer than need be, what is beyond. */
// prettier-ignore
export const NOT_UTF8: readonly string[] = [
  '\xff', '\xfe', '\x80', '\xbf', '\xc3', '\xe2\x82', '\xf0\x9f\x98', '\xc0\x80', '\xc1\xbf', '\xe0\x80\x80', '\xf0\x80\x80\x80', '\xf4\x90\x80\x80',
]

/** Bytes that would be lone surrogates, or pairs of them, if UTF-8 had any. */
export const SURROGATE_BYTES: readonly string[] = ['\xed\xa0\x80', '\xed\xbf\xbf', '\xed\xa0\xbd\xed\xb8\x80']

/** Texts that break what handles them carelessly, by class. */
// prettier-ignore
export const NAUGHTY: readonly string[] = [
  [' ', '\t', '\n', '\r\n', '\u0001', '\u0008', '\u001b[31m', '\u001b]0;title\u0007', '\u007f', '\u0085', '\u009b31m', '\u00a0', '\u00ad'], // blank, and controls
  ['null', 'undefined', 'NaN', 'Infinity', 'true', 'nil', 'None', '[object Object]', 'function () {}', '-', '--', '--help', '-x'], // words that are kept for something
  ['0', '-0', '1e999', '0x10', '١٢٣', '1,000', '2025', '2025-13-45', '9007199254740993', '½', '∞'], // nearly numbers and dates
  ['\u200b', '\u200d', '\u200e\u200f', '\u202eabc\u202c', '\u2066x\u2069', '\u2028', '\u2029', '\ufeff', '\ufffd', '\ufffe', '\uffff', '\u{1ffff}', '\u{e0041}'], // what is not seen
  ['é', 'e\u0301', 'Z̷̢̛a̶l̵g̴o̸', '👩‍👩‍👧‍👦', '🏳️‍🌈', '🇨🇭', '👍🏽', '田中さん', 'שלום', 'ﷺ', 'ß', 'İ', 'ﬀ', '𝒳', '\u{10ffff}'], // what is one, or more, or changes with case
  ['"', '\\', "'", '`', '\\"', '\\u0041', '"}', '"]', '{"a":1}', '//', '/*', '#', '%', '%00', '%s%n%d', '{0}', '${x}', '{{x}}'], // quotes, and formats
  ['<script>alert(1)</script>', "'; DROP TABLE events; --", '$(id)', '`id`', '| id', '../../etc/passwd', '..\\..', 'C:\\nul', 'file:///etc/passwd', 'javascript:0', '=1+1', '@SUM(A1)'], // what is run elsewhere
  'x'.repeat(100_000),
  '😀'.repeat(10_000),
].flat()

/** Texts that no log holds. */
export const NAUGHTY_UNSAFE: readonly string[] = ['\0', 'a\0', '\ud800', '\udfff', 'a\ud83d', '\ude00\ud83d']
