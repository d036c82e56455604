// asof: what was true on one date, as reported by another.

// A timeline: events to append to, and to ask as of any date.
export { type Timeline, openTimeline } from './timeline.js'
export type { AsOfOptions, ReplayOptions, TimelineOptions } from './options.js'
export type { Change } from './listeners.js'
export type { IngestListeners, Ingested, Progress, Rejected } from './ingest/ingest.js'
export type { Source } from './ingest/source.js'
export type { Verified } from './verify.js'

// Events, their types, and the dates they bear.
export { type AnyCatalog, type Catalog, defineEvents } from './catalog.js'
export type { EventInput, Retraction, TimelineEvent } from './event.js'
export { type DateLike, type Period, parseWhen } from './when.js'

// Projections: events in, state out.
export { type Keyed, type Projection, type Single, bySubject, defineProjection } from './projection.js'
export { type Step, fold } from './fold.js'
export { type Latest, latest } from './latest.js'

// Views: a timeline as of a pair of dates, and two of them compared.
export type { View } from './view.js'
export { type Difference, diff } from './diff.js'

// Logs, where commits are kept; `Log` is what another store implements.
export type { Log } from './log/log.js'
export { fileLog } from './log/file.js'
export { memoryLog } from './log/memory.js'

// What is thrown.
export { type ErrorCode, TimelineError } from './error.js'
