import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import type { NewUser } from './users.ts'

/** A new account, and what history keeps of it. */
export type UserWithData = { readonly user: NewUser; readonly data: string }

/** Accounts as the statement takes them, made before the database is asked. */
export type UserColumns = readonly Buffer[]

/** Puts accounts into one binary array a column: JSON would have to be escaped here and parsed there. */
export function toUserColumns(rows: readonly UserWithData[]): UserColumns {
  const ids = (idOf: (user: NewUser) => string): Buffer => toUuidArray(rows.map(({ user }) => idOf(user)))
  const texts = (textOf: (user: NewUser) => string | null): Buffer => toTextArray(rows.map(({ user }) => textOf(user)))
  return [
    ids((user) => user.id),
    ids((user) => user.scimId),
    texts((user) => user.state),
    texts((user) => user.resumesAs),
    texts((user) => user.userNameKey),
    texts((user) => user.externalId),
    texts((user) => user.externalIdKey),
    texts((user) => user.display),
    texts((user) => user.displayKey),
    texts((user) => user.document),
    texts((user) => user.search),
    texts((user) => user.searchText),
    texts((user) => user.login),
    texts((user) => user.loginKey),
    toTextArray(rows.map(({ data }) => data)),
  ]
}

/** Creates many accounts in one statement and gives the ids of those that came to be. */
export async function insertUsers(
  db: Queryable,
  origin: ChangeOrigin,
  columns: UserColumns,
  relinks: boolean,
): Promise<ReadonlySet<string>> {
  const values = [...originValues(origin), relinks, ...columns]
  const created = await db.query<{ id: string }>(insertMany, values)
  return new Set(created.rows.map((row) => row.id))
}

// Look-ups by `limit 1`, since PostgreSQL may answer `exists` for all rows at once, by reading the whole organization.
const insertMany = {
  name: 'insert_users',
  text: `with wanted as (
      select * from unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
        $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[])
        w (id, scim_id, state, resumes_as, user_name_key, external_id, external_id_key, display,
        display_key, document, search, search_text, login, login_key, data)
    ), created as (
      insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, external_id_key,
        display, display_key, document, search, search_text, version, created_at, updated_at, state_changed_at, resumes_as, login, login_key)
      select $1, w.id, w.scim_id, $2, w.state, w.user_name_key, w.external_id, w.external_id_key,
        w.display, w.display_key, w.document, w.search::jsonb, w.search_text, 1, $3, $3, $3, w.resumes_as, w.login, w.login_key
      from wanted w
      where ($6::boolean and (
        select true from users f where f.organization_id = $1 and f.external_id = w.external_id and f.connection_id = $2
          and f.scim_id is null and f.state = 'deprovisioned' limit 1)) is not true
        and (w.login is not null and (
        select true from users r where r.organization_id = $1 and r.login_key = w.login_key and r.scim_id is not null limit 1)) is not true
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
