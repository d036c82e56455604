import type { Rectangle } from './rectangle.js'

/** A state into which some event is folded, and how many slots of its own it had at the most when it was taken: a small whole state has none. */
export type Answer<S> = { readonly state: S; readonly slots: number }

/** What a fold begins with: an answer, at which pairs it holds, and how many slots of its own it has at the most beside those of the checkpoints. */
export type Start<S> = { readonly answer: Answer<S>; readonly holds: Rectangle; readonly slotsUnkept: number }

/** Some chunks of a history, and some events of the next one. */
export type Extent = { readonly number: number; readonly count: number }

/** What a fold begins with, and after which events it is the answer. */
export type Nearest<S> = Extent & Start<S>
