import { deepStrictEqual } from 'node:assert/strict'
import { fold } from 'asof'
import type { Bench } from '../case.js'
import { castoreOf } from '../contenders/castore.js'
import { emmettOf } from '../contenders/emmett.js'
import { inOrder } from '../contenders/loop.js'
import { type Evolve, type FoldStream, evolveBy, streamsOf } from '../contenders/stream.js'
import type { Dataset } from '../dataset.js'
import { numberText } from '../number-text.js'
import { race, ratio, timesText, worker } from '../race.js'
import { type Row, atLeast } from '../row.js'
import type { PlainEvent } from '../sample.js'
import { manySubjects } from '../shape.js'
import { defineOverview, defineStanding, initialOverview, initialStanding, overviewAfter, overviewRecipes } from '../shipment.js'
import { type Overview, type Standing, standingAfter, standingRecipes } from '../shipment.js'
import { STREAMS } from './peers.js'

type Streams = ReadonlyMap<string, readonly PlainEvent[]>

/** The same events on both sides: as `asof` folds them, and in the streams of an event store with its two reducers. */
type Match<S> = {
  readonly what: string
  readonly byAsof: () => object
  readonly streams: Streams
  readonly initial: () => S
  readonly toNew: Evolve<S>
  readonly inPlace: Evolve<S>
}

const KEYS_INSIDE = 200 // a reducer that returns a new state copies them for each event

/**
 * Every event folded once, against event stores that hold the same ones: a stream a subject, and a single stream; and how a
 * loop does against the same, which calls the stores' reducers on the events of each stream and does nothing else.
 */
export async function* replayPeers({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  const dataset = await datasets.get(manySubjects(events))
  yield* against(keyed(dataset), budgetMs)
  yield* against(single(dataset), budgetMs)
}

function keyed({ timeline, arrays }: Dataset): Match<Standing> {
  const streams = streamsOf(arrays, STREAMS)
  const events = timeline
    .asOf()
    .events()
    .filter(({ subject }) => streams.has(subject))
  const standing = defineStanding()
  return {
    what: `${numberText(events.length)} events, keyed`,
    byAsof: () => Object.fromEntries(fold(standing, events)),
    streams,
    initial: initialStanding,
    toNew: standingAfter,
    inPlace: evolveBy(standingRecipes),
  }
}

function single({ timeline, arrays }: Dataset): Match<Overview> {
  const few = streamsOf(arrays, KEYS_INSIDE)
  const events = timeline
    .asOf()
    .events()
    .filter(({ subject }) => few.has(subject))
  const overview = defineOverview()
  return {
    what: `${numberText(events.length)} events, one state with ${few.size} keys inside`,
    byAsof: () => ({ '': fold(overview, events) }),
    streams: new Map([['', inOrder([...few.values()].flat())]]),
    initial: initialOverview,
    toNew: overviewAfter,
    inPlace: evolveBy(overviewRecipes),
  }
}

async function* against<S>(match: Match<S>, budgetMs: number): AsyncGenerator<Row> {
  const { what, toNew, inPlace } = match
  yield* raceStores(`${what}, each state a new one`, match, toNew, budgetMs)
  yield* raceStores(`${what}, the state changed in place`, match, inPlace, budgetMs)
}

async function* raceStores<S>(
  what: string,
  { byAsof, streams, initial }: Match<S>,
  evolve: Evolve<S>,
  budgetMs: number,
): AsyncGenerator<Row> {
  const emmett = foldEach(await emmettOf(streams, initial, evolve), streams)
  const castore = foldEach(castoreOf(streams, initial, evolve), streams)
  const loop = () => Object.fromEntries(Array.from(streams, ([name, events]) => [name, events.reduce(evolve, initial())]))
  for (const foldAll of [emmett, castore, loop]) deepStrictEqual(await foldAll(), byAsof())
  const times = await race(
    [worker('asof', byAsof), worker('Emmett', emmett), worker('Castore', castore), worker('loop', loop)],
    budgetMs * 2,
  )
  for (const name of ['Emmett', 'Castore']) {
    yield {
      what: `full replay of ${what}: speed, of ${name}'s`,
      figure: ratio(times, name, 'asof'),
      unit: '×',
      goal: atLeast(5),
      note: timesText(times, ['asof', name]),
    }
    yield {
      what: `full replay of ${what}, by a loop: speed, of ${name}'s`,
      figure: ratio(times, name, 'loop'),
      unit: '×',
      note: timesText(times, ['loop', name]),
    }
  }
}

/** Folds one stream after the other. */
function foldEach<S>(foldStream: FoldStream<S>, streams: Streams): () => Promise<Record<string, S>> {
  return async () => {
    const states: [string, S][] = []
    for (const name of streams.keys()) states.push([name, await foldStream(name)])
    return Object.fromEntries(states)
  }
}
