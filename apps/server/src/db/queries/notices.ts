import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

export type NoticeKind =
  | 'keyExpiring'
  | 'keyExpired'
  | 'keyOwnerLeft'
  | 'keyLeaked'
  | 'webhookDisabled'
  | 'certificateExpiring'
  | 'metadataRefused'
  | 'holdWaiting'
  | AppNoticeKind
  | SourceNoticeKind

/** Of apps. */
export type AppNoticeKind =
  | 'appQuarantined'
  | 'appPaused'
  | 'appWorkHeld'
  | 'appEscrowGrown'
  | 'appCredentialsExpiring'
  | 'appLeaversWaiting'
  | 'appPlanWaiting'

/** Of sources. */
export type SourceNoticeKind = 'sourceReadHeld' | 'sourceReadFailed'

export type NoticeRow = {
  readonly organizationId: string
  readonly id: string
  readonly kind: NoticeKind
  /** What it is about: a key, an endpoint, an identity provider, a hold, an app, or a source. */
  readonly keyId: string | null
  readonly webhookId: string | null
  readonly identityProviderId: string | null
  readonly holdId: string | null
  readonly appId: string | null
  readonly sourceId: string | null
  readonly data: JsonObject
  readonly createdAt: Date
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
}

const columns = `n.organization_id as "organizationId", n.id, n.kind, n.key_id as "keyId", n.webhook_id as "webhookId",
  n.identity_provider_id as "identityProviderId", n.hold_id as "holdId", n.app_id as "appId", n.source_id as "sourceId", n.data,
  n.created_at as "createdAt", n.acknowledged_at as "acknowledgedAt", n.acknowledged_by as "acknowledgedBy"`

/** Nothing when there is one for that occasion already. */
export async function insertNotice(
  tx: Queryable,
  notice: Omit<
    NoticeRow,
    'acknowledgedAt' | 'acknowledgedBy' | 'webhookId' | 'identityProviderId' | 'holdId' | 'appId' | 'sourceId'
  > & {
    readonly webhookId?: string
    readonly identityProviderId?: string
    readonly occasion: string
  },
): Promise<void> {
  const {
    organizationId,
    id,
    kind,
    keyId,
    webhookId = null,
    identityProviderId = null,
    occasion,
    data,
    createdAt,
  } = notice
  await tx.query(
    {
      text: `insert into notices (organization_id, id, kind, key_id, webhook_id, identity_provider_id, occasion, data, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::json, $9) on conflict do nothing`,
    },
    [organizationId, id, kind, keyId, webhookId, identityProviderId, occasion, JSON.stringify(data), createdAt],
  )
}

export type NoticeFilter = { readonly isOpen?: boolean | undefined; readonly kind?: NoticeKind | undefined }

const matches = `n.organization_id = $1 and ($2::boolean is null or (n.acknowledged_at is null) = $2)
  and ($3::text is null or n.kind = $3)`

