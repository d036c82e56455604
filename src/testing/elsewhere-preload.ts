// Loaded before anything else in a process that is to be elsewhere: there it is July 2024, whatever the clock says.
// oxlint-disable no-extend-native -- nothing else runs in that process

const realNow = Date.now
const SHIFT_MS = Date.UTC(2024, 6, 1) - realNow()
const now = () => realNow() + SHIFT_MS

const shifted = new Proxy(Date, {
  apply: (target) => new target(now()).toString(),
  construct: (target, given: unknown[], newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
})
Date.now = now
Object.defineProperty(Date.prototype, 'constructor', { value: shifted, configurable: true, writable: true })
globalThis.Date = shifted

const realElapsed = performance.now.bind(performance)
performance.now = () => realElapsed() - SHIFT_MS

// Where a language is not named, V8 asks for the system's to sort and to format by, but not for capitals: other engines do.
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
