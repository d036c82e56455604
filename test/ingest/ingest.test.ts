import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { type Log, type Source, type TimelineEvent, latest, memoryLog, openTimeline } from 'asof'
import { expect, test } from 'vitest'
import { canonical } from '../../src/canonical.js'

const clock = () => Date.UTC(2025, 6, 16, 9)
const event = (fields: object = {}) => ({ type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01', ...fields })
const line = (fields: object = {}) => JSON.stringify(event(fields))
const flat = (value: unknown) => JSON.stringify(value, null, 1).replaceAll(/^ +/gm, '')
function* overwritten(text: string): Generator<Uint8Array> {
  const chunk = Buffer.alloc(16)
  for (let at = 0; at < text.length; at += chunk.length) yield chunk.subarray(0, chunk.write(text.slice(at, at + chunk.length)))
}
const ids = async (source: Source) => {
  const timeline = await openTimeline({ clock })
  const { rejected } = await timeline.ingest(source)
  expect(rejected).toEqual([])
  return timeline
    .asOf()
    .events()
    .map(({ id }) => id)
}

test.for<[string, Source]>([
  ['JSON Lines', `${line({ id: 'a' })}\n${line({ id: 'b' })}\n`],
  ['JSON Lines with a byte order mark, CRLF and blank lines', `\uFEFF${line({ id: 'a' })}\r\n\r\n${line({ id: 'b' })}`],
  ['a JSON array', `[${line({ id: 'a' })},\n ${line({ id: 'b' })}]`],
  ['bytes', Buffer.from(`\uFEFF${line({ id: 'a' })}\n${line({ id: 'b' })}`)],
  [
    'chunks with their borders anywhere',
    [...Buffer.from(`${line({ id: 'a', data: 'é😀' })}\n${line({ id: 'b' })}`)].map((byte) => Uint8Array.of(byte)),
  ],
  ['chunks of text that part a character, and bytes', [...line({ id: 'a', data: '😀' }).split(''), Buffer.from('\n'), line({ id: 'b' })]],
  ['chunks of text that part a character', [...line({ id: 'a', data: '😀' }).split(''), '\n', line({ id: 'b' })]],
  ['an array over several lines', JSON.stringify([event({ id: 'a' }), event({ id: 'b' })], null, 2)],
  ['arrays, one after the other', `[${line({ id: 'a' })}]\n[]\n[\n${line({ id: 'b' })}]`],
  [
    'objects that span lines',
    `\n${JSON.stringify(event({ id: 'a', data: [{}] }), null, 2)}\n${JSON.stringify(event({ id: 'b' }), null, '\t')}`,
  ],
  [
    'an object that spans lines without indentation',
    `${flat(event({ id: 'a', data: [{ x: [] }, { y: {} }] }))}${flat(event({ id: 'b' }))}`,
  ],
  ['an array that spans lines without indentation', flat([event({ id: 'a', data: [{ x: [] }, { y: {} }] }), event({ id: 'b' })])],
  [
    'elements that begin on the lines on which others end',
    `[{\n  ${line({ id: 'a' }).slice(1, -1)}\n}, {\n  ${line({ id: 'b' }).slice(1)}]`,
  ],
  ['chunks that a source writes over', overwritten(`${line({ id: 'a', data: 'x'.repeat(99) })}\n${line({ id: 'b' })}`)],
])('takes in %s', async ([, source]) => {
  expect(await ids(source)).toEqual(['a', 'b'])
})

test('takes in a single object over several lines, and an asynchronous source', async () => {
  expect(await ids(JSON.stringify(JSON.parse(line({ id: 'a' })), null, 2))).toEqual(['a'])
  async function* source() {
    yield line({ id: 'a' })
  }
  expect(await ids(source())).toEqual(['a'])
  expect(await ids('')).toEqual([])
})

test('reports a bad line with its number, code and first 200 characters, and loses none of its neighbours', async () => {
  const timeline = await openTimeline({ clock })
  const invalid = Buffer.concat([Buffer.from('{"type":"'), Buffer.of(0xff), Buffer.from('"}\n')])
  const source = [
    `${line({ id: 'a' })}\n{"type":\n`,
    invalid,
    `\n${line({ occurredAt: 'April' })}\n${line({ id: 'a', subject: 'other' })}\n42\n${'x'.repeat(300)}\n${line({ id: 'b' })}`,
  ]
  const { appended, duplicates, rejected } = await timeline.ingest(source)
  expect({ appended, duplicates }).toEqual({ appended: 2, duplicates: 0 })
  expect(rejected.map(({ line: number, code }) => [number, code])).toEqual([
    [2, 'INVALID_EVENT'],
    [3, 'INVALID_EVENT'],
    [5, 'INVALID_DATE'],
    [6, 'DUPLICATE_ID'],
    [7, 'INVALID_EVENT'],
    [8, 'INVALID_EVENT'],
  ])
  expect(rejected[0]).toMatchObject({ text: '{"type":', message: expect.stringContaining('Expected one JSON object, in UTF-8') as string })
  expect(rejected.at(-1)!.text).toHaveLength(200)
})

test('refuses, line by line, what JavaScript would change: numbers that it cannot hold, and a key that comes twice', async () => {
  const timeline = await openTimeline({ clock })
  const withData = (data: string) => `${line().slice(0, -1)},"data":${data}}`
  const kept = ['{"a\\" : ":1, "b":[{"a":1},{"a":"c:"}]}', '9007199254740992', '1e21', '1.50', '0.1', '-1E-7', '100', '0.0']
  const refused = [
    '9007199254740993',
    '0.12345678901234567890',
    '1e400',
    '1e-400',
    '-0',
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":"x\\" : y","a":"x\\" : y"}',
    '{"a":{"b":1},"a":{"b":2}}',
    '{"a":[{"b":12345678901234567890}]}',
    '{"__proto__":1}',
    '1,"__proto__":1',
  ]
  const { appended, rejected } = await timeline.ingest([...kept, ...refused].map(withData).join('\n'))
  expect(appended).toBe(kept.length)
  expect(rejected.map(({ line: number, code }) => [number, code])).toEqual(
    refused.map((_, index) => [kept.length + index + 1, 'UNSAFE_VALUE']),
  )
  expect(
    timeline
      .asOf()
      .events()
      .map(({ data }) => data),
  ).toEqual(kept.map((text) => JSON.parse(text) as unknown))
  expect(await timeline.ingest(`[${withData('9007199254740993')}]`)).toMatchObject({ rejected: [{ line: 1, code: 'UNSAFE_VALUE' }] })
  expect(await timeline.ingest(`${withData('[ '.repeat(1e5) + ']'.repeat(1e5))}\n`)).toMatchObject({
    rejected: [{ line: 1, code: 'UNSAFE_VALUE' }],
  })
  expect(await timeline.ingest(JSON.stringify({ type: 't' }, null, 2).replace('{', '{ "type": "t",'))).toMatchObject({
    rejected: [{ line: 1, code: 'UNSAFE_VALUE' }],
  })
  expect(await timeline.ingest('{"id":"a","id":"b","type":"t","subject":"s","occurredAt":"2025"}')).toMatchObject({
    rejected: [{ code: 'UNSAFE_VALUE' }],
  })
})

test('a line may nest as deep as an event may, and no deeper, however it is written', async () => {
  const timeline = await openTimeline({ clock })
  const nested = (levels: number, written: (text: string) => string) =>
    written(`${line({ id: `e${levels}` }).slice(0, -1)},"data":${'['.repeat(levels)}${']'.repeat(levels)}}`)
  const levels = [100, 101, 4000]
  for (const written of [(text: string) => text, (text: string) => text.replaceAll('[', '[ ')]) {
    const { rejected } = await timeline.ingest(levels.map((each) => nested(each, written)).join('\n'))
    expect(rejected.map(({ line: number, code }) => [number, code])).toEqual([
      [2, 'UNSAFE_VALUE'],
      [3, 'UNSAFE_VALUE'],
    ])
  }
  expect(timeline.position).toBe(1)
})

test('an element that nests too deep to be looked at is refused, and its neighbour is not taken on trust', async () => {
  const timeline = await openTimeline({ clock })
  const { appended, rejected } = await timeline.ingest(
    `[${line({ data: 0 }).replace('"data":0', `"data":${'['.repeat(1e5)}${']'.repeat(1e5)}`)},${line().slice(0, -1)},"data":12345678901234567890}]`,
  )
  expect(appended).toBe(0)
  expect(rejected).toMatchObject([
    { line: 1, code: 'UNSAFE_VALUE' },
    { line: 2, code: 'UNSAFE_VALUE' },
  ])
})

test('refuses text that UTF-8 cannot hold, and never replaces it', async () => {
  const timeline = await openTimeline({ clock })
  const bad = line({ subject: 's' }).replace('"s"', '"\uD83D"')
  const { appended, rejected } = await timeline.ingest([
    `${bad}\n`,
    line(),
    '\n',
    bad.slice(0, bad.indexOf('\uD83D') + 1),
    Buffer.from('"}'),
  ])
  expect(appended).toBe(1)
  expect(rejected.map(({ line: number, code }) => [number, code])).toEqual([
    [1, 'UNSAFE_VALUE'],
    [3, 'UNSAFE_VALUE'],
  ])
  expect((await timeline.ingest(['\uD83D'])).rejected).toMatchObject([{ line: 1, code: 'UNSAFE_VALUE' }])
})

test('a broken value ends with the bracket that would close it, or before what begins no deeper, and is told of as a whole', async () => {
  const data = { list: [{ x: [1, { y: {} }] }], z: 's' }
  const texts = ['a', 'b', 'c'].map((id) => JSON.stringify(event({ id, data }), null, 2).replaceAll('\n', '\n  '))
  const slips: ((text: string) => string)[] = [
    (text) => text.replace('"s",', '"s,'),
    (text) => text.replace(/\n *\]\n/, '\n'),
    (text) => text.replace(/\n *\]/, ' }'),
    (text) => text.replace(/\]/, ''),
  ]
  for (const slip of slips) {
    for (const index of [0, 1, 2]) {
      const timeline = await openTimeline({ clock })
      const raws: unknown[] = []
      const broken = slip(texts[index]!)
      const source = `[\n  ${texts.with(index, broken).join(',\n  ')}\n]`
      expect(await timeline.ingest(source, { onRejected: (_, raw) => raws.push(raw) })).toMatchObject({ appended: 2, rejected: [{}] })
      expect(raws).toEqual([broken])
    }
  }
  const timeline = await openTimeline({ clock })
  const lastLine = `[\n${line({ id: 'a' })},\n${line({ id: 'b', data: 's' }).replace('"s"}', '"s}')}\n]`
  expect(await timeline.ingest(lastLine)).toMatchObject({ appended: 1, rejected: [{ line: 2 }] })
})

