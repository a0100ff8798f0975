import type { Queryable } from '../pool.ts'

export type SessionMethod = 'password' | 'passkey' | 'saml' | 'oidc' | 'recoveryCode' | 'invitation'

/** What stood beside the text of a NameID (saml-core-2.0-os §2.2.2). */
export type NameForm = {
  readonly format?: string | undefined
  readonly nameQualifier?: string | undefined
  readonly spNameQualifier?: string | undefined
}

/** `secondStep`: half signed in. */
export type SessionStage = 'full' | 'secondStep'

export type SessionRow = {
  readonly organizationId: string
  readonly id: string
  readonly userId: string
  readonly method: SessionMethod
  readonly factors: readonly string[]
  readonly stage: SessionStage
  readonly identityProviderId: string | null
  readonly externalSubject: string | null
  readonly externalSession: string | null
  /** Of SAML: how the NameID was written. */
  readonly externalNameForm: NameForm | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly startedAt: Date
  readonly provedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** A session with what decides whether it still opens anything. */
export type FoundSession = SessionRow & {
  readonly organizationSlug: string
  readonly organizationName: string
  readonly organizationVersion: number
  /** JSON of the organization. */
  readonly settings: unknown
  readonly userScimId: string | null
  readonly userDisplay: string | null
  readonly hasRoleMappings: boolean
}

const columns = `s.organization_id as "organizationId", s.id, s.user_id as "userId", s.method, s.factors, s.stage,
  s.identity_provider_id as "identityProviderId", s.external_subject as "externalSubject",
  s.external_session as "externalSession", s.external_name_form as "externalNameForm", s.ip, s.user_agent as "userAgent", s.started_at as "startedAt",
  s.proved_at as "provedAt", s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt"`

// Nothing was written when the person was suspended or deleted; a session from before never opens anything again.
const standing = `s.ended_at is null and u.state = 'active' and u.state_changed_at <= s.started_at`

export type NewSession = SessionRow & { readonly hash: Uint8Array }

/** The version of the person; undefined when no active person has that id. */
export async function insertSession(tx: Queryable, row: NewSession): Promise<number | undefined> {
  const { rows } = await tx.query<{ version: number }>(insert, [
    row.organizationId,
    row.id,
    row.userId,
    row.hash,
    row.method,
    row.factors,
    row.stage,
    row.identityProviderId,
    row.externalSubject,
    row.externalSession,
    row.externalNameForm === null ? null : JSON.stringify(row.externalNameForm),
    row.ip,
    row.userAgent,
    row.startedAt,
    row.provedAt,
    row.expiresAt,
  ])
  return rows[0]?.version
}

const insert = {
  name: 'insert_session',
  text: `with active as (
      select version from users where organization_id = $1 and id = $3 and state = 'active' and scim_id is not null
    ), started as (
      insert into sessions (organization_id, id, user_id, hash, method, factors, stage, identity_provider_id,
        external_subject, external_session, external_name_form, ip, user_agent, started_at, proved_at, last_seen_at,
        expires_at)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15, $14, $16 from active
    )
    select version from active`,
}

/** Undefined for a secret that opens nothing; its limits in time are for the caller to hold. */
export async function selectSession(
  db: Queryable,
  shortId: string,
  hash: Uint8Array,
): Promise<FoundSession | undefined> {
  const { rows } = await db.query<FoundSession>(byHash, [shortId, hash])
  return rows[0]
}

const byHash = {
  name: 'session_by_hash',
  text: `select ${columns}, o.slug as "organizationSlug", o.name as "organizationName",
      o.version as "organizationVersion", o.settings, u.scim_id as "userScimId", u.display as "userDisplay",
      exists (select from role_mappings m where m.organization_id = o.id) as "hasRoleMappings"
    from organizations o
    join sessions s on s.organization_id = o.id and s.hash = $2
    join users u on u.organization_id = o.id and u.id = s.user_id
    where o.short_id = $1 and ${standing}`,
}

/** Notes that the session was used. */
export async function updateSessionSeen(
  db: Queryable,
  session: { readonly organizationId: string; readonly id: string; readonly at: Date },
): Promise<void> {
  await db.query(seen, [session.organizationId, session.id, session.at])
}

const seen = {
  name: 'session_seen',
  text: 'update sessions set last_seen_at = $3 where organization_id = $1 and id = $2 and last_seen_at < $3',
}

/** Gives a session another secret, and what was proven besides. */
export async function updateSessionProven(
  tx: Queryable,
  session: Pick<SessionRow, 'organizationId' | 'id' | 'stage' | 'factors'> & {
    readonly hash: Uint8Array
    readonly at: Date
  },
): Promise<SessionRow | undefined> {
  const { organizationId, id, stage, factors, hash, at } = session
  const { rows } = await tx.query<SessionRow>(proven, [organizationId, id, hash, stage, factors, at])
  return rows[0]
}

const proven = {
  text: `update sessions s set hash = $3, stage = $4, factors = $5, proved_at = $6, last_seen_at = $6
    where organization_id = $1 and id = $2 and ended_at is null returning ${columns}`,
}

/** Whose sessions, or which. Of the external ids either one is enough. */
export type SessionSelection =
  | { readonly kind: 'session'; readonly sessionId: string }
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly butSessionId?: string | undefined
      readonly onlySessionId?: string | undefined
    }
  | { readonly kind: 'secret'; readonly hash: Uint8Array }
  | {
      readonly kind: 'identityProvider'
      readonly identityProviderId: string
      readonly subject?: string | undefined
      readonly session?: string | undefined
    }
  | { readonly kind: 'organization' }

