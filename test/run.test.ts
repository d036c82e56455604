import { type TimelineEvent, TimelineError, defineProjection } from 'asof'
import fc from 'fast-check'
import { current, isDraft, nothing, original } from 'immer'
import { expect, test } from 'vitest'
import { freezeDeep } from '../src/freeze.js'
import { apply } from '../src/recipe.js'
import { begin, run, runPlain } from '../src/run.js'
import { RAW } from '../src/run/raw.js'

/** How many cases the property is tried on. */
const RUNS = 5000

type Any = any // oxlint-disable-line typescript/no-explicit-any -- a recipe here takes whatever a state holds

/** What reducers keep outside, unfrozen, and must not find changed. */
type Constants = { readonly list: unknown[]; readonly tree: { readonly inner: { n: number }; readonly frozen: object } }

function constants(): Constants {
  return { list: [{ n: 1 }, 2], tree: { inner: { n: 1 }, frozen: Object.freeze({ loose: [1] }) } }
}

const SYMBOL = Symbol('of a slot')

/** What a recipe does to a part of a state: what reducers may do, and what they should not. */
const DEEDS: Record<string, (part: Any, key: Any, event: Any, outside: Constants, state: Any) => unknown> = {
  set: (part, key, event) => void (part[key] = event.data.n),
  count: (part) => void (part.count = (typeof part.count === 'number' ? part.count : 0) + 1),
  same: (part, key) => void (part[key] = part[key]), // oxlint-disable-line no-self-assign
  undefine: (part, key) => void (part[key] = undefined),
  negate: (part, key) => void (part[key] = -0),
  zero: (part, key) => void (part[key] = 0),
  nest: (part, key) => void (part[key] = { n: 1, list: [{ n: 1 }], map: new Map([['a', { n: 1 }]]), set: new Set([1]) }),
  list: (part, key) => void (part[key] = [3, 1, { n: 2 }]),
  map: (part, key) => void (part[key] = new Map<string, unknown>([['a', { n: 1 }], ['b', [1]]])), // prettier-ignore
  bag: (part, key) => void (part[key] = new Set(['a', 1])),
  objectsInBag: (part, key) => void (part[key] = new Set([{ n: 1 }])),
  storeEvent: (part, key, event) => void (part[key] = event.data),
  storeEventPart: (part, key, event) => void (part[key] = { of: event.data.tree }),
  storeConstant: (part, key, _event, outside) => void (part[key] = outside.tree),
  storeList: (part, key, _event, outside) => void (part[key] = outside.list),
  alias: (part, key, _event, _outside, state) => void (state[key] = part),
  aliasWithin: (part, key, _event, _outside, state) => void (state[key] = { part, list: [part], map: new Map([['part', part]]) }),
  aliasAndChange: (part, key, event, _outside, state) => {
    state[key] = part
    part.late = event.data.n
    state[key].later = 1
  },
  move: (part, key) => {
    part.moved = part[key]
    delete part[key]
  },
  swap: (part) => void ([part.a, part.b] = [part.b, part.a]),
  remove: (part, key) => void delete part[key],
  push: (part, _key, event) => void part.push?.({ n: event.data.n }),
  pop: (part) => void part.pop?.(),
  shift: (part) => void part.shift?.(),
  unshift: (part, _key, event) => void part.unshift?.(event.data.tree),
  splice: (part) => void part.splice?.(0, 1, { n: 5 }, 6),
  sort: (part) => void part.sort?.((one: Any, other: Any) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
  reverse: (part) => void part.reverse?.(),
  shorten: (part) => void (Array.isArray(part) && (part.length = 1)),
  fill: (part) => void part.fill?.(part[0]),
  find: (part, _key, event) => {
    const found = part.find?.(isNamed)
    if (found) found.found = event.data.n
  },
  deleteInList: (part) => void (Array.isArray(part) && Reflect.deleteProperty(part, 0)),
  touchAll: (part, _key, event) => {
    for (const one of Object.values<Any>(part)) if (isNamed(one)) one.touched = event.data.n
  },
  mapSet: (part, key, event) => void part.set?.(key, { n: event.data.n }),
  mapGet: (part, key) => {
    const found = part.get?.(key)
    if (isNamed(found)) found.got = 1
  },
  mapAlias: (part, key, _event, _outside, state) => void (isWithin(part, state.a) || part.set?.(key, state.a)),
  mapEach: (part) => part.forEach?.((one: Any) => void (isNamed(one) && (one.each = 1))),
  mapOf: (part) => {
    if (!(part instanceof Map)) return
    for (const [key, one] of part) part.set(`${key}${part.size}`.slice(0, 3), one)
  },
  drop: (part, key) => void part.delete?.(key),
  clear: (part) => void part.clear?.(),
  add: (part, key) => void part.add?.(key),
  addObject: (part) => void part.add?.({ n: 1 }),
  copyBag: (part, key, _event, _outside, state) =>
    void (part instanceof Set && (state[key] = new Set([...part, 'c'].filter((one) => typeof one === 'string')))),
  copyMap: (part, key, _event, _outside, state) => void (part instanceof Map && (state[key] = new Map(part))),
  spread: (part, key, _event, _outside, state) => void (state[key] = Array.isArray(part) ? [...part] : { ...part }),
  changeStored: (part, key, event) => {
    part[key] = event.data
    part[key].n = 2
  },
  changeLiteral: (part, key) => {
    part[key] = { n: 1, inner: { n: 1 } }
    part[key].n += 1
    part[key].inner.n += 1
  },
  changeEvent: (_part, _key, event) => void (event.data.tree.n = 2),
  fail: () => {
    throw new Error('failed')
  },
  failLate: (part, key) => {
    part[key] = 1
    throw new Error('failed')
  },
  catches: (part, key, event) => {
    part[key] = event.data
    try {
      part[key].n = 3
    } catch {
      part.caught = true
    }
  },
  catchesRefusal: (part) => {
    try {
      if (Array.isArray(part)) Reflect.deleteProperty(part, 0)
    } catch {}
  },
  current: (part, key, _event, _outside, state) => void (state[key] = { of: current(part) }),
  original: (part, key, _event, _outside, state) => void (state[key] = { of: original(part) }),
  asksDraft: (part, key, _event, _outside, state) => void (part !== state && (state[key] = isDraft(part))),
  currentIfDraft: (part, key, _event, _outside, state) =>
    void (part !== state && (state[key] = { of: isDraft(part) ? current(part) : part })),
  define: (part, key, _event, _outside, state) =>
    void (part !== state && Object.defineProperty(part, key, { value: 1, enumerable: true, configurable: true, writable: true })),
  hide: (part, _key, _event, _outside, state) =>
    void (part === state && Object.defineProperty(part, 'hidden', { value: { n: 1 }, configurable: true, writable: true })),
  getter: (part, _key, event, _outside, state) =>
    void (part === state && Object.defineProperty(part, 'got', { get: () => event.position, enumerable: true, configurable: true })),
  symbol: (part, _key, event) => {
    if (part[SYMBOL] === undefined) part[SYMBOL] = { n: 1 }
    else part[SYMBOL].n = event.data.n
  },
  match: (part, key) => void (part[key] = 'room 12'.match(/\d+/)),
  frozenMatch: (part, key) => void (part[key] = Object.freeze('room 12'.match(/\d+/))),
  readMatch: (part, key, _event, _outside, state) => {
    if (Array.isArray(part) && part !== state) state[key] = (part as Any).index ?? 'none'
  },
  storeHidden: (part, key) => void (part[key] = Object.defineProperty({ n: 1 }, 'hidden', { value: 5 })),
  readHidden: (part, key, _event, _outside, state) => void (state[key] = part.hidden ?? 'none'),
  storeSymbol: (part, key) => void (part[key] = { n: 1, [SYMBOL]: { n: 1 } }),
  freeze: (part) => void Object.freeze(part),
  prototype: (part, _key, _event, _outside, state) => void (part === state && Object.setPrototypeOf(part, null)),
  protoKey: (part, _key, _event, _outside, state) => void (part === state && (part['__proto__'] = { polluted: 1 })),
  inherited: (part) => void delete part.toString,
  flatten: (_part, key, _event, _outside, state) => {
    if (!isNamed(state) || !isNamed(state.a)) return
    try {
      state.a.n = 5
    } catch {}
    state[key] = state.a.n
    state.a = null
  },
  loop: (part, key) => {
    for (const name in part) if (name !== key) part.last = name
  },
  date: (part, key) => void (part[key] = new Date(0)),
  callback: (part, key) => void (part[key] = constants),
  callbackWithin: (part, key) => void (part[key] = { n: 1, within: [constants] }),
  callbackForAWhile: (part, key) => {
    part[key] = constants
    part[key] = 1
  },
  frozenCallback: (part, key) => void (part[key] = Object.freeze({ within: Object.freeze([constants]) })),
  mapCallback: (part, key) => void part.set?.(key, constants),
  mapCallbackKey: (part) => void part.set?.(constants, 1),
  callbackInStoredMap: (part, key) => void (part[key] = new Map([['a', constants]])),
  callbackInStoredBag: (part, key) => void (part[key] = new Set([constants])),
  addCallback: (part) => void part.add?.(constants),
  returnCallback: () => constants,
  returnCallbackWithin: () => ({ within: constants }),
  returnNew: (_part, key, event, _outside, state) => (isCollection(state) ? undefined : { ...state, [key]: event.data.n }),
  returnPart: (part) => part,
  returnLiteral: () => ({ n: 1, a: { n: 1 } }),
  returnList: (part) => [part, { n: 1 }],
  returnMap: (part) => new Map([['a', part]]),
  returnConstant: (_part, _key, _event, outside) => outside.tree,
  returnEvent: (_part, _key, event) => event.data,
  returnSame: (_part, _key, _event, _outside, state) => state,
  returnNumber: (_part, _key, event) => event.data.n,
  returnNothing: () => nothing,
  returnChanged: (part, key) => {
    part[key] = 'changed'
    return { n: 1 }
  },
  returnUnchanged: (part, key) => {
    part[key] = part[key] // oxlint-disable-line no-self-assign
    return { n: 2 }
  },
  promise: async () => ({ n: 1 }),
}

/** Whether a part is somewhere in another; no state contains itself. */
function isWithin(part: unknown, whole: Any): boolean {
  if (typeof whole !== 'object' || whole === null || whole === part) return whole === part
  return (whole instanceof Map ? [...whole.values()] : Object.values(whole)).some((one) => isWithin(part, one))
}

/** Whether a part has slots by name. */
function isNamed(part: unknown): boolean {
  return typeof part === 'object' && part !== null && !Array.isArray(part) && !isCollection(part)
}

function isCollection(part: unknown): boolean {
  return part instanceof Map || part instanceof Set
}

const INITIAL: Record<string, (outside: Constants) => unknown> = {
  flat: () => ({ a: 1, b: 'x' }),
  callback: () => ({ a: { n: [constants] } }),
  empty: () => ({}),
  nested: () => ({ a: { n: 1, list: [{ n: 1 }, 2] }, b: new Map([['a', { n: 1 }]]), c: [[1], { n: 1 }] }),
  shared: (outside) => outside.tree,
  list: () => [{ n: 1 }, 2],
  map: () => new Map<string, unknown>([['a', { n: 1 }]]),
  bag: () => new Set(['a']),
  number: () => 3,
  symbols: () => ({ a: { n: 1, [SYMBOL]: { n: 1 } } }),
  flatSymbol: () => ({ a: 1, [SYMBOL]: { n: 1 } }),
  flatHidden: () => Object.defineProperty({ a: 1 }, 'hidden', { value: 5, writable: true, configurable: true }),
  hidden: () => ({ a: Object.defineProperty({ n: 1 }, 'hidden', { value: 5 }) }),
  tagged: () => ({ a: Object.assign([1], { index: 'x' }) }),
  nearlyFlat: () => ({ a: { n: 1 }, b: 1 }),
  flatProto: () => JSON.parse('{"a":1,"__proto__":2}'),
  bare: () => Object.assign(Object.create(null), { a: { n: 1 } }),
}

const steps = fc.record({
  deeds: fc.array(
    fc.tuple(fc.constantFrom(...Object.keys(DEEDS)), fc.constantFrom('a', 'b', 'c'), fc.array(fc.nat({ max: 5 }), { maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  takes: fc.boolean(),
})
const cases = fc.tuple(fc.constantFrom(...Object.keys(INITIAL)), fc.array(steps, { minLength: 1, maxLength: 8 }), fc.boolean())

test('a run of events has the outcome of one immer recipe an event, whatever the recipes do', () => {
  plainRuns = 0
  fc.assert(
    fc.property(cases, ([initial, drawn, isByType]) => {
      const [outside, aside] = [constants(), constants()]
      expect(outcomesOf(initial, drawn, isByType, outside, asRun)).toStrictEqual(outcomesOf(initial, drawn, isByType, aside, oneByOne))
      expect(outside).toStrictEqual(aside)
    }),
    { numRuns: RUNS },
  )
  expect(plainRuns).toBeGreaterThan(RUNS / 100)
})

test('a plain copy refuses what it must even where a later event undoes it', () => {
  const undone = (deed: (state: Any) => void) =>
    defineProjection({ name: 'undone', initial: () => ({ n: 0 }), on: { deed, undo: (state: Any) => void delete state.x } })
  const events = eventsOf(['deed', 'undo'])
  const states = (deed: (state: Any) => void) => runPlain(undone(deed), '', { n: 0 }, events, [1, 2])
  expect(states((state) => void (state.x = 1))).toMatchObject([{ state: { n: 0, x: 1 } }, { state: { n: 0 } }])
  expect(states((state) => void Object.defineProperty(state, 'x', { get: () => 1, enumerable: true, configurable: true }))).toBe(undefined)
  expect(states((state) => void Object.defineProperty(state, 'x', { value: 1, configurable: true }))).toBe(undefined)
})

test('a recipe that only immer can run leaves the others on copies', () => {
  const { projection, seen } = watched({ odd: (state) => void (state.sum = current(state.of).n) })
  const events = eventsOf(['count', 'odd', 'count', 'count', 'odd', 'odd', 'count'])
  const state = run<Any>(projection, '', begin(projection, ''), events).state
  expect(state).toEqual({ of: { n: 4 }, sum: 3 })
  seen.length = 0
  expect(run<Any>(projection, '', state, events).state).toEqual({ of: { n: 8 }, sum: 7 })
  expect(seen).toEqual(['count copy', 'odd immer', 'count copy', 'count copy', 'odd immer', 'odd immer', 'count copy'])
})

test('it does so however often they alternate', () => {
  const { projection, seen } = watched({ odd: (state) => void (state.sum = current(state.of).n) })
  const pairs = 20_000
  const events = eventsOf(Array.from({ length: 2 * pairs }, (_, index) => (index % 2 === 0 ? 'count' : 'odd')))
  expect(run<Any>(projection, '', begin(projection, ''), events).state).toEqual({ of: { n: pairs }, sum: pairs })
  expect(seen.filter((one) => one === 'count copy').length).toBeGreaterThanOrEqual(pairs - 1)
  expect(seen.length).toBeLessThan(2 * pairs + 10)
})

test('a state that is not ordinary is for immer from then on', () => {
  const { projection, seen } = watched({ odd: (state) => void (state.of[SYMBOL] = 1) })
  const events = eventsOf(['count', 'count', 'odd', 'count', 'count'])
  expect(run<Any>(projection, '', begin(projection, ''), events).state).toEqual({ of: { n: 4, [SYMBOL]: 1 }, sum: 0 })
  expect(seen.slice(-3)).toEqual(['odd immer', 'count immer', 'count immer'])
})

test('a recipe that failed runs on copies again', () => {
  let isFailing = true
  const fails = () => {
    if (isFailing) throw new Error('failed')
  }
  const { projection, seen } = watched({ fails })
  const state = begin<Any>(projection, '')
  const events = eventsOf(['count', 'count', 'fails'])
  expect(() => run(projection, '', state, events)).toThrow(expect.objectContaining({ code: 'REDUCER_FAILED' }))
  isFailing = false
  seen.length = 0
  run(projection, '', state, events)
  expect(seen).toEqual(['count copy', 'count copy', 'fails copy'])
})

/** A projection that tells which recipe ran on what; the first event of its nested state teaches it to use drafts. */
function watched(more: Record<string, (state: Any) => void>): { projection: Any; seen: string[] } {
  const seen: string[] = []
  const recipes = { count: (state: Any) => void (state.of.n += 1), ...more }
  const on = Object.entries(recipes).map(([type, recipe]) => [
    type,
    (state: Any) => {
      seen.push(`${type} ${state[RAW] === undefined ? 'immer' : 'copy'}`)
      recipe(state)
    },
  ])
  const projection = defineProjection({ name: 'watched', initial: () => ({ of: { n: 0 }, sum: 0 }), on: Object.fromEntries(on) })
  run(projection, '', begin(projection, ''), eventsOf(['count']))
  seen.length = 0
  return { projection, seen }
}

function eventsOf(types: readonly string[]): TimelineEvent[] {
  return types.map((type, index) => eventAt(index + 1, type))
}

let plainRuns = 0 // so many gave their states

type Fold = (projection: Any, state: unknown, events: TimelineEvent[], outside: Constants) => unknown

const asRun: Fold = (projection, state, events, outside) => {
  checkPlain(projection, state, events)
  const folded = run<unknown>(projection, 'key', state, events)
  const known = slotsByObject([state, events, outside])
  const made = [...slotsByObject(folded.state)].filter(([object]) => !known.has(object)).map(([, slots]) => slots)
  if (folded.slots > 0 || made.length > 1) expect(folded.slots).toBeGreaterThanOrEqual(made.reduce((sum, slots) => sum + slots, 0))
  return folded.state
}
const oneByOne: Fold = (projection, state, events) =>
  freezeDeep(events.reduce((before, event) => apply<unknown>(projection, before, event, 'key'), state))

/** Where a plain copy gives the states after each event, they are those of one immer recipe an event. */
function checkPlain(projection: Any, state: unknown, events: TimelineEvent[]): void {
  const counts = events.map((_, index) => index + 1)
  const states = runPlain(projection, 'key', state, events, counts)?.map((folded) => frozen(folded.state))
  if (states === undefined) return
  plainRuns += 1
  const meant = attempt(() => counts.map((count) => oneByOne(projection, state, events.slice(0, count), constants())))
  expect(states).toStrictEqual(meant)
}

/** What comes of some work, or that it failed. */
function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch {
    return 'failed'
  }
}

type Drawn = typeof cases extends fc.Arbitrary<readonly [string, infer T, boolean]> ? T : never

/** The states that are taken on the way, and the last one, or with what it failed; each type of events has a recipe, or all have one. */
function outcomesOf(initial: string, drawn: Drawn, isByType: boolean, outside: Constants, fold: Fold): unknown[] {
  const recipe =
    () =>
    (state: unknown, event: TimelineEvent): Any => {
      let result: unknown
      for (const [index, [deed, key, path]] of drawn[event.position - 1]!.deeds.entries()) {
        if (deed === 'freeze' && index > 0) continue // a frozen literal with a draft inside breaks immer
        const part = pick(state, path)
        if (isCollection(part) && !/^(map[A-Z]|drop|clear|add|copy|alias|return|fail)/.test(deed)) continue // Maps and Sets get no names
        if (part === state && /^(alias|mapAlias)/.test(deed)) continue // no state contains itself
        if (isCollection(state) && /^(copy|alias|spread|current|original|asks)/.test(deed)) continue
        if (Array.isArray(part) && /^(count|catches|loop|move|swap|aliasAndChange)$/.test(deed)) continue // nor do lists
        const done = DEEDS[deed]!(part, Array.isArray(part) ? 'abc'.indexOf(key) : key, event, outside, state)
        if (done !== undefined) result = done
        if (done !== undefined) break // else to store again what is there may be a change, or none
        if (/Constant|List|current|original|negate/.test(deed)) break // what is outside must not be changed; nor does immer tell -0 from 0 in one event
      }
      return result
    }
  const types = Object.keys(DEEDS).map((deed) => [deed, recipe()])
  const projection = defineProjection({
    name: 'random',
    initial: () => INITIAL[initial]!(outside),
    on: isByType ? Object.fromEntries(types) : recipe(),
  })
  const outcomes: unknown[] = []
  try {
    let state = begin<unknown>(projection, 'key')
    let since: TimelineEvent[] = []
    for (const [index, { takes, deeds }] of drawn.entries()) {
      since.push(eventAt(index + 1, deeds[0]![0]))
      if (!takes && index < drawn.length - 1) continue
      state = fold(projection, state, since, outside)
      since = []
      outcomes.push(frozen(state))
    }
  } catch (error) {
    outcomes.push(error instanceof TimelineError ? [error.code, (error.details as Any).event?.position] : error)
  }
  return outcomes
}

/** A part of a state, down a path. */
function pick(state: Any, path: readonly number[]): Any {
  let part = state
  for (const step of path) {
    const parts = (part instanceof Map ? [...part.values()] : Object.values<Any>(part)).filter(isPart)
    if (parts.length > 0) part = parts[step % parts.length]
  }
  return part
}

/** How many slots the objects, arrays and collections in a tree have. */
function slotsByObject(tree: Any, all = new Map<object, number>()): Map<object, number> {
  if (!isPart(tree) || all.has(tree)) return all
  const parts: unknown[] = isCollection(tree) ? [...tree.values()] : Object.values<Any>(tree)
  all.set(tree, parts.length)
  for (const part of parts) slotsByObject(part, all)
  return all
}

/** Objects of classes are no part of states, though immer lets them pass. */
function isPart(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
}

/** The state, which must be frozen in all its parts that can be. */
function frozen(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || state instanceof Date) return state
  expect(Object.isFrozen(state)).toBe(true)
  for (const part of state instanceof Map || state instanceof Set ? state.values() : Object.values(state)) frozen(part)
  return state
}

function eventAt(position: number, type: string): TimelineEvent {
  const data = Object.freeze({ n: position, tree: Object.freeze({ n: position }) })
  return { position, id: String(position), type, subject: 's', occurredAt: '', reportedAt: '', appendedAt: '', data }
}
