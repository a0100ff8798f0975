import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

type AccessSubject =
  | 'organization'
  | 'connection'
  | 'service_account'
  | 'key'
  | 'role'
  | 'role_mapping'
  | 'run'
  | 'invitation'
  | 'mail'
  | 'team'
  | 'user'
  | 'session'
  | 'identity_provider'
  | 'audit_stream'
  | 'webhook'
  | 'event_stream'
  | 'transmitter'
  | 'gate_hold'
  | 'factor'
  | 'passkey'
  | 'api'
  | 'hold'
  | 'app'
  | 'source'
  | 'setup_link'

/** A change of configuration: who may do what, and how a connection behaves. */
export type AccessChange = {
  readonly organizationId: string
  readonly at: Date
  readonly action: `${AccessSubject}.${string}`
  readonly subjectId: string
  readonly subjectVersion: number
  readonly connectionId?: string | undefined
  readonly actor: string
  readonly requestId: string | undefined
  /** What changed, in words that never hold a secret. */
  readonly data: JsonObject
}

/** Writes the one row of `changes` that belongs to the caller's transaction. */
export async function insertAccessChange(tx: Queryable, change: AccessChange): Promise<void> {
  await tx.query(insert, [
    change.organizationId,
    change.at,
    change.action,
    change.action.slice(0, change.action.indexOf('.')),
    change.subjectId,
    change.subjectVersion,
    change.connectionId ?? null,
    change.actor,
    change.requestId ?? null,
    JSON.stringify(change.data),
  ])
}

const insert = {
  text: `insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, data)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)`,
}
