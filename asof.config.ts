import { events } from './events/catalog.js'
import { claims } from './projections/claims.js'
import { exportStatus } from './projections/export-status.js'
import { modelLandscape } from './projections/model-landscape.js'
import { standingInChina } from './projections/standing-in-china.js'

/** What the command line knows in this folder: the article's events, and the projections of them. */
export default { events, projections: [exportStatus, standingInChina, modelLandscape, claims] }
