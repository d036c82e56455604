import { execFileSync } from 'node:child_process'
import { type FSWatcher, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, watch, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileLog } from 'asof'
import { tryLock } from 'fs-native-extensions'
import { expect, onTestFinished, test, vi } from 'vitest'
import { expectRefusal, failureOf } from '../refusal.js'
import { startChild } from './child.js'
import { describeLog } from './contract.js'
import { temporaryPath } from './folder.js'
import { need } from './need.js'
import { collected, idsIn, note, openNotes } from './note.js'

const WAIT = { timeout: 10_000, interval: 5 }

describeLog('a log in a file', () => {
  const path = temporaryPath()
  return { open: () => fileLog(path) }
})

test('a file that is not there reads as empty, and reading does not create it', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  expect([timeline.position, await timeline.refresh(), await timeline.verify()]).toEqual([0, 0, { commits: 0, events: 0, head: '' }])
  await timeline.close()
  expect(existsSync(path)).toBe(false)
})

test('a record is a line of JSON, and nothing else is in the folder', async () => {
  const path = temporaryPath()
  const log = fileLog(path)
  const timeline = await openNotes(log)
  await timeline.append([note('a', { data: 'one\ntwo' }), note('b')])
  await timeline.append(note('c'))
  const text = readFileSync(path, 'utf8')
  expect(text).toBe((await collected(log.read(1))).map((record) => `${record}\n`).join(''))
  const commits = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line)) as object[]
  expect(commits).toMatchObject([
    { seq: 1, position: 1, events: [{ id: 'a' }, { id: 'b' }] },
    { seq: 2, position: 3 },
  ])
  expect(readdirSync(dirname(path))).toEqual(['log.asof'])
})

test('the path of a log is text that is not empty', async () => {
  for (const path of ['', 7 as never])
    await expectRefusal(() => fileLog(path), 'INVALID_ARGUMENT', [`${JSON.stringify(path)} as the path`, 'the path of a file', 'fileLog('])
})

test('append resolves once the record is flushed to the disk, and the folder where the file is new', async () => {
  const path = temporaryPath()
  const handles = await prototypeOfHandles()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its file below
  const { datasync } = handles
  let held: () => void = () => {}
  const flushing = new Promise<string>((resolve) => {
    vi.spyOn(handles, 'datasync').mockImplementation(async function (this: FileHandle) {
      resolve(readFileSync(path, 'utf8'))
      await new Promise<void>((release) => (held = release))
      return datasync.call(this)
    })
  })
  const syncs = vi.spyOn(handles, 'sync')
  const timeline = await openNotes(fileLog(path))
  let appended = false
  const append = timeline.append(note('a')).then(() => (appended = true))
  expect(await flushing).toMatch(/^\{"seq":1,.*\}\n$/) // what is flushed is there whole
  const refresh = timeline.refresh() // which waits for its turn, rather than read what is under way
  await setTimeout(50)
  expect([appended, timeline.position]).toEqual([false, 0])
  held()
  await append
  expect([await refresh, await idsIn(timeline), syncs.mock.calls.length]).toEqual([0, ['a'], 1])
})

test('what another writer wrote and may not have flushed is flushed before it is read', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  const other = await openNotes(fileLog(path))
  await other.append(note('a'))
  const flushes = vi.spyOn(await prototypeOfHandles(), 'datasync')
  expect(await timeline.refresh()).toBe(1)
  expect(flushes).toHaveBeenCalledTimes(1)
  expect(await timeline.refresh()).toBe(0)
  expect(flushes).toHaveBeenCalledTimes(1)
})

test('after a conflict nothing is flushed but under the lock, or a busy writer would always be faster', async () => {
  const path = temporaryPath()
  const [timeline, other] = [await openNotes(fileLog(path)), await openNotes(fileLog(path))]
  await other.append(note('a'))
  const flushes = vi.spyOn(await prototypeOfHandles(), 'datasync')
  await timeline.append(note('b'))
  expect([timeline.position, flushes.mock.calls.length]).toEqual([2, 2]) // where the conflict was seen, and of what was written
})

test('only what led to a conflict is taken for flushed, not what is written after it', async () => {
  const path = temporaryPath()
  const [timeline, other] = [await openNotes(fileLog(path)), await openNotes(fileLog(path))]
  await other.append(note('a'))
  await timeline.append(note('b'))
  await other.append(note('c'))
  const flushes = vi.spyOn(await prototypeOfHandles(), 'datasync')
  expect([await timeline.refresh(), flushes.mock.calls.length]).toEqual([1, 1])
})