export type SessionEnd = {
  readonly organizationId: string
  readonly at: Date
  readonly reason: string
  readonly actor: string
  readonly requestId: string | undefined
}

/** Ends sessions, each with its change; returns the ids of those that stood. */
export async function updateSessionsEnded(
  tx: Queryable,
  selection: SessionSelection,
  end: SessionEnd,
): Promise<readonly { readonly id: string; readonly userId: string }[]> {
  const { condition, values } = toCondition(selection)
  const { rows } = await tx.query<{ id: string; userId: string }>(
    {
      text: `with ended as (
          update sessions s set ended_at = $2, end_reason = $3, ended_by = $4
          where s.organization_id = $1 and s.ended_at is null and s.expires_at > $2 and ${condition}
          returning s.id, s.user_id, s.method, s.identity_provider_id, s.external_subject, s.external_session
        ), logged as (
          insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, request_id, data)
          select $1, $2, 'session.revoked', 'session', id, 1, $4, $5, json_build_object('userId', user_id, 'reason', $3::text,
            'method', method, 'identityProviderId', identity_provider_id) from ended
        )
        select id, user_id as "userId" from ended`,
    },
    [end.organizationId, end.at, end.reason, end.actor, end.requestId ?? null, ...values],
  )
  return rows
}

function toCondition(selection: SessionSelection): { readonly condition: string; readonly values: readonly unknown[] } {
  switch (selection.kind) {
    case 'session':
      return { condition: 's.id = $6', values: [selection.sessionId] }
    case 'user':
      return {
        condition: 's.user_id = $6 and s.id is distinct from $7::uuid and ($8::uuid is null or s.id = $8)',
        values: [selection.userId, selection.butSessionId ?? null, selection.onlySessionId ?? null],
      }
    case 'secret':
      return { condition: 's.hash = $6', values: [selection.hash] }
    case 'identityProvider':
      return {
        condition: `s.identity_provider_id = $6 and ($7::text is null or s.external_subject = $7)
          and ($8::text is null or s.external_session = $8)`,
        values: [selection.identityProviderId, selection.subject ?? null, selection.session ?? null],
      }
    case 'organization':
      return { condition: 'true', values: [] }
    default:
      return selection satisfies never
  }
}
