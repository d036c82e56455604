import { rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fileLog } from 'asof'
import { expect, onTestFinished, test, vi } from 'vitest'
import { note, openNotes } from '../log/note.js'
import { recordsOf } from '../log/store.js'
import { threeCommits } from './three-commits.js'

const TORN = ['', '{"seq":4', 'x'.repeat(1000), 'x'.repeat(5_000_000)]

test.for([1, 2, 3])(
  'a reader that is overtaken at any step, with what was torn replaced by %i whole, reads what is whole and flushed',
  async (count) => {
    const { path, bytes } = await threeCommits()
    for (const torn of TORN) {
      for (let [step, isOver] = [1, false]; !isOver; step += 1) {
        writeFileSync(path, bytes + torn)
        const writer = await openNotes(fileLog(path))
        const reader = await overtakenAt(step, async () => {
          for (let number = 1; number <= count; number += 1) await writer.append(note(`e${number}`, { data: 'é'.repeat(number) }))
        })
        const read = await recordsOf(fileLog(path))
        reader.end()
        isOver = reader.steps.length < step
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

/** Lets something happen before a step of who reads next, counted from 1: once they are that far, in the place of another process. */
async function overtakenAt(step: number, overtake: () => Promise<void>) {
  const file = await open(import.meta.filename)
  const handles = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  onTestFinished(() => void vi.restoreAllMocks())
  const steps: string[] = []
  let isOvertaking = false
  for (const name of ['stat', 'read', 'datasync'] as const) {
    const method = handles[name] as (...args: unknown[]) => Promise<never>
    vi.spyOn(handles, name).mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
      if (isOvertaking) return method.apply(this, args)
      if (steps.push(name) === step) {
        isOvertaking = true
        await overtake()
        isOvertaking = false
      }
      return method.apply(this, args)
    })
  }
  return { steps, end: () => void vi.restoreAllMocks() }
}