test('what is torn is flushed where it was moved to, and the folder with it, before it is cut off', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  writeFileSync(path, 'torn', { flag: 'a' })
  const handles = await prototypeOfHandles()
  const done: string[] = []
  for (const name of ['sync', 'truncate', 'datasync'] as const) {
    const method = handles[name] as (...args: unknown[]) => Promise<void>
    vi.spyOn(handles, name).mockImplementation(function (this: FileHandle, ...args: unknown[]) {
      done.push(name)
      return method.apply(this, args)
    })
  }
  await timeline.append(note('b'))
  expect(done).toEqual(['sync', 'sync', 'truncate', 'datasync'])
})

test('64 appends in flight are flushed at most 3 times', async () => {
  const timeline = await openNotes(fileLog(temporaryPath()))
  const flushes = vi.spyOn(await prototypeOfHandles(), 'datasync')
  const first = timeline.append(note('first'))
  await setTimeout(1)
  await Promise.all([first, ...Array.from({ length: 63 }, (_, index) => timeline.append(note(`n${index}`)))])
  expect(timeline.position).toBe(64)
  expect(flushes.mock.calls.length).toBeGreaterThanOrEqual(1)
  expect(flushes.mock.calls.length).toBeLessThanOrEqual(3)
})

test('neither an append nor a conflict reads again what has been read', async () => {
  const path = temporaryPath()
  const one = await openNotes(fileLog(path))
  for (const id of ['a', 'b', 'c']) await one.append(note(id, { data: 'x'.repeat(900_000) }))
  const other = await openNotes(fileLog(path))
  const reads = vi.spyOn(await prototypeOfHandles(), 'read')
  await one.append(note('d'))
  await other.append(note('e'))
  await one.refresh()
  const lengths = (reads.mock.calls as unknown as number[][]).map(([, , length]) => length!)
  expect(lengths.reduce((sum, length) => sum + length)).toBeLessThan(10_000)
})

test('watching hears of a file through a link to it, and refuses a folder that is not there', async () => {
  const path = temporaryPath()
  const link = temporaryPath()
  await (await openNotes(fileLog(path))).append(note('a'))
  symlinkSync(path, link)
  const log = fileLog(link)
  const heard = new Promise<void>((resolve) => log.watch(resolve))
  await (await openNotes(fileLog(path))).append(note('b'))
  await heard
  await log.close()
  const nowhere = `${path}/nowhere`
  const watching = () => fileLog(`${nowhere}/log.asof`).watch(() => {})
  const parts = ['cannot be watched', 'a folder that is there', 'Make it'] as const
  expect((await expectRefusal(watching, 'LOG_UNAVAILABLE', parts)).details).toEqual({ path: nowhere })
})

test('watching hears of no other file in the folder', async () => {
  const path = temporaryPath()
  const log = fileLog(path)
  const heard: string[] = []
  log.watch(() => heard.push('log.asof'))
  const witness = watch(dirname(path), (_, name) => heard.push(`folder: ${name}`))
  for (const name of ['log', 'log.asof.torn-1', 'other.asof']) {
    writeFileSync(`${dirname(path)}/${name}`, 'x')
    await vi.waitFor(() => expect(heard).toContain(`folder: ${name}`), WAIT)
  }
  await setTimeout(20)
  expect(heard).not.toContain('log.asof')
  await (await openNotes(fileLog(path))).append(note('a'))
  await vi.waitFor(() => expect(heard).toContain('log.asof'), WAIT)
  await log.close()
  witness.close()
})

test('whoever watches is called when watching fails, to find out by reading', async () => {
  const log = fileLog(temporaryPath())
  const folder = watch(import.meta.dirname)
  const listening = vi.spyOn(Object.getPrototypeOf(folder) as FSWatcher, 'on')
  onTestFinished(() => void vi.restoreAllMocks())
  folder.close()
  let heard = 0
  log.watch(() => (heard += 1))
  ;(listening.mock.contexts[0] as FSWatcher).emit('error', new Error('EMFILE'))
  expect(heard).toBe(1)
  await log.close()
})

// The lock

test('append waits for who holds the lock, and goes on when it is given back; reading does not wait', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  const holder = await open(path, 'r+')
  expect(tryLock(holder.fd, 0, 0)).toBe(true)
  const bytes = readFileSync(path)
  const append = timeline.append(note('b'))
  await setTimeout(50)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(await (await openNotes(fileLog(path))).verify()).toMatchObject({ events: 1 })
  await holder.close()
  expect(await append).toMatchObject({ position: 2 })
})

