import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'
import { leaverPatienceMs, waitingLeavers } from './waiting-leavers.ts'

/** Something that waits for an administrator. */
export type NeedRow = {
  readonly code: string
  /** Nil: nothing in particular. */
  readonly subjectId: string
  readonly name: string | null
  readonly since: Date | null
  readonly count: number
  /** What the words about it need besides. */
  readonly data: Readonly<Record<string, unknown>> | null
}

/** Of each kind so many, those that wait longest first: nobody reads more at once. */
const needsPerCodeMax = 20

// $1 is the organization, $2 now, $3 until when what ends is told of.
const statements: readonly string[] = [
  `select 'appQuarantined' as code, h.app_id as "subjectId", a.name, h.since, 1 as count,
      json_build_object('reason', h.reason, 'nextProbeAt', h.next_probe_at) as data
    from app_health h join apps a on a.organization_id = $1 and a.id = h.app_id
    where h.organization_id = $1 and h.health in ('quarantined', 'probing') and a.state = 'active'`,
  `select 'appPaused', id, name, updated_at, 1, json_build_object('reason', paused_reason)
    from apps where organization_id = $1 and state = 'paused'`,
  `select 'errorsOpen', a.id, a.name, null::timestamptz, w.count, null::json from apps a
    cross join lateral (select count(*) from work_items where organization_id = $1 and app_id = a.id and stage = 'escrow') w
    where a.organization_id = $1 and w.count > 0`,
  `select 'holdWaiting', h.id, c.name, h.opened_at, (select count(*) from held_changes x where x.organization_id = $1 and x.hold_id = h.id),
      json_build_object('connectionId', h.connection_id, 'threshold', h.threshold)
    from holds h left join connections c on c.organization_id = $1 and c.id = h.connection_id
    where h.organization_id = $1 and h.state = 'open'`,
  `select 'appHoldWaiting', h.id, a.name, h.opened_at,
      (select count(*) from gate_hold_items i where i.organization_id = $1 and i.hold_id = h.id and i.state = 'held'),
      json_build_object('appId', h.app_id, 'class', h.class, 'allowance', h.allowance, 'lapsesAt', h.lapses_at)
    from gate_holds h join apps a on a.organization_id = $1 and a.id = h.app_id
    where h.organization_id = $1 and h.state = 'open'`,
  `select 'leaversWaiting', a.id, a.name, min(s.since), count(*), null::json
    ${waitingLeavers(`$2::timestamptz - interval '${leaverPatienceMs} milliseconds'`)} and w.organization_id = $1
    group by a.id, a.name`,
  `select 'planWaiting', p.id, a.name, p.created_at, 1,
      json_build_object('appId', p.app_id, 'counts', p.counts, 'expiresAt', p.expires_at)
    from app_plans p join apps a on a.organization_id = $1 and a.id = p.app_id
    where p.organization_id = $1 and p.state = 'ready' and p.expires_at > $2 and p.id in (
      select id from app_plans where organization_id = $1 order by id desc limit 200)`,
  `select 'source' || case r.state when 'held' then 'ReadHeld' when 'failed' then 'ReadFailed' else 'PlanWaiting' end, r.id, c.name,
      coalesce(r.ended_at, r.started_at), 1, json_build_object('sourceId', s.id, 'reason', coalesce(r.held_reason, r.error_reason),
      'detail', coalesce(r.held_detail, r.error_detail), 'counts', r.counts)
    from sources s join connections c on c.organization_id = $1 and c.id = s.id
    cross join lateral (
      select * from source_reads where organization_id = $1 and source_id = s.id order by id desc limit 1) r
    where s.organization_id = $1 and (r.state in ('held', 'failed') or (r.state = 'planned' and r.requires_approval))`,
  `select 'certificateExpiring', p.id, p.name, null::timestamptz, 1,
      json_build_object('fingerprint', c.value ->> 'fingerprint', 'expiresAt', c.value ->> 'notAfter')
    from identity_providers p cross join lateral jsonb_array_elements(p.description -> 'certificates') c
    where p.organization_id = $1 and p.type = 'saml' and p.state = 'enabled' and (c.value ->> 'notAfter')::timestamptz <= $3`,
  `select 'keyExpiring', id, name, null::timestamptz, 1, json_build_object('hint', hint, 'expiresAt', expires_at, 'lastUsedAt', last_used_at)
    from keys where organization_id = $1 and expires_at <= $3 and expires_at > $2::timestamptz - interval '30 days'
      and revoked_at is null and kind not in ('tok', 'ref') and replaced_by is null`,
  `select 'appCredentialsExpiring', id, name, null::timestamptz, 1, json_build_object('expiresAt', credentials_expire_at)
    from apps where organization_id = $1 and credentials_expire_at <= $3`,
  `select case state when 'disabled' then 'webhookDisabled' else 'webhookFailing' end, id, name, coalesce(failing_since, updated_at), 1,
      json_build_object('reason', disabled_reason)
    from webhooks where organization_id = $1 and (state = 'enabled' and failing_since is not null or disabled_reason in ('gone', 'failing'))`,
  `select 'invitationsPending', '${nilId}'::uuid, null::text, null::timestamptz, count(*), null::json from invitations
    where organization_id = $1 and state in ('due', 'open') having count(*) > 0`,
  `select kind, id, coalesce(data ->> 'key', data ->> 'identityProvider'), created_at, 1, data
    from notices where organization_id = $1 and acknowledged_at is null and kind in ('keyLeaked', 'keyOwnerLeft', 'metadataRefused')
      and id in (select id from notices where organization_id = $1 order by id desc limit 200)`,
]

