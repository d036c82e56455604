import { readFileSync, writeFileSync } from 'node:fs'
import { fileLog } from 'asof'
import { expect, test } from 'vitest'
import { Folder } from '../cli/folder.js'
import { expectRefused } from '../cli/refused.js'
import { note, openNotes } from '../log/note.js'
import { numbers } from '../log/store.js'
import { failureOf } from '../refusal.js'
import { corrupt, threeCommits } from './three-commits.js'

const RECORDS = 12

/** The lines of a log of many commits, each with its line break, and the head after each of them, from none on. */
async function manyCommits() {
  const { path, timeline } = await threeCommits()
  for (const number of numbers(RECORDS - 3)) await timeline.append([note(`n${number}`), note(`m${number}`, { data: '\u{1F600}é' })])
  const lines = readFileSync(path, 'utf8').split(/(?<=\n)/)
  const heads = ['', ...lines.map((line) => (JSON.parse(line) as { hash: string }).hash)]
  expect(lines).toHaveLength(RECORDS)
  return { path, lines, heads }
}

for (const missing of numbers(RECORDS)) {
  test(`a log without its last ${missing} of ${RECORDS} records is whole; who kept the head knows better`, async () => {
    const { path, lines, heads } = await manyCommits()
    const left = RECORDS - missing
    writeFileSync(path, lines.slice(0, left).join(''))
    const timeline = await openNotes(fileLog(path))
    expect(await timeline.verify()).toMatchObject({ commits: left, head: heads[left] })
    for (const [record, expectHead] of heads.entries()) {
      if (record > left)
        expect(await failureOf(() => timeline.verify({ expectHead }))).toMatchObject({
          code: 'LOG_CORRUPT',
          details: { record: left + 1, hash: expectHead },
        })
      else if (record > 0) expect(await timeline.verify({ expectHead })).toMatchObject({ commits: left })
    }
  })
}

test('the command line tells by the head that was noted that records are missing at the end, however many', async () => {
  const { lines, heads } = await manyCommits()
  const desk = new Folder()
  for (const left of numbers(RECORDS).map((missing) => RECORDS - missing)) {
    desk.write('timeline.asof', lines.slice(0, left).join(''))
    const head = heads.at(-1)!
    expectRefused(desk.asof(`verify --expect-head ${head}`), 3, `No record has the hash ${head}; the log ends with record ${left}`)
    const noted = left === 0 ? 'verify' : `verify --expect-head ${heads[left]}`
    expect(desk.asof(noted)).toMatchObject({ stdout: expect.stringContaining('intact: timeline.asof') as string, stderr: '', status: 0 })
  }
})

test('lines that are missing, doubled, out of order or empty are LOG_CORRUPT, each at the first that does not follow', async () => {
  const { path, bytes } = await threeCommits()
  const lines = ['', ...bytes.toString().split('\n').slice(0, 3)]
  const cases = [
    [[2, 3], 1],
    [[1, 3], 2],
    [[1, 1, 2, 3], 2],
    [[1, 2, 3, 3], 4],
    [[1, 3, 2], 2],
    [[2, 1, 3], 1],
    [[0, 1, 2, 3], 1],
    [[1, 0, 2, 3], 2],
    [[1, 2, 3, 0], 4],
  ] as const
  for (const [order, record] of cases) {
    const left = order.map((line) => `${lines[line]}\n`)
    writeFileSync(path, left.join(''))
    const offset = Buffer.byteLength(left.slice(0, record - 1).join(''))
    expect(await failureOf(() => openNotes(fileLog(path))), String(order)).toMatchObject(corrupt(record, offset))
  }
})