test('a first line that is broken does not make JSON Lines of another form', async () => {
  const timeline = await openTimeline({ clock })
  const cut = `\n${line().slice(0, -1)}\n${line({ id: 'a' })}\n\n{"type":\n7\n${line({ id: 'b' })}`
  expect(await timeline.ingest(cut)).toMatchObject({
    appended: 2,
    rejected: [{ line: 2 }, { line: 5, text: '{"type":' }, { line: 6, text: '7' }],
  })
  const unclosed = `${line().slice(0, -2)}\n${line({ id: 'c' })}\n{`
  expect(await timeline.ingest(unclosed)).toMatchObject({ appended: 1, rejected: [{ line: 1 }, { line: 3, text: '{' }] })
})

test('objects that span lines are numbered by the lines on which they begin, and one that is broken does not hide the others', async () => {
  const timeline = await openTimeline({ clock })
  const texts = ['a', 'b', 'c', 'd'].map((id) => JSON.stringify(event({ id }), null, 2))
  const whole = texts.join('\n')
  expect(await timeline.ingest(whole.replace('"c"', '7'))).toMatchObject({ appended: 3, rejected: [{ line: 15, code: 'INVALID_EVENT' }] })
  for (const index of [0, 1, 3]) {
    const broken = texts.with(index, texts[index]!.slice(0, -2)).join('\n')
    expect(await timeline.ingest(broken)).toMatchObject({ appended: index === 0 ? 1 : 0, rejected: [{ line: 1 + index * 7 }] })
  }
})

