// asof/testing: what tests of projections need, whatever runs them. It needs the package fast-check.

// Projections that keep the rules, and others.
export { expectDeterministic } from './testing/expect-deterministic.js'

// Events to test with: random ones of a catalog.
export { arbitraryEvents } from './testing/arbitrary-events.js'

// One story of a projection: given these events, when these come, then that is its state.
export { type Story, given } from './testing/given.js'
