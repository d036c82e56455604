import { isoText } from '../calendar.js'
import { RETRACTED } from '../catalog.js'
import { TimelineError, quote } from '../error.js'
import type { Given } from '../event.js'
import { type Json, isPlainObject } from '../json.js'
import { parsePlain } from '../when.js'

/** An event as `timeline.export()` writes it. */
export type Exported = Given & { readonly reportedAt: string }

/** As `readJson` makes it. */
type CloudEvent = Readonly<Record<string, Json>>
type Attributes = Readonly<Record<string, Json | undefined>>
type Required = { readonly id: string; readonly source: string }

const SPEC_VERSION = '1.0'

/** The attributes that say something of an event. */
const ATTRIBUTES =
  'specversion id source type subject time data_base64 occurredat recordedtime reportedat supersedes logid sourcetext'.split(' ')

/** The source of an event that has none: CloudEvents must have one. */
const NO_SOURCE = 'urn:asof:unknown'

/** Whether an input is a CloudEvent. No event has a field of that name. */
export function isCloudEvent(input: unknown): input is CloudEvent {
  return isPlainObject(input) && Object.hasOwn(input, 'specversion')
}

/**
 * The event input that a CloudEvent 1.0 is: `time` is `occurredAt`, `recordedtime` is `reportedAt`, and the id becomes
 * `source#id`, since it is unique only within its source. Without a `subject`, the source is the subject.
 *
 * Extensions say what CloudEvents have no attribute for: `occurredat` (EDTF; it wins over `time`), `reportedat` (as it
 * was written; it wins over `recordedtime`), `supersedes` (an id of the same source; with `#` in it an id of the log),
 * and those of `toCloudEvent`. All other attributes (`datacontenttype`, `dataschema`, `traceparent`) are about
 * transport and are not kept. An attribute that is `null` is absent. Throws `INVALID_EVENT`.
 */
export function fromCloudEvent(cloudEvent: CloudEvent): Record<string, Json> {
  const attributes: Attributes = Object.fromEntries(ATTRIBUTES.map((name) => [name, cloudEvent[name] ?? undefined]))
  checkAttributes(attributes)
  const { type, subject, source } = attributes
  const fields = {
    ...identityOf(attributes),
    ...datesOf(attributes),
    type,
    subject: subject ?? source,
    data: cloudEvent.data, // null, too
  }
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined))
}

/**
 * The CloudEvent 1.0 that an exported event is. `fromCloudEvent` gives the event back exactly, by extensions that it
 * adds: `logid` is the id in the log, `sourcetext` the source where CloudEvents cannot hold it (empty where there is
 * none), `occurredat` and `reportedat` are the dates where they are not RFC 3339 timestamps.
 */
export function toCloudEvent(event: Exported): Record<string, Json> {
  const { id, type, subject, occurredAt, reportedAt, source, data, supersedes } = event
  const uri = source === undefined ? NO_SOURCE : toUriReference(source)
  return {
    specversion: SPEC_VERSION,
    id: id.startsWith(`${source}#`) && id !== `${source}#` ? id.slice(`${source}#`.length) : id,
    source: uri,
    type,
    subject,
    ...(occurredAt !== undefined && (isTimestamp(occurredAt) ? { time: occurredAt } : { occurredat: occurredAt })),
    ...(isTimestamp(reportedAt)
      ? { recordedtime: reportedAt }
      : { recordedtime: isoText(parsePlain(reportedAt).latest), reportedat: reportedAt }),
    ...(supersedes !== undefined && { supersedes }),
    logid: id,
    ...(uri !== source && { sourcetext: source ?? '' }),
    ...(data !== undefined && { datacontenttype: 'application/json', data }),
  }
}

/** Throws `INVALID_EVENT`. */
function checkAttributes(attributes: Attributes): asserts attributes is Attributes & Required {
  const { specversion, type, time, occurredat } = attributes
  if (specversion !== SPEC_VERSION)
    throw invalid(`Got a CloudEvent with \`specversion\` ${quote(specversion)}`, '"1.0"', 'Convert it to CloudEvents 1.0')
  for (const name of ['id', 'source', 'type']) checkText(attributes, name)
  if (attributes.data_base64 !== undefined)
    throw invalid('Got a CloudEvent with `data_base64`', 'data in JSON, not binary data', 'Give it as JSON in `data`')
  if (type !== RETRACTED && time === undefined && occurredat === undefined)
    throw invalid(
      'Got a CloudEvent with neither `time` nor `occurredat`',
      'when it happened',
      'Give `time`, or an EDTF date in `occurredat`',
    )
}

function checkText(attributes: Attributes, name: string): void {
  const text = attributes[name]
  if (typeof text === 'string' && text !== '') return
  const arrived = text === undefined ? `no \`${name}\`` : `${quote(text)} as \`${name}\``
  throw invalid(`Got a CloudEvent with ${arrived}`, 'text that is not empty', `Give \`${name}\`, which CloudEvents 1.0 requires`)
}

/** What only names: as the log named it, where the CloudEvent came out of one. */
function identityOf({ id, source, supersedes, logid, sourcetext }: Attributes & Required): Attributes {
  if (logid === undefined) {
    const local = typeof supersedes === 'string' && supersedes !== '' && !supersedes.includes('#')
    return { id: `${source}#${id}`, source, supersedes: local ? `${source}#${supersedes}` : supersedes }
  }
  return { id: logid, source: sourcetext === '' ? undefined : (sourcetext ?? source), supersedes }
}

/** A retraction has not occurred: its time is that of its report. */
function datesOf({ type, time, occurredat, recordedtime, reportedat }: Attributes): Attributes {
  const reportedAt = reportedat ?? recordedtime
  return type === RETRACTED ? { reportedAt: reportedAt ?? time } : { occurredAt: occurredat ?? time, reportedAt }
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/** Whether a date that could be read is a timestamp of RFC 3339, in which a day has no hour 24. */
function isTimestamp(date: string): boolean {
  return TIMESTAMP.test(date)
}

/** RFC 3986, appendix A. */
const PLAIN_CHAR = String.raw`[\w\-.~!$&'()*+,;=]|%[\dA-Fa-f]{2}`
const HOST = String.raw`(?:\[[\dA-Fa-f:.]+\]|(?:${PLAIN_CHAR})*)`
const AUTHORITY = String.raw`//(?:(?:${PLAIN_CHAR}|:)*@)?${HOST}(?::\d*)?(?=[/?#]|$)`
const SCHEME = String.raw`[A-Za-z][A-Za-z\d+.\-]*:|(?![^/?#]*:)` // without one, the path's first segment has no colon
const URI_REFERENCE = new RegExp(
  String.raw`^(?:${SCHEME})(?:${AUTHORITY}|(?!//))(?:${PLAIN_CHAR}|[:@/])*(?:\?(?:${PLAIN_CHAR}|[:@/?])*)?(?:#(?:${PLAIN_CHAR}|[:@/?])*)?$`,
)

/** A source as the URI reference that it is, or else encoded as one. */
function toUriReference(source: string): string {
  return [source, encodeURI(source)].find((text) => URI_REFERENCE.test(text)) ?? encodeURIComponent(source)
}

function invalid(arrived: string, expected: string, remedy: string): TimelineError {
  return new TimelineError('INVALID_EVENT', { arrived, expected, remedy })
}