test('an array that is not closed is told of, so that a source that was cut off is noticed', async () => {
  const timeline = await openTimeline({ clock })
  expect(await timeline.ingest(`[${line({ id: 'a' })},\n`)).toMatchObject({
    appended: 1,
    rejected: [{ line: 2, code: 'INVALID_EVENT', message: expect.stringContaining('an array that is not closed') as string, text: '' }],
  })
  expect(await timeline.ingest(`[${line({ id: 'b' })},{"type":`)).toMatchObject({
    appended: 1,
    rejected: [
      { line: 2, text: '{"type":' },
      { line: 3, text: '' },
    ],
  })
})

test('what stands between events and is none is told of', async () => {
  const timeline = await openTimeline({ clock })
  const source = `[1, "a,]", null, ${line({ id: 'a' })}}, [{}], {"x": [1}]\n, ${line({ id: 'b' })} ] and so on\n${line({ id: 'c' })} ]`
  const { appended, rejected } = await timeline.ingest(source)
  expect(appended).toBe(3)
  expect(rejected.map(({ line: number, text }) => [number, text])).toEqual([
    [1, '1'],
    [2, '"a,]"'],
    [3, 'null'],
    [5, '}'],
    [6, '[{}]'],
    [7, '{"x": [1}]\n,'],
    [9, 'and so on'],
    [11, ']'],
  ])
})

