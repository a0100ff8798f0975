import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** What happens at the door. Its subject is a session or an attempt, never the person: history replays a person's own changes. */
export type SignInChange = {
  readonly organizationId: string
  readonly at: Date
  readonly action: 'user.signed_in' | 'user.sign_in_failed' | 'user.password_set' | 'session.proved'
  readonly subjectKind: 'session' | 'sign_in'
  readonly subjectId: string
  readonly actor: string
  readonly requestId: string | undefined
  /** `userId` of whoever it is about; never a secret. */
  readonly data: JsonObject
}

export async function insertSignInChange(tx: Queryable, change: SignInChange): Promise<void> {
  await tx.query(insert, [
    change.organizationId,
    change.at,
    change.action,
    change.subjectKind,
    change.subjectId,
    change.actor,
    change.requestId ?? null,
    JSON.stringify(change.data),
  ])
}

const insert = {
  name: 'insert_sign_in_change',
  text: `insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, request_id, data)
    values ($1, $2, $3, $4, $5, 1, $6, $7, $8::json)`,
}
