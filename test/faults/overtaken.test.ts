import { rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fileLog } from 'asof'
import { expect, onTestFinished, test, vi } from 'vitest'
import { note, openNotes } from '../log/note.js'
import { numbers, recordsOf } from '../log/store.js'
import { failureOf } from '../refusal.js'
import { threeCommits } from './three-commits.js'

const STEPS = ['stat', 'read', 'datasync'] as const
const STEPS_MAX = 10

const TORN = ['', '{"seq":4', 'x'.repeat(1000), 'x'.repeat(5_000_000)]

test.for([1, 2, 3])(
  'a reader that is overtaken at any step, with what was torn replaced by %i whole, reads what is whole and flushed',
  async (count) => {
    const { path, bytes } = await threeCommits()
    for (const torn of TORN) {
      for (let [step, isOver] = [1, false]; !isOver; step += 1) {
        writeFileSync(path, bytes + torn)
        const writer = await openNotes(fileLog(path))
        const appendAll = async () => {
          for (const number of numbers(count)) await writer.append(note(`e${number}`, { data: 'é'.repeat(number) }))
        }
        const reader = await overtakenAt(new Map([[step, appendAll]]))
        const read = await recordsOf(fileLog(path))
        reader.end()
        isOver = reader.steps.length < step
        expect(new Set(reader.steps)).toEqual(new Set(STEPS))
        const there = await recordsOf(fileLog(path))
        const label = `${torn.length} bytes torn, overtaken before ${reader.steps.join(', ')}`
        expect(there.length, label).toBe(isOver ? 3 : 3 + count)
        expect(read.length, label).toBeGreaterThanOrEqual(3)
        expect(read, label).toEqual(there.slice(0, read.length))
        if (reader.steps.slice(0, step - 1).includes('datasync')) expect(read.length, label).toBe(3) // or it is not known to be on the disk
        rmSync(`${path}.torn-1`, { force: true })
      }
    }
  },
)

test('a reader that is overtaken at any two steps, by a writer that begins a record and takes it back, reads what is whole', async () => {
  const { path, bytes } = await threeCommits()
  for (const left of [bytes, bytes.subarray(0, -1)]) {
    for (const first of numbers(STEPS_MAX)) {
      for (const second of numbers(STEPS_MAX).filter((step) => step > first)) {
        writeFileSync(path, left)
        const { begin, fail } = await failingWriter(path)
        const reader = await overtakenAt(
          new Map([
            [first, begin],
            [second, fail],
          ]),
        )
        const read = await recordsOf(fileLog(path))
        await fail()
        reader.end()
        const label = `${left.length} bytes, overtaken at ${first} and ${second} of ${reader.steps.join(', ')}`
        expect(reader.steps.length, label).toBeLessThan(STEPS_MAX)
        expect(read.length, label).toBe(3)
        expect(read, label).toEqual(await recordsOf(fileLog(path)))
      }
    }
  }
})

/** A writer that begins a record when it is told to, and takes it back when it is. */
async function failingWriter(path: string) {
  const writer = await openNotes(fileLog(path))
  const handles = await prototypeOfHandles()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its file below
  const { appendFile } = handles
  let release: () => void = () => {}
  let failure: Promise<unknown> | undefined
  const begin = () =>
    new Promise<void>((begun) => {
      vi.spyOn(handles, 'appendFile').mockImplementation(async function (this: FileHandle, record) {
        if (record === '\n') return appendFile.call(this, record)
        await appendFile.call(this, (record as Buffer).subarray(0, 9))
        begun()
        await new Promise<void>((resolve) => (release = resolve))
        throw new Error('the disk is full')
      })
      failure = failureOf(() => writer.append(note('e')))
    })
  const fail = async () => {
    release()
    if (failure !== undefined) expect(await failure).toMatchObject({ code: 'LOG_UNAVAILABLE' })
  }
  return { begin, fail }
}

/** Lets something happen before steps of who reads next, counted from 1: once they are that far, in the place of another process. */
async function overtakenAt(overtaking: ReadonlyMap<number, () => Promise<void>>) {
  const handles = await prototypeOfHandles()
  const steps: string[] = []
  let isOvertaking = false
  for (const name of STEPS) {
    const method = handles[name] as (...args: unknown[]) => Promise<never>
    vi.spyOn(handles, name).mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
      if (isOvertaking) return method.apply(this, args)
      const overtake = overtaking.get(steps.push(name))
      if (overtake !== undefined) {
        isOvertaking = true
        await overtake()
        isOvertaking = false
      }
      return method.apply(this, args)
    })
  }
  return { steps, end: () => void vi.restoreAllMocks() }
}

async function prototypeOfHandles(): Promise<FileHandle> {
  const file = await open(import.meta.filename)
  await file.close()
  onTestFinished(() => void vi.restoreAllMocks())
  return Object.getPrototypeOf(file) as FileHandle
}