test('a line or an element over 8,000,000 bytes is refused without its neighbours, and only its beginning is kept', async () => {
  const long = line({ data: 'é'.repeat(4_000_000) })
  for (const source of [
    `${line({ id: 'a' })}\n${long}\n${line({ id: 'b' })}`,
    `[${line({ id: 'a' })},${long},${line({ id: 'b' })}]`,
    long,
  ]) {
    const timeline = await openTimeline({ clock })
    const raws: (string | Uint8Array)[] = []
    const chunks = Array.from({ length: Math.ceil(source.length / 1e5) }, (_, index) => source.slice(index * 1e5, (index + 1) * 1e5))
    const { appended, rejected } = await timeline.ingest(chunks, { onRejected: (_, raw) => raws.push(raw) })
    expect(appended).toBe(source === long ? 0 : 2)
    expect(rejected).toMatchObject([{ line: source === long ? 1 : 2, code: 'TOO_LARGE', text: long.slice(0, 200) }])
    expect(long).toMatch(raws[0] as string)
    expect(raws[0]!.length).toBeLessThan(1000)
  }
})

test('an object in an event is a part of it, wherever its line begins', async () => {
  const parts = [line({ id: 'x' }), line({ id: 'y' })].join(',\n')
  const listing = `${line({ id: 'a' }).slice(0, -1)},"data":{"unconfirmed":[\n${parts}\n]}}`
  const braced = `{\n"id":"b","type":"noted","subject":"s","occurredAt":"2025-04","data":\n{\n"by":"US"\n}\n}`
  expect(await ids(`[\n${listing},\n${braced}\n]`)).toEqual(['a', 'b'])
  expect(await ids(`${listing}\n${braced}`)).toEqual(['a', 'b'])
  expect(await ids([...Buffer.from(`[\n${listing},\n${braced}\n]`)].map((byte) => Uint8Array.of(byte)))).toEqual(['a', 'b'])
})

test('what takes another value for a part of itself is broken, and the other is not', async () => {
  const timeline = await openTimeline({ clock })
  const open = line({ id: 'a' }).slice(0, -1)
  for (const begins of ['[\n', '']) {
    const source = `${begins}${open},"data":[\n${line({ id: 'b' })},\n${line({ id: 'c' })}\n${begins && ']'}`
    const { rejected } = await timeline.ingest(source.replaceAll(begins === '' ? ',\n' : '\0', '\n'))
    expect(rejected.map(({ line: number, text }) => [number, text.startsWith(open)])).toEqual([[1, true]])
  }
  expect(timeline.position).toBe(2)
})

test('brackets that are right in number only make no value of three', async () => {
  const timeline = await openTimeline({ clock })
  const source = `[\n${line({ id: 'a' }).slice(0, -1)}\n${line({ id: 'b' })},\n${line({ id: 'c' })}}\n]`
  expect((await timeline.ingest(source)).rejected.map(({ text }) => text)).toEqual([line({ id: 'a' }).slice(0, -1), '}'])
  expect(timeline.position).toBe(2)
})

