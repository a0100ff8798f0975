import type { Queryable } from '../pool.ts'
import { firstId } from './rows.ts'

export type ActOutcome = 'done' | 'failed' | 'undone'

/** What an act on many came to for one of them. */
export type ActItem = {
  readonly userId: string
  readonly outcome: ActOutcome
  readonly code: string | null
  readonly detail: string | null
}

/** An act is named by its run. */
export type ActName = { readonly organizationId: string; readonly runId: string }

/** Written in the transaction of what it tells of; a second attempt at the same person says what holds now. */
export async function insertActItems(tx: Queryable, act: ActName, items: readonly ActItem[]): Promise<void> {
  if (items.length === 0) return
  await tx.query(insert, [
    act.organizationId,
    act.runId,
    items.map(({ userId }) => userId),
    items.map(({ outcome }) => outcome),
    items.map(({ code }) => code),
    items.map(({ detail }) => detail),
  ])
}

const insert = {
  name: 'insert_people_act_items',
  text: `insert into people_act_items (organization_id, run_id, user_id, outcome, code, detail)
    select $1, $2, * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[])
    on conflict (organization_id, run_id, user_id)
    do update set outcome = excluded.outcome, code = excluded.code, detail = excluded.detail`,
}

export type ActItemView = ActItem & { readonly name: string | null }

/** In the order of the people, with what is known of them. */
export async function selectActItems(
  db: Queryable,
  act: ActName,
  page: { readonly outcome: ActOutcome | undefined; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ActItemView[]> {
  const { rows } = await db.query<ActItemView>(select, [
    act.organizationId,
    act.runId,
    page.outcome ?? null,
    page.after ?? firstId,
    page.rowsMax,
  ])
  return rows
}

const select = {
  name: 'people_act_items',
  text: `select i.user_id as "userId", i.outcome, i.code, i.detail, coalesce(u.display, u.document::json ->> 'userName') as name
    from people_act_items i left join users u on u.organization_id = i.organization_id and u.id = i.user_id
    where i.organization_id = $1 and i.run_id = $2 and ($3::text is null or i.outcome = $3) and i.user_id > $4
    order by i.user_id limit $5`,
}

export async function countActItems(db: Queryable, act: ActName, outcome: ActOutcome | undefined): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from people_act_items
        where organization_id = $1 and run_id = $2 and ($3::text is null or outcome = $3)`,
    },
    [act.organizationId, act.runId, outcome ?? null],
  )
  return rows[0]?.count ?? 0
}

/** Whoever is named and is there, in the order of the people. */
export async function selectNamedPeople(
  db: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1 and id = any($2::uuid[]) order by id' },
    [organizationId, ids],
  )
  return rows.map(({ id }) => id)
}
