import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { AuditRow } from '../db/queries/audit-events.ts'
import { formatTypeId } from '../type-id.ts'
import { parseObject, withoutAbsent } from './personal-data.ts'

/** An event as it leaves the house: by the admin API, in an export, on a stream. */
export type AuditEvent = {
  id: string
  sequence: number
  at: string
  action: string
  result: 'success' | 'failure'
  event: string
  verb: string
  kind: string
  actor: { id: string; type: string; identity: JsonObject | null; details: JsonObject }
  context: { ip: string | null; userAgent: string | null; requestId: string | null; connectionId: string | null }
  targets: string[]
  identity: JsonObject | null
  changes: JsonObject[]
  request: JsonObject | null
  details: JsonObject
  erased: ('actor' | 'subject')[]
  previousHash: string
  hash: string
}

export function viewEvent(row: AuditRow): AuditEvent {
  const { event, verb, kind, actor, request, changes: publicChanges, ...details } = parseObject(row.details)
  const { ip, userAgent, ...actorIdentity } = parseObject(row.actor_data ?? '{}')
  const { identity, changes, query, body, message, ...personal } = parseObject(row.subject_data ?? '{}')
  const { type, ...actorDetails } = isJsonObject(actor) ? actor : {}
  return {
    id: formatTypeId('aud', row.id),
    sequence: row.sequence,
    at: row.at.toISOString(),
    action: row.action,
    result: row.result,
    event: textOf(event),
    verb: textOf(verb),
    kind: textOf(kind),
    actor: {
      id: row.actor,
      type: textOf(type),
      identity: Object.keys(actorIdentity).length > 0 ? actorIdentity : null,
      details: actorDetails,
    },
    context: {
      ip: typeof ip === 'string' ? ip : null,
      userAgent: typeof userAgent === 'string' ? userAgent : null,
      requestId: row.request_id,
      connectionId: row.connection_id === null ? null : formatTypeId('con', row.connection_id),
    },
    targets: [...row.targets],
    identity: isJsonObject(identity) ? identity : null,
    changes: listOf(changes ?? publicChanges),
    request: isJsonObject(request) ? { ...request, ...withoutAbsent({ query, body, message }) } : null,
    details: { ...details, ...personal },
    erased: [
      ...(row.actor_data === null ? (['actor'] as const) : []),
      ...(row.subject_data === null ? (['subject'] as const) : []),
    ],
    previousHash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  }
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter((each) => isJsonObject(each)) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
