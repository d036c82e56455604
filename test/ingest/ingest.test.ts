import { type Source, latest, openTimeline } from 'asof'
import { expect, test } from 'vitest'

const clock = () => Date.UTC(2025, 6, 16, 9)
const line = (fields: object = {}) =>
  JSON.stringify({ type: 'noted', subject: 's', occurredAt: '2025-04', reportedAt: '2025-05-01', ...fields })
const ids = async (source: Source) => {
  const timeline = await openTimeline({ clock })
  const { rejected } = await timeline.ingest(source)
  expect(rejected).toEqual([])
  return timeline
    .asOf()
    .events()
    .map((event) => event.id)
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
      .map((event) => event.data),
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
      .map((event) => event.id),
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
