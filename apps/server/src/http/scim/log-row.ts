import type { MemberStep } from '@rollcall/scim'
import type { Exchange } from '@rollcall/scim/server'
import type { RequestLogRow } from '../../audit/list-requests.ts'
import { redactBody, redactPath, redactShapes } from '../../audit/redact-log-text.ts'
import { bodyBytesMax, cutBody } from '../../audit/request-log.ts'
import type { PlainRequest } from '../plain-request.ts'
import type { RequestContext } from '../request-context.ts'

const pathCharactersMax = 4_000
const detailCharactersMax = 2_000
const clientCharactersMax = 300
const idCharactersMax = 300
const changedPathsMax = 100

/** Who asked, as far as it is known. */
export type Asker = {
  readonly organizationId: string
  readonly connectionId: string | undefined
  readonly keyId: string | undefined
}

/** What is the same for a served request and for one that was refused at the door. */
export function toLogRow(
  request: Pick<PlainRequest, 'method' | 'headers'>,
  context: RequestContext,
  given: Asker & { readonly path: string; readonly status: number; readonly detail: string | undefined },
): RequestLogRow {
  const client = request.headers.get('user-agent')
  return {
    organizationId: given.organizationId,
    id: context.id,
    at: context.arrivedAt,
    connectionId: given.connectionId ?? null,
    keyId: given.keyId ?? null,
    client: client === null ? null : redactShapes(client.slice(0, clientCharactersMax)),
    ip: context.clientIp,
    method: request.method,
    path: redactPath(given.path).slice(0, pathCharactersMax),
    resourceType: null,
    resourceId: null,
    externalId: null,
    status: given.status,
    scimType: null,
    detail: given.detail === undefined ? null : toStorable(redactShapes(given.detail.slice(0, detailCharactersMax))),
    durationUs: 0,
    rules: [],
    changes: null,
    requestBody: null,
    responseBody: null,
  }
}

/** A served request: a read is one line without bodies unless it failed; a write keeps both. */
export function toExchangeRow(
  line: RequestLogRow,
  exchange: Exchange,
  { durationMs, mayKeepBodies }: { readonly durationMs: number; readonly mayKeepBodies: boolean },
): RequestLogRow {
  const keepsBodies = mayKeepBodies && (exchange.status >= 400 || isWrite(exchange))
  return {
    ...line,
    resourceType: exchange.type ?? null,
    resourceId: toId(exchange.resourceId),
    externalId: toId(exchange.externalId),
    scimType: exchange.scimType ?? null,
    durationUs: Math.round(durationMs * 1000),
    rules:
      exchange.rules.size === 0
        ? []
        : [...exchange.rules].map(([rule, at]) => (at === undefined ? rule : `${rule} ${at}`)),
    changes: toChanges(exchange),
    requestBody: keepsBodies ? toBody(exchange.requestBody(bodyBytesMax), exchange.path) : null,
    responseBody: keepsBodies ? toBody(exchange.responseBody(bodyBytesMax), exchange.path) : null,
  }
}

function toId(id: string | undefined): string | null {
  return id === undefined ? null : toStorable(redactShapes(id.slice(0, idCharactersMax)))
}

/** PostgreSQL has no room for U+0000. */
function toStorable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

function isWrite({ method, path }: Exchange): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && !isSearch(path)
}

/** A search is a read, although it is sent by POST (RFC 7644 §3.4.3). */
export function isSearch(path: string): boolean {
  const end = path.indexOf('?')
  const bare = end < 0 ? path : path.slice(0, end)
  return bare.endsWith('/.search') || bare.endsWith('/.search/')
}

function toBody(text: string | undefined, path: string): string | null {
  return text === undefined ? null : cutBody(redactBody(text, path))
}

function toChanges(exchange: Exchange): RequestLogRow['changes'] {
  const { changes, members, operations } = exchange
  if (changes.length === 0 && members.length === 0 && operations === 0) return null
  return {
    ...(changes.length === 0 ? {} : { attributes: changes.slice(0, changedPathsMax).map(({ path }) => path) }),
    ...(members.length === 0 ? {} : { members: members.map(describeStep) }),
    ...(operations === 0 ? {} : { operations }),
  }
}

function describeStep(step: MemberStep): { readonly kind: string; readonly count?: number } {
  switch (step.kind) {
    case 'add':
    case 'replace':
      return { kind: step.kind, count: step.members.length }
    case 'remove':
      return { kind: step.kind, count: step.values.length }
    case 'removeWhere':
      return { kind: step.kind }
    default:
      return step satisfies never
  }
}
