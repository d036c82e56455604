/** Reducers that are pure, however suspicious they look. */
import { bySubject, defineEvents, defineProjection } from 'asof'
import { current, original } from 'immer'
import { z } from 'zod'

const events = defineEvents({
  noted: z.object({ text: z.string(), count: z.number(), tags: z.array(z.object({ name: z.string() })) }),
  cleared: z.undefined(),
})

type Tag = { name: string }

export const dates = defineProjection({
  name: 'dates',
  events,
  key: bySubject,
  initial: () => ({ years: new Map<string, number>(), isDate: false, at: '' }),
  on: (state, { reportedAt }) => {
    const date = new Date(reportedAt)
    const year = date.toISOString().slice(0, 4)
    state.years.set(year, (state.years.get(year) ?? 0) + 1)
    state.isDate = date instanceof Date && Date.prototype.constructor === Date && Object.getPrototypeOf(date) === Date.prototype
    state.at = new Date(Date.UTC(2024, 1, 30)).toLocaleString('en-GB', { timeZone: 'UTC' }) + Date.parse(reportedAt)
  },
})

export const languages = defineProjection({
  name: 'languages',
  events,
  initial: (): string[] => [],
  on: {
    noted: (state, { data: { text, count } }) => {
      state.push(text.toLocaleUpperCase('tr'), text.toUpperCase(), count.toLocaleString('de'), new Intl.NumberFormat('fr').format(count))
      state.sort((one, other) => one.localeCompare(other, 'sv'))
    },
  },
})

/** Takes parts of its events into the state, and changes them there. */
export const taking = defineProjection({
  name: 'taking',
  events,
  key: (event) => [event.subject, event.type],
  initial: () => ({ tags: [] as Tag[], last: undefined as Tag[] | undefined }),
  on: {
    noted: (state, { data }) => {
      for (const tag of state.tags) tag.name += '!'
      state.tags.push(...data.tags.map((tag) => ({ ...tag })))
      state.last = data.tags
    },
    cleared: () => ({ tags: [], last: undefined }),
  },
})

const NOTHING: readonly string[] = Object.freeze([])
const memo = new Map<string, number>()

/** Begins with one frozen constant in two places, remembers what it worked out, moves things about, and changes parts of events. */
export const sharing = defineProjection({
  name: 'sharing',
  events,
  initial: () => ({ here: NOTHING, there: NOTHING, lengths: new Set<number>(), tags: [] as Tag[] }),
  on: {
    noted: (state, { data: { text, tags } }) => {
      for (const tag of state.tags) tag.name += '!'
      state.tags = tags
      const length = memo.get(text) ?? text.length
      memo.set(text, length)
      state.lengths.add(length)
      const { here, there } = state
      state.here = there
      state.there = [...here, text]
    },
    cleared: () => ({ here: NOTHING, there: NOTHING, lengths: new Set<number>(), tags: [] }),
  },
})

/** Asks immer for what was before. */
export const looking = defineProjection({
  name: 'looking',
  events,
  initial: () => ({ list: [] as { n: number }[], before: 0, now: 0 }),
  on: (state) => {
    state.list.push({ n: state.list.length })
    state.before = original(state).list.length
    state.now = current(state).list.length
  },
})

/** Asks immer for what was before, of a state that holds one constant twice. */
export const lookingAtShared = defineProjection({
  name: 'looking at shared',
  events,
  initial: () => ({ here: NOTHING, there: NOTHING, n: 0, before: 0 }),
  on: (state) => {
    state.n += 1
    state.before = original(state).n
  },
})

type Item = { n: number }
const open = { open: [{ n: 1 }, { n: 2 }], done: undefined as Set<Item> | undefined }

/** Moves an item into a Set that an event before has made. */
function move(state: { open: Item[]; done: Set<Item> | undefined }): void {
  if (state.done === undefined) state.done = new Set()
  else if (state.open.length > 0) state.done.add(state.open.pop()!)
}

export const moving = defineProjection({ name: 'moving', events, initial: () => open, on: move })

/** The same, of a state that holds one constant twice. */
export const movingShared = defineProjection({
  name: 'moving shared',
  events,
  initial: () => ({ ...open, here: NOTHING, there: NOTHING }),
  on: move,
})

/** Tries to change a part of an event that it took, and goes on where it cannot. */
export const trying = defineProjection({
  name: 'trying',
  events,
  initial: () => ({ last: undefined as { text: string } | undefined, failed: 0 }),
  on: {
    noted: (state, { data }) => {
      if (state.last === undefined) state.last = data
      try {
        state.last.text = 'changed'
      } catch {
        state.failed += 1
      }
    },
  },
})

/** A state that is no object. */
export const counting = defineProjection({ name: 'counting', events, initial: () => 0, on: (state) => state + 1 })

/** Without a catalog, and of whatever there is. */
export const untyped = defineProjection({
  name: 'untyped',
  key: bySubject,
  initial: (): { last?: unknown } => ({}),
  on: (state, event) => {
    state.last = event.data
  },
})

/** Without a catalog, with handlers of its own types. */
export const named = defineProjection({
  name: 'named',
  initial: () => ({ opened: 0 }),
  on: { opened: (state) => void (state.opened += 1) },
})