test('a broken first line of JSON Lines hides no other, however many follow', async () => {
  const timeline = await openTimeline({ clock })
  const lines = Array.from({ length: 900 }, (_, index) => line({ id: `n${index}`, data: 'x'.repeat(10_000) }))
  const chunks = ['{"type":"noted","data":[', ...lines].map((text) => `${text}\n`)
  const { appended, rejected } = await timeline.ingest(chunks)
  expect([appended, rejected.map(({ line: number }) => number)]).toEqual([900, [1]])
})

test('a source of bytes that are nothing is refused, and not taken for an empty one', async () => {
  const timeline = await openTimeline({ clock })
  expect((await timeline.ingest(Buffer.alloc(1000))).rejected).toMatchObject([{ line: 1, code: 'INVALID_EVENT' }])
  expect((await timeline.ingest(`[${line()},\0,${line()}]`)).rejected).toMatchObject([{ line: 2, code: 'INVALID_EVENT' }])
})

test('hostile sources take time in proportion to their length', async () => {
  const timeline = await openTimeline({ clock })
  const sources: [Source, number][] = [
    ['['.repeat(1e6), 2],
    ['{"a":'.repeat(1e6), 1],
    ['{"a":\n['.repeat(5e5), 1],
    [`[${'{"a":\n'.repeat(2e4)}`, 2e4 + 1],
    ['{\n'.repeat(2e4), 2e4],
    [`${line().slice(0, -1)},"data":"${'\\n'.repeat(3e6)}"}`, 1],
    [Array.from({ length: 1e6 }, () => '{'), 1],
  ]
  for (const [source, rejected] of sources) expect((await timeline.ingest(source)).rejected).toHaveLength(rejected)
})

test('a source of which too many lines are refused is not read on, and the error says how far it was', async () => {
  const timeline = await openTimeline()
  const mixed = Array.from({ length: 130_000 }, (_, index) => `${line({ id: `n${index}` })}\n`.repeat(Number(index % 500 === 0)) + 'x\n')
  let progress = {}
  const ingesting = timeline.ingest(mixed.join(''), { onProgress: (step) => (progress = step) })
  await expect(ingesting).rejects.toMatchObject({ code: 'TOO_LARGE', details: { lines: 101_000, duplicates: 0 } })
  const appended = timeline.asOf().events().length
  expect(progress).toEqual({ lines: 101_000, appended, duplicates: 0, rejected: 101_000 - appended })
})

test('of lines that are refused when they are taken, what was taken beside them counts', async () => {
  const timeline = await openTimeline()
  await timeline.append(event({ id: 'there' }))
  const lines = Array.from({ length: 210_000 }, (_, index) => line(index % 2 === 0 ? { id: 'there', data: 1 } : { id: `n${index}` }))
  const error = await timeline.ingest(lines.join('\n')).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ details: { appended: timeline.asOf().events().length - 1 } })
})

test('a listener hears once of each line that is refused, with its whole text as it came', async () => {
  const timeline = await openTimeline({ clock })
  const heard: [object, string | Uint8Array][] = []
  const long = line({ id: 'a', subject: 'x'.repeat(300), occurredAt: 'April' })
  const invalid = Buffer.concat([Buffer.from('{"type":"'), Buffer.of(0xff), Buffer.from('"}')])
  const source = [`${line({ id: 'b', supersedes: 'gone' })}\r\n${line()}\r\n  ${long}\r\n`, invalid, `\n{"a":\n${line()}`]
  const { rejected } = await timeline.ingest(source, { onRejected: (one, raw) => heard.push([one, raw]) })
  expect(rejected.map(({ line: number }) => number)).toEqual([1, 3, 4, 5])
  expect(heard).toHaveLength(rejected.length)
  const rawOf = (number: number) => heard.find(([one]) => one === rejected[number])?.[1]
  expect(rawOf(0)).toBe(line({ id: 'b', supersedes: 'gone' }))
  expect(rawOf(1)).toBe(long)
  expect(Buffer.from(rawOf(2) as Uint8Array)).toEqual(invalid)
  expect(rawOf(3)).toBe('{"a":')
})

