import type { Queryable } from '../pool.ts'
import type { SessionMethod, SessionStage } from './sessions.ts'

/** A session as lists show it. */
export type ListedSession = {
  readonly id: string
  readonly userId: string
  readonly userDisplay: string | null
  readonly method: SessionMethod
  readonly factors: readonly string[]
  readonly stage: SessionStage
  readonly identityProviderId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly startedAt: Date
  readonly lastSeenAt: Date
  /** When it ends at the latest, whatever happens. */
  readonly expiresAt: Date
  readonly endedAt: Date | null
  readonly endReason: string | null
}

export type SessionFilter = {
  readonly organizationId: string
  readonly userId: string | undefined
  /** Only those that this one began. */
  readonly identityProviderId?: string | undefined
  /** Only this one. */
  readonly sessionId?: string | undefined
  readonly withEnded: boolean
  readonly now: Date
  readonly idleMinutes: number
  readonly absoluteMinutes: number
}

// What ends a session without a word: the person's state, the end that it was given, and not being used.
const source = `from sessions s join users u on u.organization_id = s.organization_id and u.id = s.user_id
  cross join lateral (select
    case when u.state <> 'active' or u.state_changed_at > s.started_at then u.state_changed_at end as of_person,
    least(s.expires_at, s.started_at + $4 * interval '1 minute') as of_time,
    s.last_seen_at + $5 * interval '1 minute' as of_idling) e
  where s.organization_id = $1 and ($2::uuid is null or s.user_id = $2) and ($7::uuid is null or s.id = $7)
    and ($8::uuid is null or s.identity_provider_id = $8)
    and ($6 or (s.ended_at is null and e.of_person is null and e.of_time > $3 and e.of_idling > $3))`

function filterValues(filter: SessionFilter): unknown[] {
  const { organizationId, userId, identityProviderId, sessionId, now, absoluteMinutes, idleMinutes, withEnded } = filter
  const only = [withEnded, sessionId ?? null, identityProviderId ?? null]
  return [organizationId, userId ?? null, now, absoluteMinutes, idleMinutes, ...only]
}

/** Newest first; `before` is the id behind which the page begins. */
export async function selectSessions(
  db: Queryable,
  filter: SessionFilter,
  page: { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly ListedSession[]> {
  const { rows } = await db.query<ListedSession>(list, [...filterValues(filter), page.before ?? null, page.rowsMax])
  return rows
}

const list = {
  name: 'sessions',
  text: `select s.id, s.user_id as "userId", u.display as "userDisplay", s.method, s.factors, s.stage,
      s.identity_provider_id as "identityProviderId", s.ip, s.user_agent as "userAgent", s.started_at as "startedAt",
      s.last_seen_at as "lastSeenAt", e.of_time as "expiresAt",
      coalesce(s.ended_at, e.of_person, case when least(e.of_time, e.of_idling) <= $3 then least(e.of_time, e.of_idling) end) as "endedAt",
      case when s.ended_at is not null then s.end_reason when e.of_person is not null then 'notActive'
        when e.of_time <= $3 then 'expired' when e.of_idling <= $3 then 'idle' end as "endReason"
    ${source} and ($9::uuid is null or s.id < $9) order by s.id desc limit $10`,
}

export async function selectSessionCount(db: Queryable, filter: SessionFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count ${source}` },
    filterValues(filter),
  )
  return rows[0]?.count ?? 0
}

/** Sessions that nobody can use any more, of all organizations, and where they came from in their changes: a job of the instance. */
export async function deleteSessionsBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `with gone as (
          delete from sessions where expires_at < $1 or ended_at < $1 returning organization_id, id
        ), scrubbed as (
          update changes c set data = (c.data::jsonb - 'ip')::json from gone g
          where c.organization_id = g.organization_id and c.subject_id = g.id and c.subject_kind = 'session'
        )
        select from gone`,
    },
    [before],
  )
  return rowCount
}
