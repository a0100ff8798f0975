import type { RouteAnswer } from '@rollcall/admin-api'
import { attributesOf, fixOf, toCurl, type RequestChange, type RequestErrors } from '../../../audit/inspect-request.ts'
import type { RequestLogRow } from '../../../audit/list-requests.ts'
import { formatTypeId, type IdPrefix } from '../../../type-id.ts'
import { idOrNull, viewRequestLine } from '../views.ts'

type View = RouteAnswer<'getRequest'>

export function viewRequest(
  row: RequestLogRow,
  known: { readonly diff: readonly RequestChange[]; readonly baseUrl: string; readonly kept: View['kept'] },
): View {
  const { requestBody, responseBody, changes } = row
  return {
    ...viewRequestLine(row),
    changes,
    requestBody,
    responseBody,
    fix: fixOf(row) ?? null,
    diff: known.diff.map(viewRequestChange),
    asCurl: toCurl(row, known.baseUrl),
    kept: known.kept,
  }
}

const prefixes: ReadonlyMap<string, IdPrefix> = new Map([
  ['user', 'usr'],
  ['team', 'team'],
])

export function viewRequestChange(change: RequestChange): View['diff'][number] {
  const { position, action, subjectKind: kind, subjectId, name } = change
  const prefix = prefixes.get(kind)
  const id = prefix === undefined ? null : formatTypeId(prefix, subjectId)
  return { position, action, subject: { kind, id, name }, changes: attributesOf(change).map((each) => ({ ...each })) }
}

export function viewRequestErrors(row: RequestErrors): RouteAnswer<'getRequestErrors'>['data'][number] {
  const { connectionId, firstAt, lastAt, lastRequestId, ...rest } = row
  return {
    ...rest,
    connectionId: idOrNull('con', connectionId),
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
    lastRequestId: formatTypeId('req', lastRequestId),
  }
}
