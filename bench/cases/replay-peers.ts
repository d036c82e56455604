import { deepStrictEqual } from 'node:assert/strict'
import { fold } from 'asof'
import type { Bench } from '../case.js'
import { castoreOf } from '../contenders/castore.js'
import { emmettOf } from '../contenders/emmett.js'
import { inOrder } from '../contenders/loop.js'
import { type Evolve, type FoldStream, evolveBy, streamsOf } from '../contenders/stream.js'
import { numberText } from '../number-text.js'
import { type Race, contender, race, ratio, timesText } from '../race.js'
import { type Goal, type Row, atLeast } from '../row.js'
import type { PlainEvent } from '../sample.js'
import { manySubjects } from '../shape.js'
import { defineOverview, defineStanding, initialOverview, initialStanding, overviewAfter, overviewRecipes } from '../shipment.js'
import { standingAfter, standingRecipes } from '../shipment.js'
import { STREAMS } from './peers.js'

const ONCE = [undefined]
const KEYS_INSIDE = 200 // a reducer that returns a new state copies them for each event
type Streams = ReadonlyMap<string, readonly PlainEvent[]>

/** Every event folded once, against event stores that hold the same ones: a stream a subject, and a single stream. */
export async function* replayPeers({ datasets, events: size, budgetMs }: Bench): AsyncGenerator<Row> {
  const { timeline, arrays } = await datasets.get(manySubjects(size))
  const ordered = timeline.asOf().events()
  const streams = streamsOf(arrays, STREAMS)
  const inStreams = ordered.filter(({ subject }) => streams.has(subject))
  const few = streamsOf(arrays, KEYS_INSIDE)
  const stream = new Map([['', inOrder([...few.values()].flat())]])
  const inStream = ordered.filter(({ subject }) => few.has(subject))
  const standing = defineStanding()
  const overview = defineOverview()
  const keyed = () => Object.fromEntries(fold(standing, inStreams))
  const single = () => ({ '': fold(overview, inStream) })
  const keyedText = `${numberText(inStreams.length)} events, keyed`
  const singleText = `${numberText(inStream.length)} events, one state with ${few.size} keys inside`
  yield* against(keyedText, keyed, streams, initialStanding, evolveBy(standingRecipes), standingAfter)
  yield* against(singleText, single, stream, initialOverview, evolveBy(overviewRecipes), overviewAfter)

  async function* against<S>(
    kind: string,
    byAsof: () => object,
    held: Streams,
    initial: () => S,
    inPlace: Evolve<S>,
    toNew: Evolve<S>,
  ): AsyncGenerator<Row> {
    for (const [how, evolve] of [
      ['each state a new one', toNew],
      ['the state changed in place', inPlace],
    ] as const) {
      const emmett = foldEach(await emmettOf(held, initial, evolve), held)
      const castore = foldEach(castoreOf(held, initial, evolve), held)
      for (const foldAll of [emmett, castore]) deepStrictEqual(await foldAll(), byAsof())
      const times = await race(
        [contender('asof', ONCE, byAsof), contender('Emmett', ONCE, emmett), contender('Castore', ONCE, castore)],
        budgetMs,
      )
      for (const name of ['Emmett', 'Castore']) yield rowOf(name, how, times, evolve === toNew ? atLeast(5) : undefined)
    }

    function rowOf(name: string, how: string, times: Race, goal?: Goal): Row {
      return {
        what: `full replay of ${kind}: speed, of ${name}'s, ${how}`,
        figure: ratio(times, name, 'asof'),
        unit: '×',
        ...(goal !== undefined && { goal }),
        note: timesText(times, ['asof', name]),
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