test('the lock of a process that is killed is free', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  const child = await startChild(path)
  expect(await child.ask({ do: 'hold' })).toBe(true)
  const bytes = readFileSync(path)
  const append = timeline.append(note('b'))
  await setTimeout(50)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  await child.kill()
  expect(await append).toMatchObject({ position: 2 })
})

test('a lock that is held for 10 seconds makes the log unavailable, until it is given back', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  const holder = await open(path, 'r+')
  expect(tryLock(holder.fd, 0, 0)).toBe(true)
  const parts = ['locked for 10 seconds', 'the lock', 'See which process'] as const
  expect((await expectRefusal(() => timeline.append(note('b')), 'LOG_UNAVAILABLE', parts)).details).toEqual({ path })
  await holder.close()
  expect(await timeline.append(note('c'))).toMatchObject({ position: 2 })
  expect(await idsIn(await openNotes(fileLog(path)))).toEqual(['a', 'c'])
})

// Writing that fails

test('a folder, a pipe and a device are no logs, and nobody waits for them', async () => {
  const pipe = temporaryPath('pipe')
  execFileSync('mkfifo', [pipe])
  for (const path of [dirname(pipe), pipe, '/dev/null']) {
    const parts = ['it is no regular file', 'can be read and appended to', 'See the cause'] as const
    const { message } = await expectRefusal(() => openNotes(fileLog(path)), 'LOG_UNAVAILABLE', parts)
    expect(message).not.toContain('written') // who only reads is told nothing of it
  }
  expect(await failureOf(() => fileLog(pipe).append(1, 'a')).catch(String)).toBe('Error: it is no regular file')
})

test('a log that cannot be there, since its folder is a file, does not read as empty', async () => {
  const path = temporaryPath()
  writeFileSync(path, '')
  const failure = await failureOf(() => openNotes(fileLog(`${path}/log.asof`)))
  expect(failure).toMatchObject({ code: 'LOG_UNAVAILABLE', cause: { code: 'ENOTDIR' } })
})

test('where the folder is not there the log is unavailable, until it is', async () => {
  const path = temporaryPath('folder/log.asof')
  const timeline = await openNotes(fileLog(path))
  const parts = ['cannot be opened to append to it', 'can be read and written', 'nothing was written'] as const
  expect(await expectRefusal(() => timeline.append(note('a')), 'LOG_UNAVAILABLE', parts)).toMatchObject({ cause: { code: 'ENOENT' } })
  mkdirSync(dirname(path))
  expect(await timeline.append(note('a'))).toMatchObject({ position: 1 })
})

test('what was written in part when the disk was full is taken back, and moved aside where it could not be', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  const bytes = readFileSync(path)
  const handles = await prototypeOfHandles()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its file below
  const { appendFile } = handles
  const failOnce = () => {
    const spy = vi.spyOn(handles, 'appendFile').mockImplementation(async function (this: FileHandle, record) {
      if (record === '\n') return appendFile.call(this, record)
      spy.mockRestore()
      await appendFile.call(this, (record as Buffer).subarray(0, 8))
      throw new Error('the disk is full')
    })
  }
  const refused = () => failureOf(() => timeline.append(note('b')))
  for (const left of [bytes, bytes.subarray(0, -1)]) {
    writeFileSync(path, left)
    failOnce()
    expect(await refused()).toMatchObject({ code: 'LOG_UNAVAILABLE', cause: { message: 'the disk is full' } })
    expect(readFileSync(path).equals(bytes)).toBe(true) // with the line break, which a reader may have seen
  }
  failOnce()
  vi.spyOn(handles, 'truncate').mockRejectedValueOnce(new Error('nor can it be cut'))
  expect(await refused()).toMatchObject({ cause: { message: 'the disk is full' } })
  expect(readFileSync(path).length).toBe(bytes.length + 8)
  expect(await timeline.append(note('c'))).toMatchObject({ position: 2 })
  expect(readFileSync(`${path}.torn-1`, 'utf8')).toBe('{"seq":2')
  expect(await idsIn(await openNotes(fileLog(path)))).toEqual(['a', 'c'])
})

test('what is torn is left where it is when no file can be made for it', async () => {
  const path = temporaryPath('x'.repeat(250)) // with `.torn-1` behind it, it is too long
  await (await openNotes(fileLog(path))).append(note('a'))
  writeFileSync(path, 'torn', { flag: 'a' })
  const bytes = readFileSync(path)
  const failure = await failureOf(async () => (await openNotes(fileLog(path))).append(note('b')))
  expect(failure).toMatchObject({ code: 'LOG_UNAVAILABLE', cause: { code: 'ENAMETOOLONG' } })
  expect(readFileSync(path).equals(bytes)).toBe(true)
})