test('what a listener throws ends the ingestion', async () => {
  const timeline = await openTimeline({ clock })
  const full = new Error('disk full')
  const onRejected = () => {
    throw full
  }
  for (const bad of ['{', line({ occurredAt: 'April' }), line({ id: 'a', supersedes: 'gone' })]) {
    await expect(timeline.ingest(`${bad}\n`, { onRejected })).rejects.toBe(full)
  }
  expect(timeline.position).toBe(0)
})

test('reads no further than the next bundle while one is being written', async () => {
  let read = 0
  let written = 0
  function* lines() {
    for (; read < 5000; read += 1) {
      expect(read).toBeLessThanOrEqual(written + 2001)
      yield `${line({ id: `n${read}` })}\n`
    }
  }
  const log = memoryLog()
  const append: Log['append'] = async (seq, record) => {
    await setTimeout(20)
    await log.append(seq, record)
    written += 1000
  }
  const timeline = await openTimeline({ clock, log: { ...log, append } })
  expect(await timeline.ingest(lines())).toMatchObject({ appended: 5000, rejected: [] })
})

test('a log that fails ends the ingestion, also while its source is still being read', async () => {
  async function* source() {
    yield Array.from({ length: 1000 }, (_, index) => `${line({ id: `n${index}` })}\n`).join('')
    await setTimeout(20) // for the append to fail meanwhile
    yield `${line({ id: 'last' })}\n`
  }
  const append = () => Promise.reject(new Error('disk full'))
  const timeline = await openTimeline({ clock, log: { ...memoryLog(), append } })
  await expect(timeline.ingest(source())).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', cause: { message: 'disk full' } })
  expect(timeline.position).toBe(0)
})

