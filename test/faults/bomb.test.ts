import { spawnSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { COMMAND, Folder } from '../cli/folder.js'

const UNZIPPED_BYTES = 1_000_000_000
const MEMBER_BYTES = 100_000_000
const GOOD = '{"id":"good","type":"noted","subject":"s","occurredAt":"2025"}\n'

/** Tells the largest resident set, in megabytes, when the process ends. */
const TELL_RSS = `data:text/javascript,process.on('exit',()=>process.stderr.write('MB '+process.resourceUsage().maxRSS/1000))`

/** A good line, then a unit over and over up to a gigabyte, zipped into a few megabytes. */
function bombOf(start: string, unit: string): Buffer {
  const member = gzipSync(unit.repeat(MEMBER_BYTES / unit.length))
  return Buffer.concat([
    gzipSync(start),
    ...Array<Buffer>(UNZIPPED_BYTES / MEMBER_BYTES).fill(member),
    gzipSync(`\n${GOOD.replace('good', 'last')}`),
  ])
}

/** Has the command line take in a file, with so many megabytes of heap. */
function take(bomb: Buffer, heapMb: number, files: Record<string, string> = {}) {
  const desk = new Folder()
  desk.write('bomb.gz', bomb)
  for (const [name, text] of Object.entries(files)) desk.write(name, text)
  const args = [`--max-old-space-size=${heapMb}`, '--import', TELL_RSS, COMMAND, 'ingest', 'bomb.gz', '--json']
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: desk.path, encoding: 'utf8', maxBuffer: 200_000_000 })
  const [, told = '', residentMb = NaN] = /^(.*)MB ([\d.]+)$/s.exec(stderr) ?? []
  return { stdout, told, status, residentMb: Number(residentMb) }
}

test.each([
  ['U+0000', GOOD, '\0', 2],
  ['white space', GOOD, ' ', 2],
  ['brackets', GOOD, '[', 2],
  ['objects within objects', GOOD, '{"a":', 2],
  ['objects one after the other', GOOD, '{"a":1}', 2],
  ['a text', `${GOOD}{"type":"`, 'x', 2],
  ['brackets in an array', `[${GOOD},`, '[', 2],
  ['objects within objects in an array', `[${GOOD},`, '{"a":', 2],
  ['an array in an element', `[${GOOD},{"data":[`, '[],{},', 2],
])('a gigabyte of %s on one line is refused as too large, with a heap of 64 MB', (_, start, unit, line) => {
  const bomb = bombOf(start, unit)
  expect(bomb.length).toBeLessThan(20_000_000)
  const { stdout, status, residentMb } = take(bomb, 64)
  const { appended, rejected } = JSON.parse(stdout) as { appended: number; rejected: object[] }
  expect(rejected[0]).toMatchObject({ line, code: 'TOO_LARGE' })
  expect(appended).toBeGreaterThanOrEqual(1)
  expect(status).toBe(1)
  expect(residentMb).toBeLessThan(250)
})

test.each([
  ['lines', GOOD, 'x\n'],
  ['elements', `[${GOOD},`, '{"a":1},'],
])('a file of a gigabyte of %s that are refused ends with what was refused so far', (_, start, unit) => {
  const { stdout, told, status, residentMb } = take(bombOf(start, unit), 256)
  const { appended, rejected } = JSON.parse(stdout) as { appended: number; rejected: object[] }
  expect({ appended, refused: rejected.length }).toEqual({ appended: 1, refused: 100_999 })
  expect(told).toMatch(
    /^asof: bomb\.gz was not taken in to its end: Got 101,000 lines of which 100,999 are refused\. Expected at most 100,000 refused ones, /,
  )
  expect(status).toBe(4)
  expect(residentMb).toBeLessThan(500)
})

test('a file of a gigabyte of lines of which much is to be said ends where what is said becomes long', () => {
  const config = `
    import { defineEvents } from 'asof'
    import { z } from 'zod'
    const names = Array.from({ length: 12 }, (_, number) => 'a field with a long name'.repeat(3) + number)
    const noted = z.object(Object.fromEntries(names.map((name) => [name, z.string()])))
    export default { events: defineEvents({ noted, said: z.unknown() }) }`
  const line = `${JSON.stringify({ id: 'x'.repeat(900), type: 'noted', subject: 's', occurredAt: '2025', data: {} })}\n`
  const { stdout, told, status, residentMb } = take(bombOf(GOOD.replace('noted', 'said'), line), 256, { 'asof.config.ts': config })
  const { appended, rejected } = JSON.parse(stdout) as { appended: number; rejected: { message: string; text: string }[] }
  expect(appended).toBe(1)
  expect(rejected.length).toBeGreaterThan(5000)
  expect(rejected.reduce((chars, { message, text }) => chars + message.length + text.length, 0)).toBeLessThan(23_000_000)
  expect(told).toContain(`000 lines of which ${rejected.length.toLocaleString('en')} are refused. `)
  expect(status).toBe(4)
  expect(residentMb).toBeLessThan(500)
})
