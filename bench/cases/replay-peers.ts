import { deepStrictEqual } from 'node:assert/strict'
import { type TimelineEvent, fold } from 'asof'
import type { Bench } from '../case.js'
import { castoreOf } from '../contenders/castore.js'
import { emmettOf } from '../contenders/emmett.js'
import { foldByLoop, inOrder, statesByLoop } from '../contenders/loop.js'
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
type Stores = Readonly<Record<string, <S>(streams: Streams, initial: () => S, evolve: Evolve<S>) => Promise<FoldStream<S>> | FoldStream<S>>>

/** The same events on both sides: as `asof` folds them, and in the streams of event stores with their two reducers. */
type Match<S> = {
  readonly what: string
  readonly byAsof: () => object
  readonly streams: Streams
  readonly stores: Stores
  readonly initial: () => S
  /** Those of the stores' reducers that are raced. */
  readonly evolves: readonly (readonly [kind: string, evolve: Evolve<S>])[]
  /** Loops that change the state in place: over the events as `asof` gets them, and over the streams as the stores have them, where these are many. */
  readonly byLoop: () => object
  readonly byStream?: () => object
}

const STORES = { Emmett: emmettOf, Castore: castoreOf }
const NEW = 'each state a new one'
const IN_PLACE = 'the state changed in place'

/** A reducer that returns a new state copies them for each event. */
const KEYS_COPIED = 200

/**
 * Every event folded once, against event stores that hold the same ones: a stream a subject, and a single stream; and how
 * fast loops are that change the state in place as they go through the events, and do nothing else.
 */
export async function* replayPeers({ datasets, events, budgetMs }: Bench): AsyncGenerator<Row> {
  const dataset = await datasets.get(manySubjects(events))
  yield* raceStores(keyed(dataset, Infinity, { Castore: castoreOf }), budgetMs)
  yield* raceStores(keyed(dataset, STREAMS, { Emmett: emmettOf }), budgetMs)
  yield* raceStores(single(dataset, Infinity, [[IN_PLACE, evolveBy(overviewRecipes)]]), budgetMs)
  yield* raceStores(single(dataset, KEYS_COPIED, [[NEW, overviewAfter]]), budgetMs)
}

function keyed(dataset: Dataset, subjects: number, stores: Stores): Match<Standing> {
  const streams = streamsOf(dataset.arrays, subjects)
  const events = eventsIn(dataset, streams)
  const standing = defineStanding()
  const ordered = inOrder([...streams.values()].flat())
  return {
    what: `${numberText(events.length)} events, keyed`,
    byAsof: () => Object.fromEntries(fold(standing, events)),
    streams,
    stores,
    initial: initialStanding,
    evolves: [
      [NEW, standingAfter],
      [IN_PLACE, evolveBy(standingRecipes)],
    ],
    byLoop: () => Object.fromEntries(statesByLoop(ordered, initialStanding, standingRecipes)),
    byStream: () =>
      Object.fromEntries([...streams].map(([name, stream]) => [name, foldByLoop(stream, initialStanding(), standingRecipes)])),
  }
}

function single(dataset: Dataset, subjects: number, evolves: Match<Overview>['evolves']): Match<Overview> {
  const streams = streamsOf(dataset.arrays, subjects)
  const events = eventsIn(dataset, streams)
  const overview = defineOverview()
  const ordered = inOrder([...streams.values()].flat())
  return {
    what: `${numberText(events.length)} events, one state with ${numberText(streams.size)} keys inside`,
    byAsof: () => ({ '': fold(overview, events) }),
    streams: new Map([['', ordered]]),
    stores: STORES,
    initial: initialOverview,
    evolves,
    byLoop: () => ({ '': foldByLoop(ordered, initialOverview(), overviewRecipes) }),
  }
}

function eventsIn({ timeline }: Dataset, streams: Streams): TimelineEvent[] {
  return timeline
    .asOf()
    .events()
    .filter(({ subject }) => streams.has(subject))
}

async function* raceStores<S>(
  { what, byAsof, streams, stores, initial, evolves, byLoop, byStream }: Match<S>,
  budgetMs: number,
): AsyncGenerator<Row> {
  const loops = [
    { name: 'loop', how: '', work: byLoop },
    ...(byStream === undefined ? [] : [{ name: 'loop by stream', how: ' stream by stream', work: byStream }]),
  ]
  for (const { work } of loops) deepStrictEqual(work(), byAsof())
  for (const [kind, evolve] of evolves) {
    const workers = [worker('asof', byAsof), ...loops.map(({ name, work }) => worker(name, work))]
    for (const [name, storeOf] of Object.entries(stores)) {
      const foldAll = foldEach(await storeOf(streams, initial, evolve), streams)
      deepStrictEqual(await foldAll(), byAsof())
      workers.push(worker(name, foldAll))
    }
    const times = await race(workers, budgetMs)
    for (const name of Object.keys(stores)) {
      yield {
        what: `full replay of ${what}, ${kind}: speed, of ${name}'s`,
        figure: ratio(times, name, 'asof'),
        unit: '×',
        goal: atLeast(5),
        note: timesText(times, ['asof', name]),
      }
      for (const loop of loops) {
        yield {
          what: `full replay of ${what}, by a loop that changes the state in place${loop.how}: speed, of ${name}'s with ${kind}`,
          figure: ratio(times, name, loop.name),
          unit: '×',
          note: timesText(times, [loop.name, name]),
        }
      }
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
