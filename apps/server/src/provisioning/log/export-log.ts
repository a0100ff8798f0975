import { toCsvLine } from '../../csv.ts'
import type { Queryable } from '../../db/pool.ts'
import { formatTypeId } from '../../type-id.ts'
import { toEntraAction, toEntraStatus, toObjectId } from './entra-words.ts'
import { listLog, type LogEntry, type LogFilter } from './read-log.ts'

const rowsPerPage = 1_000

type Columns<Row> = readonly (readonly [name: string, valueOf: (row: Row) => string | number | null | undefined])[]

// As Microsoft Entra ID downloads them; names are those of Microsoft Graph.
const logColumns: Columns<LogEntry> = [
  ['changeId', ({ id }) => formatTypeId('plog', id)],
  ['activityDateTime', ({ at }) => at.toISOString()],
  ['provisioningAction', ({ action }) => toEntraAction(action)],
  ['status', ({ status }) => toEntraStatus(status)],
  ['errorCode', ({ reason }) => reason],
  ['reason', ({ detail, explanation }) => detail.message ?? explanation?.meaning],
  ['recommendedAction', ({ explanation }) => explanation?.remedy],
  ['sourceIdentityId', toObjectId],
  ['sourceIdentityDisplayName', ({ detail }) => detail.sourceName],
  ['sourceIdentityType', ({ objectKind }) => (objectKind === 'user' ? 'User' : 'Group')],
  ['targetIdentityId', ({ targetKey }) => targetKey],
  ['targetIdentityDisplayName', ({ detail }) => detail.targetName],
  ['jobId', ({ appId }) => formatTypeId('app', appId)],
  ['cycleId', ({ cycleId }) => (cycleId === null ? null : formatTypeId('cyc', cycleId))],
  ['initiatedBy', ({ initiator }) => initiator],
  ['durationInMilliseconds', ({ durationMs }) => durationMs],
  ['httpStatus', ({ httpStatus }) => httpStatus],
]

type Step = NonNullable<LogEntry['detail']['steps']>[number] & { readonly changeId: string }

const stepColumns: Columns<Step> = [
  ['changeId', ({ changeId }) => changeId],
  ['name', ({ name }) => name],
  ['status', ({ status }) => toEntraStatus(status)],
  ['description', ({ message }) => message],
  ['details', ({ detail }) => (detail === undefined ? null : JSON.stringify(detail))],
]

type Property = NonNullable<LogEntry['detail']['modified']>[number] & { readonly changeId: string }

const propertyColumns: Columns<Property> = [
  ['changeId', ({ changeId }) => changeId],
  ['displayName', ({ name }) => name],
  ['oldValue', ({ before }) => toText(before)],
  ['newValue', ({ after }) => toText(after)],
]

export type LogFile = 'logs' | 'steps' | 'modifiedProperties'

/** One of the three files, oldest first, made page by page while it is sent. */
export async function* exportLogCsv(
  db: Queryable,
  organizationId: string,
  request: { readonly filter: LogFilter; readonly file: LogFile },
): AsyncGenerator<string> {
  yield toHeader(request.file)
  for await (const entries of readPages(db, organizationId, request.filter)) {
    const lines = entries.flatMap((entry) => toLines(entry, request.file))
    if (lines.length > 0) yield lines.join('')
  }
}

/** A line of JSON an entry, oldest first. */
export async function* exportLogJsonLines(
  db: Queryable,
  organizationId: string,
  request: {
    readonly filter: LogFilter
    /** As it is shown elsewhere. */
    readonly view: (entry: LogEntry) => object
  },
): AsyncGenerator<string> {
  for await (const entries of readPages(db, organizationId, request.filter))
    yield entries.map((entry) => `${JSON.stringify(request.view(entry))}\n`).join('')
}

async function* readPages(
  db: Queryable,
  organizationId: string,
  filter: LogFilter,
): AsyncGenerator<readonly LogEntry[]> {
  let after: string | undefined
  do {
    const page = await listLog(db, organizationId, { filter, order: 'asc', limit: rowsPerPage, after })
    if (page.data.length > 0) yield page.data
    after = page.next
  } while (after !== undefined)
}

function toHeader(file: LogFile): string {
  const columns = { logs: logColumns, steps: stepColumns, modifiedProperties: propertyColumns }[file]
  return toCsvLine(columns.map(([name]) => name))
}

function toLines(entry: LogEntry, file: LogFile): readonly string[] {
  const changeId = formatTypeId('plog', entry.id)
  const { steps = [], modified = [] } = entry.detail
  if (file === 'steps') return steps.map((step) => toLine({ ...step, changeId }, stepColumns))
  if (file === 'modifiedProperties') return modified.map((each) => toLine({ ...each, changeId }, propertyColumns))
  return [toLine(entry, logColumns)]
}

function toLine<Row>(row: Row, columns: Columns<Row>): string {
  return toCsvLine(columns.map(([, valueOf]) => toText(valueOf(row) ?? null)))
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
