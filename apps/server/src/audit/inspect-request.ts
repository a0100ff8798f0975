import { isJsonObject } from '@rollcall/scim'
import type { Queryable } from '../db/pool.ts'
import {
  selectRequestChanges,
  selectRequestErrors,
  selectRequestTargets,
  type RequestChangeRow,
  type RequestErrorRow,
} from '../db/queries/request-diff.ts'
import { firstIdOf, formatTypeId, parseTypeId } from '../type-id.ts'
import type { RequestLogRow } from './list-requests.ts'
import { toTerm } from './terms.ts'

/** What became of one person or team by a request. */
export type RequestChange = RequestChangeRow

export type RequestErrors = RequestErrorRow & { readonly fix: RequestFix }

/** What mends an error; the words for it are in the console and in the reference. */
export type RequestFix =
  | 'enterLiveToken'
  | 'giveScope'
  | 'enableConnection'
  | 'resumeConnection'
  | 'enableWrites'
  | 'matchExisting'
  | 'provisionAnew'
  | 'correctAddress'
  | 'correctValue'
  | 'correctFilter'
  | 'correctRequest'
  | 'decideHold'
  | 'slowDown'
  | 'unlockAttribute'
  | 'reportUs'

const hourMs = 3_600_000
const errorsMax = 200

/** Things that the request changed, in order. What a client named by a request id of its own cannot be told. */
export async function listRequestChanges(
  db: Queryable,
  organizationId: string,
  line: RequestLogRow,
): Promise<readonly RequestChange[]> {
  if (line.method === 'GET' || line.status >= 400) return []
  const requestId = formatTypeId('req', line.id)
  const targets = await selectRequestTargets(db, organizationId, toTerm('request', requestId))
  const subjectIds = targets.flatMap((id) => {
    const found = parseTypeId(id.startsWith('team_') ? 'team' : 'usr', id)
    return found === undefined ? [] : [found]
  })
  return selectRequestChanges(db, organizationId, { requestId, resourceId: line.resourceId, subjectIds })
}

/** Attributes of a change, before and after. */
export function attributesOf({
  data,
}: RequestChange): readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[] {
  const changes = isJsonObject(data) ? data['changes'] : undefined
  if (!Array.isArray(changes)) return []
  return changes
    .filter(isJsonObject)
    .flatMap(({ path, before, after }) =>
      typeof path === 'string'
        ? [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
        : [],
    )
}

/** Failed requests of the last hours by code and endpoint, with what mends them. */
export async function listRequestErrors(
  db: Queryable,
  organizationId: string,
  query: { readonly hours: number; readonly connectionId: string | undefined },
): Promise<readonly RequestErrors[]> {
  // Ids are of the time of the machine.
  const fromId = firstIdOf(Date.now() - query.hours * hourMs)
  const rows = await selectRequestErrors(db, organizationId, { ...query, fromId, rowsMax: errorsMax })
  return rows.map((row) => ({ ...row, fix: fixOf(row) ?? 'correctRequest' }))
}

const fixes: ReadonlyMap<string, RequestFix> = new Map([
  ['uniqueness', 'matchExisting'],
  ['invalidFilter', 'correctFilter'],
  ['invalidValue', 'correctValue'],
  ['mutability', 'unlockAttribute'],
])

/** Undefined where nothing failed. */
export function fixOf(line: Pick<RequestLogRow, 'status' | 'scimType' | 'detail'>): RequestFix | undefined {
  const { status, scimType, detail } = line
  if (status < 400) return undefined
  const text = detail ?? ''
  if (status === 401) return 'enterLiveToken'
  if (status === 403) return fixOfForbidden(text)
  if (status === 404) return /resource|user|group|found with/i.test(text) ? 'provisionAnew' : 'correctAddress'
  if (status === 409) return 'matchExisting'
  if (status === 429) return /\bhold\b|held/i.test(text) ? 'decideHold' : 'slowDown'
  if (status === 503) return /paused/i.test(text) ? 'resumeConnection' : 'reportUs'
  if (status >= 500) return 'reportUs'
  return fixes.get(scimType ?? '') ?? 'correctRequest'
}

function fixOfForbidden(detail: string): RequestFix {
  if (/disabled/i.test(detail)) return 'enableConnection'
  return /writes/i.test(detail) ? 'enableWrites' : 'giveScope'
}

/** The request as a command, with a variable in the place of the key. */
export function toCurl({ method, path, requestBody }: RequestLogRow, baseUrl: string): string {
  const parts = [
    // Brackets of a filter and a body that begins with @ mean something to curl otherwise.
    `curl -X ${method} ${quote(baseUrl + path)} --globoff`,
    `-H "Authorization: Bearer $ROLLCALL_KEY"`,
    `-H 'Accept: application/scim+json'`,
    ...(requestBody === null ? [] : [`-H 'Content-Type: application/scim+json'`, `--data-raw ${quote(requestBody)}`]),
  ]
  return parts.join(' \\\n  ')
}

/** One word of a shell of POSIX, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
