import type { Queryable } from '../pool.ts'
import { unpacked } from './packed-line.ts'
import { lineColumns, type RequestLogLine } from './request-log.ts'

/** One thing as followers see it: when the text of its state changes, they hear of it. */
export type LiveRow = { readonly topic: string; readonly id: string; readonly state: Readonly<Record<string, unknown>> }

/** So many things of each topic are looked at, the newest first: what moves is among them. */
const rowsMax = 50

// By topic: the statement that lists its things. `$1` is the organization, `$2` how many.
const statements = {
  runs: `select id, json_build_object('kind', kind, 'state', state, 'done', done, 'total', total, 'permission', permission) as state
    from runs where organization_id = $1 order by id desc limit $2`,
  apps: `select a.id, json_build_object('state', a.state, 'version', a.version, 'cycle', c.cycle) as state
    from apps a left join lateral (
      select json_build_object('id', id, 'kind', kind, 'state', state, 'startedAt', started_at, 'endedAt', ended_at) as cycle
      from cycles where organization_id = $1 and app_id = a.id order by id desc limit 1) c on true
    where a.organization_id = $1 order by a.id desc limit 4 * $2`,
  reads: `select id, json_build_object('sourceId', source_id, 'state', state, 'done', progress -> 'done',
      'total', progress -> 'total', 'heldReason', held_reason) as state
    from source_reads where organization_id = $1 order by id desc limit $2`,
  plans: `select id, json_build_object('appId', app_id, 'state', state) as state
    from app_plans where organization_id = $1 order by id desc limit $2`,
  holds: `(select id, json_build_object('kind', 'massChange', 'connectionId', connection_id, 'appId', null, 'state', state,
        'version', version) as state
      from holds where organization_id = $1 order by id desc limit $2)
    union all
    (select id, json_build_object('kind', 'app', 'connectionId', null, 'appId', app_id, 'state', state, 'version', version) as state
      from gate_holds where organization_id = $1 order by id desc limit $2)`,
  quarantine: `select app_id as id, json_build_object('state', health, 'reason', reason, 'since', since,
      'nextProbeAt', next_probe_at) as state
    from app_health where organization_id = $1 order by app_id desc limit 4 * $2`,
  notices: `select id, json_build_object('kind', kind, 'state',
      case when acknowledged_at is null then 'open' else 'acknowledged' end) as state
    from notices where organization_id = $1 order by id desc limit $2`,
  setupLinks: `select id, json_build_object('step', step, 'provider', provider, 'state', case when done_at is not null then 'done'
      when revoked_at is not null then 'revoked' when opened_at is null then 'sent' when step is null then 'opened'
      else 'inProgress' end) as state
    from customer_links where organization_id = $1 order by id desc limit $2`,
} as const

export type StateTopic = keyof typeof statements

/** The things of these topics as they are now, in one statement. */
export async function selectLiveRows(
  db: Queryable,
  organizationId: string,
  topics: readonly StateTopic[],
): Promise<readonly LiveRow[]> {
  if (topics.length === 0) return []
  const parts = topics.map((topic) => `select '${topic}' as topic, id, state from (${statements[topic]}) ${topic}`)
  const { rows } = await db.query<LiveRow>({ name: `live ${topics.join(' ')}`, text: parts.join(' union all ') }, [
    organizationId,
    rowsMax,
  ])
  return rows
}

/** The newest requests of a connection from an id on, and those of nobody that had no good key; the newest first. */
export async function selectLiveRequests(
  db: Queryable,
  organizationId: string,
  from: { readonly connectionId: string; readonly fromId: string },
): Promise<readonly RequestLogLine[]> {
  const { rows } = await db.query<RequestLogLine>(requests, [organizationId, from.connectionId, from.fromId, rowsMax])
  return rows
}

const requests = {
  name: 'live requests',
  text: `(select ${lineColumns} from request_log
      where organization_id = $1 and id > $3 and (connection_id = $2 or (connection_id is null and status = 401))
      order by id desc limit $4)
    union all
    (select ${lineColumns} from (select l.* from request_log_reads p cross join lateral ${unpacked} l
        where p.organization_id = $1 and p.last_id > $3 and p.connection_id = $2) l
      where id > $3 order by id desc limit $4)
    order by id desc limit $4`,
}

/** Whoever follows: a session or a key, and the person or service account behind it. */
export type LiveCaller = { readonly credentialId: string; readonly ownerId: string | null }

/** What may end or change the rights of a caller: another `mark` says that something did, `endsAt` when time does. */
export type RightsMark = { readonly id: string; readonly mark: string; readonly endsAt: Date | null }

/** One statement for all who follow. */
export async function selectRightsMarks(
  db: Queryable,
  organizationId: string,
  callers: readonly LiveCaller[],
): Promise<readonly RightsMark[]> {
  const ids = callers.map(({ credentialId }) => credentialId)
  const owners = callers.map(({ ownerId }) => ownerId)
  const { rows } = await db.query<RightsMark>(marks, [organizationId, ids, owners])
  return rows
}

const marks = {
  name: 'live rights marks',
  text: `select c.id, least(s.expires_at, k.expires_at, p.expires_at) as "endsAt",
      concat_ws(' ', o.version, o.role_mapping_mode, s.ended_at, s.stage, s.hash, k.revoked_at, k.expires_at, k.scopes,
        p.revoked_at, a.state, u.state, u.state_changed_at, (
          select string_agg(concat_ws(':', r.role_id, r.source, r.team_id, d.version), ' '
            order by r.role_id, r.source, r.source_id, r.team_id)
          from role_assignments r left join roles d on d.organization_id = $1 and d.id = r.role_id
          where r.organization_id = $1 and r.subject_id = c.owner)) as mark
    from unnest($2::uuid[], $3::uuid[]) as c (id, owner)
    join organizations o on o.id = $1
    left join sessions s on s.organization_id = $1 and s.id = c.id
    left join keys k on k.organization_id = $1 and k.id = c.id
    left join keys p on p.organization_id = $1 and p.id = k.parent_id
    left join service_accounts a on a.organization_id = $1 and a.id = c.owner
    left join users u on u.organization_id = $1 and u.id = c.owner`,
}