test('what cannot be flushed is read all the same, and flushed again only once it was written again', async () => {
  const path = temporaryPath()
  await (await openNotes(fileLog(path))).append(note('a'))
  const flushes = vi.spyOn(await prototypeOfHandles(), 'datasync')
  for (const code of ['EINVAL', 'EROFS', 'EIO', undefined]) {
    flushes.mockClear()
    flushes.mockRejectedValueOnce(Object.assign(new Error('no flush'), { code }))
    const timeline = await openNotes(fileLog(path))
    expect([await idsIn(timeline), await timeline.refresh(), flushes.mock.calls.length]).toEqual([['a'], 0, 1])
  }
})

test('a record that could not be flushed is taken out again, and what no flush has confirmed is written once more before the next use', async () => {
  const path = temporaryPath()
  const timeline = await openNotes(fileLog(path))
  await timeline.append(note('a'))
  const handles = await prototypeOfHandles()
  const [flushes, writes, reads] = [vi.spyOn(handles, 'datasync'), vi.spyOn(handles, 'write'), vi.spyOn(handles, 'read')]
  const offsetsOf = (calls: unknown[][]) => calls.map((call) => call[3])
  let bytes = readFileSync(path)
  for (const id of ['b', 'c']) {
    flushes.mockRejectedValueOnce(new Error('EIO'))
    const refusal = await failureOf(() => timeline.append(note(id)))
    expect(refusal).toMatchObject({ code: 'LOG_UNAVAILABLE', details: { path, unflushed: true }, cause: { message: 'EIO' } })
    expect(readFileSync(path).equals(bytes)).toBe(true)
    for (const spy of [flushes, writes, reads]) spy.mockClear()
    expect(await timeline.append(note(id))).toMatchObject({ id })
    expect(offsetsOf(writes.mock.calls)[0]).toBe(bytes.length - 1)
    expect(readFileSync(path).subarray(0, bytes.length).equals(bytes)).toBe(true)
    expect([offsetsOf(reads.mock.calls).includes(0), flushes.mock.calls.length]).toEqual([true, 2]) // it is verified from its beginning
    bytes = readFileSync(path)
  }
  flushes.mockRejectedValueOnce(new Error('EIO'))
  await failureOf(() => timeline.append(note('d')))
  writes.mockClear()
  flushes.mockClear()
  expect([await timeline.refresh(), writes.mock.calls.length, flushes.mock.calls.length]).toEqual([0, 0, 0])
  expect(await idsIn(await openNotes(fileLog(path)))).toEqual(['a', 'b', 'c'])
})

test('no file stays open behind a call, whatever came of it', async ({ skip }) => {
  need('/proc/self/fd', existsSync('/proc/self/fd'), skip)
  const path = temporaryPath()
  const log = fileLog(path)
  await (await openNotes(log)).append(note('a'))
  writeFileSync(path, 'torn', { flag: 'a' })
  await (await openNotes(log)).append(note('b'))
  expect((await failureOf(() => log.append(1, 'c'))).code).toBe('CONFLICT')
  for await (const _ of log.read(1)) break
  const files = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`))
  expect(files.filter((file) => file.startsWith(dirname(path)))).toEqual([])
})

test('a relative path is that of when the log was made, wherever the process goes', async () => {
  const path = temporaryPath()
  mkdirSync(`${dirname(path)}/elsewhere`)
  const child = await startChild('log.asof', { cwd: dirname(path) })
  expect(await child.ask({ append: note('a') })).toBe(1)
  await child.ask({ chdir: 'elsewhere' })
  expect(await child.ask({ append: note('b') })).toBe(2)
  expect(await idsIn(await openNotes(fileLog(path)))).toEqual(['a', 'b'])
  expect(readdirSync(`${dirname(path)}/elsewhere`)).toEqual([])
})

/** Where a link leads; nowhere once it is gone. */
function linkOf(path: string): string {
  return existsSync(path) ? readlinkSync(path) : ''
}

/** The methods that every open file has, and has again as they were when the test ends. */
async function prototypeOfHandles(): Promise<FileHandle> {
  const file = await open(import.meta.filename)
  await file.close()
  onTestFinished(() => void vi.restoreAllMocks())
  return Object.getPrototypeOf(file) as FileHandle
}
