import type { Queryable } from '../pool.ts'
import type { AppOf } from './provisioning-work.ts'

export type EndingCredentials = AppOf & {
  readonly version: number
  readonly expiresAt: Date
  readonly daysLeft: number
  /** What tells the notices of one app apart. */
  readonly occasion: string
}

/**
 * Apps of all organizations whose credentials end in 30 days, 7 days or one and of which nobody was told so yet; of what is
 * due only the most urgent. Locked for the caller's transaction. A job of the instance.
 */
export async function lockEndingCredentials(
  tx: Queryable,
  { now, rowsMax }: { readonly now: Date; readonly rowsMax: number },
): Promise<readonly EndingCredentials[]> {
  const { rows } = await tx.query<EndingCredentials>(ending, [now, rowsMax])
  return rows
}

const ending = {
  name: 'ending_app_credentials',
  text: `select a.organization_id as "organizationId", a.id as "appId", a.version, a.credentials_expire_at as "expiresAt",
      s.days as "daysLeft", o.occasion
    from apps a
    cross join lateral (
      select min(d.days) as days from (values (1), (7), (30)) d (days)
      where a.credentials_expire_at - make_interval(hours => 24 * d.days) <= $1
    ) s
    cross join lateral (select extract(epoch from a.credentials_expire_at) || ' ' || s.days as occasion) o
    where a.credentials_expire_at > $1 and a.credentials_expire_at <= $1::timestamptz + interval '720 hours'
      and not exists (
        select from notices n where n.organization_id = a.organization_id and n.app_id = a.id
          and n.kind = 'appCredentialsExpiring' and n.occasion = o.occasion)
    order by a.credentials_expire_at limit $2 for update of a skip locked`,
}