const needs = {
  name: 'overview_needs',
  text: statements
    .map((text) => `select * from (${text} order by 4 nulls last limit ${needsPerCodeMax}) n`)
    .join(' union all '),
}

/** Everything that waits and was not dismissed; who put something off hears of it again when it is a new one. */
export async function selectNeeds(
  db: Queryable,
  organizationId: string,
  at: { readonly now: Date; readonly endsBefore: Date },
): Promise<readonly NeedRow[]> {
  const { rows } = await db.query<NeedRow>(needs, [organizationId, at.now, at.endsBefore])
  return rows
}

export type DismissalRow = {
  readonly code: string
  readonly subjectId: string
  readonly reason: string
  readonly by: string
  readonly at: Date
  readonly until: Date
}

const dismissalColumns = `code, subject_id as "subjectId", reason, dismissed_by as "by", dismissed_at as at, until`

/** Those that still last, the newest first. */
export async function selectDismissals(
  db: Queryable,
  organizationId: string,
  now: Date,
): Promise<readonly DismissalRow[]> {
  const { rows } = await db.query<DismissalRow>(
    {
      text: `select ${dismissalColumns} from dismissals where organization_id = $1 and until > $2
        order by dismissed_at desc, code, subject_id limit 1000`,
    },
    [organizationId, now],
  )
  return rows
}

export async function upsertDismissal(tx: Queryable, organizationId: string, row: DismissalRow): Promise<void> {
  await tx.query(
    {
      text: `insert into dismissals (organization_id, code, subject_id, reason, dismissed_by, dismissed_at, until)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (organization_id, code, subject_id) do update set reason = excluded.reason,
          dismissed_by = excluded.dismissed_by, dismissed_at = excluded.dismissed_at, until = excluded.until`,
    },
    [organizationId, row.code, row.subjectId, row.reason, row.by, row.at, row.until],
  )
}

/** False when there was none. */
export async function deleteDismissal(
  tx: Queryable,
  organizationId: string,
  { code, subjectId }: { readonly code: string; readonly subjectId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from dismissals where organization_id = $1 and code = $2 and subject_id = $3' },
    [organizationId, code, subjectId],
  )
  return rowCount > 0
}