/** Newest first, those before `after`. */
export async function selectNotices(
  db: Queryable,
  organizationId: string,
  page: NoticeFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly NoticeRow[]> {
  const { rows } = await db.query<NoticeRow>(
    {
      text: `select ${columns} from notices n where ${matches} and ($4::uuid is null or n.id < $4)
        order by n.id desc limit $5`,
    },
    [organizationId, page.isOpen ?? null, page.kind ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectNoticeCount(db: Queryable, organizationId: string, filter: NoticeFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from notices n where ${matches}` },
    [organizationId, filter.isOpen ?? null, filter.kind ?? null],
  )
  return rows[0]?.count ?? 0
}

export async function selectNotice(db: Queryable, organizationId: string, id: string): Promise<NoticeRow | undefined> {
  const { rows } = await db.query<NoticeRow>(
    { text: `select ${columns} from notices n where n.organization_id = $1 and n.id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** Undefined when there is no such notice or somebody has seen it before. */
export async function updateNoticeAcknowledged(
  tx: Queryable,
  notice: { readonly organizationId: string; readonly id: string; readonly at: Date; readonly by: string },
): Promise<NoticeRow | undefined> {
  const { rows } = await tx.query<NoticeRow>(
    {
      text: `update notices n set acknowledged_at = $3, acknowledged_by = $4
        where n.organization_id = $1 and n.id = $2 and n.acknowledged_at is null returning ${columns}`,
    },
    [notice.organizationId, notice.id, notice.at, notice.by],
  )
  return rows[0]
}

/**
 * Notes which keys end in 14 days, in 3 days, and which have ended, each once; a key that was made for less than that
 * time, and one that has a successor, need no word. Runs over all organizations: it is a job of the instance.
 */
export async function insertExpiryNotices(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(insertExpiring, [now])
  return rowCount
}

const insertExpiring = {
  name: 'insert_expiry_notices',
  text: `insert into notices (organization_id, id, kind, key_id, occasion, data, created_at)
    select k.organization_id, uuid_at($1), case s.days when 0 then 'keyExpired' else 'keyExpiring' end, k.id, s.days::text,
      json_build_object('key', k.name, 'hint', k.hint, 'daysLeft', s.days,
        'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      $1
    from keys k
    -- Of what is due only the most urgent: whoever was away for long hears once.
    cross join lateral (
      select min(d.days) as days from (values (0), (3), (14)) d (days)
      where k.expires_at - make_interval(days => d.days) <= $1
    ) s
    where k.expires_at > $1::timestamptz - interval '30 days' and k.expires_at <= $1::timestamptz + interval '14 days'
      and k.revoked_at is null and k.kind not in ('tok', 'ref') and k.replaced_by is null
      and (s.days = 0 or k.created_at < k.expires_at - make_interval(days => s.days))
    on conflict do nothing`,
}

/**
 * Notes which certificates of identity providers end in 30, 14, 7 days and in one (CON-G3), each once; of what is due only
 * the most urgent. Runs over all organizations: it is a job of the instance.
 */
export async function insertCertificateNotices(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(insertCertificates, [now])
  return rowCount
}

const insertCertificates = {
  name: 'insert_certificate_notices',
  text: `insert into notices (organization_id, id, kind, identity_provider_id, occasion, data, created_at)
    select p.organization_id, uuid_at($1), 'certificateExpiring', p.id, (c.value ->> 'fingerprint') || ' ' || s.days,
      json_build_object('identityProvider', p.name, 'fingerprint', c.value ->> 'fingerprint', 'daysLeft', s.days,
        'expiresAt', c.value ->> 'notAfter'),
      $1
    from identity_providers p
    cross join lateral jsonb_array_elements(p.description -> 'certificates') c
    cross join lateral (
      select min(d.days) as days from (values (1), (7), (14), (30)) d (days)
      where (c.value ->> 'notAfter')::timestamptz - make_interval(days => d.days) <= $1
    ) s
    where p.type = 'saml' and p.state = 'enabled' and s.days is not null and (c.value ->> 'notAfter')::timestamptz > $1
    on conflict do nothing`,
}

/** Where a connection says nothing else, an open hold expires after so many days; see the settings of its guard. */
export type HoldReminder = { readonly now: Date; readonly holdDays: number }

/**
 * Notes which holds wait for a decision: a day after they were opened and once a day from then on, until they expire.
 * Runs over all organizations: it is a job of the instance.
 */
export async function insertHoldNotices(db: Queryable, { now, holdDays }: HoldReminder): Promise<number> {
  const { rowCount } = await db.query(insertHolds, [now, holdDays])
  return rowCount
}

const insertHolds = {
  name: 'insert_hold_notices',
  text: `insert into notices (organization_id, id, kind, hold_id, occasion, data, created_at)
    select h.organization_id, uuid_at($1), 'holdWaiting', h.id, w.days::text,
      json_build_object('connection', coalesce(c.name, 'a connection that is gone'), 'changes', (
          select count(*) from held_changes x where x.organization_id = h.organization_id and x.hold_id = h.id),
        'openedAt', to_char(h.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'expiresAt', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
      $1
    from holds h
    left join connections c on c.organization_id = h.organization_id and c.id = h.connection_id
    -- In UTC: a day of 24 hours, whatever the session's zone makes of it.
    cross join lateral (
      select floor(extract(epoch from $1::timestamptz - h.opened_at) / 86400)::integer as days) w
    cross join lateral (
      select h.opened_at + make_interval(hours => 24 * coalesce((c.settings #>> '{guard,holdDays}')::integer, $2::integer)) as at) e
    where h.state = 'open' and h.opened_at <= $1::timestamptz - interval '24 hours' and e.at > $1
    on conflict do nothing`,
}

/** A notice about an app, with its name; nothing when there is one for that occasion already. */
export async function insertAppNotice(
  tx: Queryable,
  notice: {
    readonly organizationId: string
    readonly appId: string
    readonly kind: AppNoticeKind
    readonly occasion: string
    readonly data: JsonObject
    readonly at: Date
  },
): Promise<void> {
  const { organizationId, appId, kind, occasion, data, at } = notice
  await tx.query(insertForApp, [organizationId, appId, kind, occasion, JSON.stringify(data), at])
}

const insertForApp = {
  text: `insert into notices (organization_id, id, kind, app_id, occasion, data, created_at)
    select organization_id, uuid_at($6), $3, id, $4, (jsonb_build_object('app', name) || $5::jsonb)::json, $6
    from apps where organization_id = $1 and id = $2
    on conflict do nothing`,
}

/** A notice that nobody was told of by mail, with all who could be. */
export type UnmailedNotice = Pick<NoticeRow, 'organizationId' | 'id' | 'kind' | 'keyId' | 'data'> & {
  /** Of the app or the source that it is about: who is told besides administrators. */
  readonly namedContacts: readonly string[] | null
  /** Of the organization. */
  readonly settings: JsonObject
  readonly keyCreatedBy: string | null
  readonly serviceAccountName: string | null
  readonly serviceAccountEmail: string | null
  /** The document of the person who owns the key. */
  readonly ownerDocument: string | null
}

/** Locked for the caller's transaction; what another process has in hand is left to it. */
export async function lockUnmailedNotices(tx: Queryable, rowsMax: number): Promise<readonly UnmailedNotice[]> {
  const { rows } = await tx.query<UnmailedNotice>(
    {
      text: `select n.organization_id as "organizationId", n.id, n.kind, n.key_id as "keyId", n.data,
          o.settings, coalesce(p.settings -> 'notify', f.settings -> 'notify') as "namedContacts", k.created_by as "keyCreatedBy",
          s.name as "serviceAccountName", s.email as "serviceAccountEmail", u.document as "ownerDocument"
        from notices n
        join organizations o on o.id = n.organization_id
        left join keys k on k.organization_id = n.organization_id and k.id = n.key_id
        left join service_accounts s on s.organization_id = n.organization_id and s.id = k.service_account_id
        left join users u on u.organization_id = n.organization_id and u.id = k.user_id
        left join apps p on p.organization_id = n.organization_id and p.id = n.app_id
        left join sources f on f.organization_id = n.organization_id and f.id = n.source_id
        where n.mailed_at is null order by n.created_at limit $1 for update of n skip locked`,
    },
    [rowsMax],
  )
  return rows
}

export async function updateNoticeMailed(
  tx: Queryable,
  notice: { readonly organizationId: string; readonly id: string; readonly at: Date },
): Promise<void> {
  await tx.query({ text: 'update notices set mailed_at = $3 where organization_id = $1 and id = $2' }, [
    notice.organizationId,
    notice.id,
    notice.at,
  ])
}

/** Address of the service account and document of the person behind a key. */
export async function selectKeyContact(
  db: Queryable,
  organizationId: string,
  keyId: string,
): Promise<{ readonly email: string | null; readonly document: string | null } | undefined> {
  const { rows } = await db.query<{ email: string | null; document: string | null }>(
    {
      text: `select s.email, u.document from keys k
        left join service_accounts s on s.organization_id = k.organization_id and s.id = k.service_account_id
        left join users u on u.organization_id = k.organization_id and u.id = k.user_id
        where k.organization_id = $1 and k.id = $2`,
    },
    [organizationId, keyId],
  )
  return rows[0]
}

/** The person whose key it is; undefined: nobody's. */
export async function selectKeyHolder(
  db: Queryable,
  organizationId: string,
  keyId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ user_id: string | null }>(
    { text: 'select user_id from keys where organization_id = $1 and id = $2' },
    [organizationId, keyId],
  )
  return rows[0]?.user_id ?? undefined
}

/** Documents of people in use who have that role everywhere. */
export async function selectPeopleWithRole(
  db: Queryable,
  organizationId: string,
  role: { readonly id: string; readonly rowsMax: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ document: string }>(
    {
      text: `select distinct on (u.id) u.document from role_assignments a
        join organizations o on o.id = a.organization_id
        join users u on u.organization_id = a.organization_id and u.id = a.subject_id and u.state in ('pending', 'active')
        where a.organization_id = $1 and a.role_id = $2 and a.team_id = '${nilId}'
          and role_counts(o.role_mapping_mode, a.source, u.connection_id)
        order by u.id limit $3`,
    },
    [organizationId, role.id, role.rowsMax],
  )
  return rows.map(({ document }) => document)
}
