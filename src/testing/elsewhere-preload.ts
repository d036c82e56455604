// Loaded before anything else in a process that is to be elsewhere: there it is another year, month, day and hour, whatever
// the clock says, and the environment has nothing but what a process needs, until it is estranged; then it has everything.
// oxlint-disable no-extend-native -- nothing else runs in that process
import { partsOf } from './parts-of-date.js'

const HOUR_MS = 3_600_000

// The clock

const realNow = Date.now
const here = (process.env['ASOF_HERE'] ?? '').split(',')
const isElsewhere = (at: number) => partsOf(new Date(at)).every((part, index) => part !== here[index])

let start = Date.UTC(Number(here[0]) + 50, 0, 1) // in the future: what depends on a day that is past stays as it is
while (!isElsewhere(start)) start += 25 * HOUR_MS
const shiftMs = start - realNow()
const now = () => realNow() + shiftMs

const shifted = new Proxy(Date, {
  apply: (target) => new target(now()).toString(),
  construct: (target, given: unknown[], newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
})
Date.now = now
Object.defineProperty(Date.prototype, 'constructor', { value: shifted, configurable: true, writable: true })
globalThis.Date = shifted

const realElapsed = performance.now.bind(performance)
performance.now = () => realElapsed() + shiftMs
const realUptime = process.uptime.bind(process)
process.uptime = () => realUptime() + shiftMs / 1000
const realTime = process.hrtime.bind(process)
const time = (since?: [number, number]): [number, number] => {
  const [seconds, nanoseconds] = realTime(since)
  return [seconds + (since === undefined ? Math.round(shiftMs / 1000) : 0), nanoseconds]
}
process.hrtime = Object.assign(time, { bigint: () => realTime.bigint() + BigInt(Math.round(shiftMs)) * 1_000_000n })

// The language. Where none is named, V8 asks for the system's to sort and to format by, but not for capitals: other engines do.

const { locale } = Intl.DateTimeFormat().resolvedOptions()
for (const name of ['toLocaleUpperCase', 'toLocaleLowerCase'] as const) {
  const convert = String.prototype[name]
  Object.defineProperty(String.prototype, name, {
    value(this: string, locales: string | string[] = locale): string {
      return convert.call(this, locales)
    },
    configurable: true,
    writable: true,
  })
}

// The environment

/** What a process needs, or whoever loads a module; time and language are what makes it elsewhere. */
const NEEDED = /^(PATH|NODE_OPTIONS|NODE_PATH|JITI_.+|TE?MP|TMPDIR|SYSTEMROOT|WINDIR|TZ|LC_ALL)$/i
const STRANGE = { value: 'elsewhere', configurable: true, enumerable: true, writable: true }

let isEstranged = false
const isStrange = (name: string | symbol) => isEstranged && typeof name === 'string'
process.env = new Proxy(Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name))), {
  get: (target, name) => (isStrange(name) ? STRANGE.value : (Reflect.get(target, name) as unknown)),
  has: (target, name) => isStrange(name) || Reflect.has(target, name),
  getOwnPropertyDescriptor: (target, name) => (isStrange(name) ? STRANGE : Reflect.getOwnPropertyDescriptor(target, name)),
})
process.once('estranged' as 'exit', () => (isEstranged = true))
