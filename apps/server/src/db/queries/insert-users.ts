import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import type { NewUser } from './users.ts'

/** Creates many accounts in one statement and gives the ids of those that came to be. */
export async function insertUsers(
  db: Queryable,
  origin: ChangeOrigin,
  users: readonly { readonly user: NewUser; readonly data: string }[],
  relinks: boolean,
): Promise<ReadonlySet<string>> {
  const rows = users.map(({ user, data }) => ({ ...user, data }))
  const values = [...originValues(origin), JSON.stringify(rows), relinks]
  const created = await db.query<{ id: string }>(insertMany, values)
  return new Set(created.rows.map((row) => row.id))
}

const insertMany = {
  name: 'insert_users',
  text: `with wanted as (
      select * from json_to_recordset($6::json) w (id uuid, "scimId" uuid, state text, "resumesAs" text, "userNameKey" text, "externalId" text,
        "externalIdKey" text, display text, "displayKey" text, document text, search text, "searchText" text, login text, "loginKey" text, data text)
    ), created as (
      insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, external_id_key,
        display, display_key, document, search, search_text, version, created_at, updated_at, state_changed_at, resumes_as, login, login_key)
      select $1, w.id, w."scimId", $2, w.state, w."userNameKey", w."externalId", w."externalIdKey",
        w.display, w."displayKey", w.document, w.search::jsonb, w."searchText", 1, $3, $3, $3, w."resumesAs", w.login, w."loginKey"
      from wanted w
      where not ($7 and exists (
        select from users f where f.organization_id = $1 and f.external_id = w."externalId" and f.connection_id = $2
          and f.scim_id is null and f.state = 'deprovisioned'))
        and not (w.login is not null and exists (
        select from users r where r.organization_id = $1 and r.login_key = w."loginKey" and r.scim_id is not null))
      order by w.id
      on conflict do nothing returning id, state
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active)
      select $1, 'users', count(*), count(*) filter (where state <> 'suspended') from created having count(*) > 0
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.created', 'user', c.id, 1, $2, $4, $5, 0, w.data::json from created c join wanted w on w.id = c.id
    )
    select id from created`,
}