test('a log that fails ends the ingestion, though its source may never give anything more', async () => {
  async function* source() {
    yield Array.from({ length: 1000 }, (_, index) => `${line({ id: `n${index}` })}\n`).join('')
    await new Promise(() => {})
  }
  const append = () => Promise.reject(new Error('disk full'))
  const timeline = await openTimeline({ clock, log: { ...memoryLog(), append } })
  await expect(timeline.ingest(source())).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('who hears of progress, or of lines that are refused, hears of none before its turn', async () => {
  const good = Array.from({ length: 1000 }, (_, index) => line({ id: `n${index}` }))
  const source = [...good, ...good.map(() => '{')].join('\n')
  const steps: object[] = []
  const timeline = await openTimeline({ clock })
  await timeline.ingest(source, { onProgress: (step) => steps.push(step) })
  expect(steps).toEqual([
    { lines: 1000, appended: 1000, duplicates: 0, rejected: 0 },
    { lines: 2000, appended: 1000, duplicates: 0, rejected: 1000 },
  ])
  const failing = await openTimeline({ clock, log: { ...memoryLog(), append: () => Promise.reject(new Error('disk full')) } })
  let refused = 0
  const onRejected = () => void (refused += 1)
  await expect(failing.ingest(source, { onRejected })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  expect(refused).toBe(0)
})

test('a source that fails ends the ingestion once what is being written is there', async () => {
  const gone = new Error('gone')
  function* source() {
    yield Array.from({ length: 1000 }, (_, index) => `${line({ id: `n${index}` })}\n`).join('')
    throw gone
  }
  const log = memoryLog()
  const append: Log['append'] = async (seq, record) => {
    await setTimeout(20)
    await log.append(seq, record)
  }
  const timeline = await openTimeline({ clock, log: { ...log, append } })
  await expect(timeline.ingest(source())).rejects.toBe(gone)
  expect(timeline.position).toBe(1000)
})

test('numbers the elements of an array', async () => {
  const timeline = await openTimeline({ clock })
  const { rejected } = await timeline.ingest(`[${line()}, 7]`)
  expect(rejected).toMatchObject([{ line: 2, code: 'INVALID_EVENT', text: '7' }])
})

test('a source taken in twice appends nothing new: an event without an id gets one from its content', async () => {
  const timeline = await openTimeline({ clock })
  const source = `${line()}\n${line({ occurredAt: '2025-03' })}\n`
  expect(await timeline.ingest(source)).toMatchObject({ appended: 2, duplicates: 0 })
  expect(await timeline.ingest(source)).toMatchObject({ appended: 0, duplicates: 2 })
  const [first] = timeline.asOf().events()
  const { type, subject, occurredAt, reportedAt } = first!
  expect(await timeline.ingest(JSON.stringify({ reportedAt, position: 9, occurredAt, subject, appendedAt: 'x', type }))).toMatchObject({
    duplicates: 1,
  })
})

test.each([1, 10, 5000])('the id of a line is a hash of its canonical JSON, with data of %i keys in whatever order', async (count) => {
  const entries = Array.from({ length: count }, (_, index) => [`k "é${(index * 7919) % 10_007}`, { b: index, a: [''] }])
  const fields = event()
  const [one, other] = [entries, entries.toReversed()].map((data) => ({ position: 7, data: Object.fromEntries(data) as object, ...fields }))
  const timeline = await openTimeline({ clock })
  const source = [line({ data: one!.data }), JSON.stringify(one), JSON.stringify(other), `\t${flat(other).replaceAll('\n', ' ')}`]
  expect(await timeline.ingest(source.join('\n'))).toEqual({ appended: 1, duplicates: 3, rejected: [] })
  const [{ id, data }] = timeline.asOf().events() as [TimelineEvent]
  expect(id).toBe(
    createHash('sha256')
      .update(canonical({ ...fields, data }))
      .digest('hex')
      .slice(0, 32),
  )
  expect(data).toEqual(one!.data)
})

test('an id that comes again must come with equal data, in whatever order their keys are', async () => {
  const timeline = await openTimeline({ clock })
  const texts = [
    '{"a":[1,{"b":null}],"c":""}',
    '[]',
    '{}',
    '[1]',
    '{"0":1}',
    'null',
    '[null]',
    '{"a":1}',
    '{"a":1,"b":null}',
    '0',
    '"0"',
    'false',
  ]
  const withData = (data: string, id: number) => `${line({ id: `n${id}` }).slice(0, -1)},"data":${data}}`
  expect(await timeline.ingest(texts.map(withData).join('\n'))).toMatchObject({ appended: texts.length, rejected: [] })
  for (const [index, data] of texts.entries()) {
    const lines = texts.map((_, id) => withData(data, id)).concat(line({ id: `n${index}` }))
    const { duplicates, rejected } = await timeline.ingest(lines.join('\n'))
    expect(duplicates).toBe(1)
    expect(rejected.map(({ code }) => code)).toEqual(texts.map(() => 'DUPLICATE_ID'))
  }
  expect(await timeline.ingest(withData('{"c":"","a":[1,{"b":null}]}', 0))).toMatchObject({ duplicates: 1 })
})

test('a line that supersedes an event further down is taken after it, chains and all', async () => {
  const timeline = await openTimeline({ clock })
  const result = await timeline.ingest(
    [line({ id: 'c', supersedes: 'b' }), line({ id: 'b', supersedes: 'a' }), line({ id: 'a' })].join('\n'),
  )
  expect(result).toEqual({ appended: 3, duplicates: 0, rejected: [] })
  expect(
    timeline
      .asOf()
      .events()
      .map(({ id }) => id),
  ).toEqual(['c'])
})

test('the lines of one report keep their own order when one of them has to wait', async () => {
  const report = { reportedAt: '2025-05-01', source: 'A' }
  const lines = [line({ id: 'first', supersedes: 'x', ...report }), line({ id: 'second', ...report }), line({ id: 'x', source: 'B' })]
  expect(await ids(lines.join('\n'))).toEqual(['first', 'second'])
})

test('a report that supersedes its own later line keeps the order of the rest', async () => {
  const lines = [line({ id: 'x', supersedes: 'z', source: 'A' }), line({ id: 'z', source: 'A' }), line({ id: 'y', source: 'A' })]
  expect(await ids(lines.join('\n'))).toEqual(['x', 'y'])
})

test('two reports that wait for each other are taken nevertheless', async () => {
  const one = { source: 'A', reportedAt: '2025-05-01' }
  const other = { source: 'B', reportedAt: '2025-05-01' }
  const lines = [
    line({ id: 'a1', supersedes: 'b2', ...one }),
    line({ id: 'a2', ...one }),
    line({ id: 'b1', supersedes: 'a2', ...other }),
    line({ id: 'b2', ...other }),
  ]
  expect((await ids(lines.join('\n'))).toSorted()).toEqual(['a1', 'b1'])
})

test('a line whose target never comes is refused, and the rest of its report is not', async () => {
  const timeline = await openTimeline({ clock })
  const { appended, rejected } = await timeline.ingest(
    [line({ id: 'a', supersedes: 'z' }), line({ id: 'b', supersedes: 'a' }), line({ id: 'c' })].join('\n'),
  )
  expect(appended).toBe(1)
  expect(rejected.map(({ line: number, code }) => [number, code])).toEqual([
    [1, 'UNKNOWN_EVENT'],
    [2, 'UNKNOWN_EVENT'],
  ])
})

test('a dry run gives the counts of a run, and appends nothing', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.append({ id: 'a', type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01' })
  const source = [
    line({ id: 'a' }),
    line({ id: 'c', supersedes: 'b' }),
    line({ id: 'b' }),
    line({ id: 'b', subject: 'x' }),
    line({ id: 'big', data: 'x'.repeat(1e6) }),
  ].join('\n')
  const rehearsed = await timeline.ingest(source, { dryRun: true })
  expect(timeline.position).toBe(1)
  expect(rehearsed).toMatchObject({
    appended: 2,
    duplicates: 1,
    rejected: [
      { line: 4, code: 'DUPLICATE_ID' },
      { line: 5, code: 'TOO_LARGE' },
    ],
  })
  expect(await timeline.ingest(source)).toEqual(rehearsed)
})

test('a line that supersedes what was refused long before does not wait for it, nor do the lines of its report', async () => {
  const timeline = await openTimeline({ clock })
  const others = Array.from({ length: 2000 }, (_, index) => line({ id: `n${index}`, source: 'B' }))
  const lines = [
    line({ id: 'x', occurredAt: 'April', source: 'B' }),
    ...others,
    line({ id: 'y', supersedes: 'x' }),
    line({ id: 'last' }),
    ...others,
    line({ id: 'end', source: 'B' }),
  ]
  for (const dryRun of [true, false]) {
    const { appended, rejected } = await timeline.ingest(lines.join('\n'), { dryRun })
    expect(appended).toBe(2002)
    expect(rejected.map(({ code }) => code)).toEqual(['INVALID_DATE', 'UNKNOWN_EVENT'])
  }
  expect(timeline.asOf().events().slice(-2).map(({ id }) => id)).toEqual(['last', 'end']) // prettier-ignore
})

test('lines are taken in bundles, of fewer lines where these are long', async () => {
  const timeline = await openTimeline({ clock })
  const progress: number[] = []
  const long = Array.from({ length: 20 }, (_, index) => line({ id: `n${index}`, data: 'x'.repeat(9e5) }))
  await timeline.ingest(long.join('\n'), { onProgress: ({ lines }) => progress.push(lines) })
  expect(progress).toEqual([5, 10, 15, 20])
})

test('tells how far it has come', async () => {
  const timeline = await openTimeline({ clock })
  const progress: object[] = []
  await timeline.ingest(Array.from({ length: 1500 }, (_, index) => line({ id: `n${index}` })).join('\n'), {
    onProgress: (step) => progress.push(step),
  })
  expect(progress).toEqual([
    { lines: 1000, appended: 1000, duplicates: 0, rejected: 0 },
    { lines: 1500, appended: 1500, duplicates: 0, rejected: 0 },
  ])
})

test('an export taken in elsewhere gives the same states', async () => {
  const timeline = await openTimeline({ clock })
  await timeline.ingest([line({ id: 'a' }), line({ id: 'b', supersedes: 'a', data: { by: 'é' } })].join('\n'))
  await timeline.append({ type: 'noted', subject: 's', occurredAt: '2025' }) // reported when appended
  const copy = await openTimeline({ clock: () => clock() + 1e9 })
  expect(await copy.ingest(timeline.export())).toMatchObject({ appended: 3, rejected: [] })
  expect(copy.asOf('2025-07-17').fingerprint(latest)).toBe(timeline.asOf('2025-07-17').fingerprint(latest))
})
