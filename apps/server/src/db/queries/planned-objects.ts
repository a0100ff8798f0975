import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'

const tables = { user: 'users', team: 'teams' } as const

/** The next ids, in their order. */
export async function selectPlannedIds(
  db: Queryable,
  organizationId: string,
  page: { readonly kind: ObjectKind; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      name: `planned_ids_${page.kind}`,
      text: `select id from ${tables[page.kind]} where organization_id = $1 and ($2::uuid is null or id > $2)
        order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows.map(({ id }) => id)
}

export async function selectPlannedCount(
  db: Queryable,
  organizationId: string,
  kinds: readonly ObjectKind[],
): Promise<number> {
  let total = 0
  for (const kind of kinds) {
    const text = `select count(*) as count from ${tables[kind]} where organization_id = $1`
    const { rows } = await db.query<{ count: number }>({ text }, [organizationId])
    total += rows[0]?.count ?? 0
  }
  return total
}

/** Whether anybody has an account in the app that we know of. */
export async function hasAccounts(db: Queryable, app: AppOf): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    {
      text: `select exists (
        select from links where organization_id = $1 and app_id = $2 and state in ('linked', 'disabled')) as found`,
    },
    [app.organizationId, app.appId],
  )
  return rows[0]?.found === true
}

/** How many people these are, members of teams among them; counted no further than `countMax`. */
export async function countConcerned(
  db: Queryable,
  organizationId: string,
  concerned: {
    readonly subjects: readonly { readonly kind: ObjectKind; readonly id: string }[]
    readonly countMax: number
  },
): Promise<number> {
  const idsOf = (kind: ObjectKind) =>
    toArrayText(concerned.subjects.filter((one) => one.kind === kind).map(({ id }) => id))
  const { rows } = await db.query<{ count: number }>(
    {
      text: `with recursive inside (team_id) as (
          select unnest($3::uuid[])
          union
          select m.member_id from inside i join memberships m on m.organization_id = $1 and m.team_id = i.team_id
            and m.member_kind = 'team'
        )
        select count(*) as count from (
          select unnest($2::uuid[]) as id
          union
          select m.member_id from inside i join memberships m on m.organization_id = $1 and m.team_id = i.team_id
            and m.member_kind = 'user'
          limit $4
        ) c`,
    },
    [organizationId, idsOf('user'), idsOf('team'), concerned.countMax],
  )
  return rows[0]?.count ?? 0
}
