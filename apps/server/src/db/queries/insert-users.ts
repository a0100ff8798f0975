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

/** The same for accounts of one connection that different requests bring, each with its own time, actor and request. */
export async function insertGatheredUsers(
  db: Queryable,
  rows: readonly (UserWithData & { readonly origin: ChangeOrigin })[],
  relinks: boolean,
): Promise<ReadonlySet<string>> {
  const [first] = rows
  if (first === undefined) return new Set()
  const texts = (textOf: (origin: ChangeOrigin) => string): Buffer =>
    toTextArray(rows.map(({ origin }) => textOf(origin)))
  const created = await db.query<{ id: string }>(insertGathered, [
    first.origin.organizationId,
    first.origin.connectionId,
    relinks,
    ...toUserColumns(rows),
    texts(({ now }) => now.toISOString()),
    texts(({ actor }) => actor),
    texts(({ requestId }) => requestId),
  ])
  return new Set(created.rows.map((row) => row.id))
}

const columnNames = `id, scim_id, state, resumes_as, user_name_key, external_id, external_id_key, display,
        display_key, document, search, search_text, login, login_key, data`

/** The lists of {@link toUserColumns}, from that parameter on. */
function columnsFrom(parameter: number): string {
  const types = ['uuid', 'uuid', ...Array.from({ length: 13 }, () => 'text')]
  return types.map((type, index) => `$${parameter + index}::${type}[]`).join(', ')
}

// Look-ups by `limit 1`, since PostgreSQL may answer `exists` for all rows at once, by reading the whole organization.
function toInsert(wanted: string, of: Record<'relinks' | 'at' | 'actor' | 'request', string>): string {
  return `with wanted as (
      select * from unnest(${wanted}
    ), created as (
      insert into users (organization_id, id, scim_id, connection_id, state, user_name_key, external_id, external_id_key,
        display, display_key, document, search, search_text, version, created_at, updated_at, state_changed_at, resumes_as, login, login_key)
      select $1, w.id, w.scim_id, $2, w.state, w.user_name_key, w.external_id, w.external_id_key,
        w.display, w.display_key, w.document, w.search::jsonb, w.search_text, 1, ${of.at}, ${of.at}, ${of.at}, w.resumes_as, w.login, w.login_key
      from wanted w
      where (${of.relinks}::boolean and (
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
      select $1, ${of.at}, 'user.created', 'user', c.id, 1, $2, ${of.actor}, ${of.request}, 0, w.data::json from created c join wanted w on w.id = c.id
    )
    select id from created`
}

const insertMany = {
  name: 'insert_users',
  text: toInsert(`${columnsFrom(7)}) w (${columnNames})`, { relinks: '$6', at: '$3', actor: '$4', request: '$5' }),
}

const insertGathered = {
  name: 'insert_gathered_users',
  text: toInsert(`${columnsFrom(4)}, $19::text[], $20::text[], $21::text[]) w (${columnNames}, at, actor, request)`, {
    relinks: '$3',
    at: 'w.at::timestamptz',
    actor: 'w.actor',
    request: 'w.request',
  }),
}
