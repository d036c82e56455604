/** Sixteen reducers that are not pure, each in its own way; the types of their events have a text and a number. */
import { randomUUID } from 'node:crypto'
import { bySubject, defineEvents, defineProjection } from 'asof'
import { z } from 'zod'

const events = defineEvents({ noted: z.object({ text: z.string(), count: z.number() }), checked: z.object({ text: z.string() }) })

type State = { [name: string]: unknown }
type Noted = { readonly data: { readonly text: string; readonly count: number } }

/** A reducer that keeps what a function makes of each note. */
function keeping(of: (event: Noted, state: State) => unknown) {
  return defineProjection({
    name: 'impure',
    events,
    key: bySubject,
    initial: (): State => ({}),
    on: {
      noted: (state: State, event) => {
        state['kept'] = of(event, state)
      },
      checked: (state: State) => {
        state['checks'] = Number(state['checks'] ?? 0) + 1
      },
    },
  })
}

const { now } = Date
export const capturedNow = keeping(() => now())
export const newDate = keeping(() => new Date().toISOString().slice(0, 4))
export const random = keeping(() => Math.random())
export const uuid = keeping(() => randomUUID())

let notes = 0
export const counter = keeping(() => (notes += 1))

export const mutation = keeping((event) => {
  ;(event.data as { text: string }).text = 'changed'
})

export const storedTwice = keeping((_, state) => {
  const entry = { count: 0 }
  state['one'] ??= entry
  state['other'] ??= entry
  const one = state['one'] as typeof entry
  one.count += 1
  return one.count
})

export const localeString = keeping(({ data }) => data.count.toLocaleString())
export const timezoneOffset = keeping(() => new Date(2024, 0, 1).getTimezoneOffset())
export const environment = keeping(() => process.env['LOCAL_DESK'] ?? 'none')
export const elapsed = keeping(() => performance.now())
export const intl = keeping(({ data }) => new Intl.NumberFormat().format(data.count))

export const localeCompare = keeping(({ data }, state) => {
  const texts = (state['texts'] ??= []) as string[]
  texts.push(data.text)
  return texts.toSorted((one, other) => one.localeCompare(other))
})

export const localeUpperCase = keeping(({ data }) => data.text.toLocaleUpperCase())

export const asynchronous = defineProjection({
  name: 'impure',
  events,
  initial: (): State => ({}),
  on: {
    noted: (async (state: State) => {
      state['kept'] = true
    }) as never,
  },
})

const seen = new WeakSet<object>()
export const identity = keeping(({ data }) => {
  const isNew = !seen.has(data)
  seen.add(data)
  return isNew
})
