import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import type { UserValues } from './users.ts'

/** New columns of an account that has that version. */
export type UserRewrite = {
  readonly id: string
  readonly version: number
  /** Who has it from now on; only his, and what no connection has, is written. */
  readonly ownerId: string
  readonly values: UserValues
  readonly action: 'user.updated' | 'user.adopted'
  /** What history keeps of it: JSON text. */
  readonly data: string
}

/**
 * Changes attributes of many accounts in one statement, and nothing of their states. Gives the ids of those that were written: what has
 * another version or owner meanwhile is not, nor whose attributes somebody overrides.
 */
export async function updateUsers(
  tx: Queryable,
  origin: ChangeOrigin,
  localOwner: string,
  rows: readonly UserRewrite[],
): Promise<ReadonlySet<string>> {
  const texts = (textOf: (row: UserRewrite) => string | null): Buffer => toTextArray(rows.map(textOf))
  const updated = await tx.query<{ id: string }>(updateMany, [
    ...originValues(origin),
    localOwner,
    toUuidArray(rows.map(({ id }) => id)),
    texts(({ version }) => String(version)),
    toUuidArray(rows.map(({ ownerId }) => ownerId)),
    texts(({ values }) => values.userNameKey),
    texts(({ values }) => values.externalId),
    texts(({ values }) => values.externalIdKey),
    texts(({ values }) => values.display),
    texts(({ values }) => values.displayKey),
    texts(({ values }) => values.document),
    texts(({ values }) => values.search),
    texts(({ values }) => values.searchText),
    texts(({ values }) => values.login),
    texts(({ values }) => values.loginKey),
    texts(({ action }) => action),
    texts(({ data }) => data),
  ])
  return new Set(updated.rows.map(({ id }) => id))
}

const columns = `id, version, owner_id, user_name_key, external_id, external_id_key, display, display_key, document, search, search_text,
  login, login_key, action, data`
const texts = Array.from({ length: 12 }, (_, index) => `$${index + 10}::text[]`).join(', ')

// Row by row through the key: a plain join may read everybody of the organization.
const updateMany = {
  name: 'update_users',
  text: `with wanted as (
      select * from unnest($7::uuid[], $8::text[], $9::uuid[], ${texts}) w (${columns})
    ), changed as (
      update users u set connection_id = w.owner_id, user_name_key = w.user_name_key, external_id = w.external_id,
        external_id_key = w.external_id_key, display = w.display, display_key = w.display_key, document = w.document,
        search = w.search::jsonb, search_text = w.search_text, version = u.version + 1, updated_at = $3, login = w.login,
        login_key = w.login_key
      from wanted w cross join lateral (
        select x.ctid from users x where x.organization_id = $1 and x.id = w.id limit 1) x
      where u.ctid = x.ctid and u.version = w.version::bigint and u.scim_id is not null and not u.has_overrides
        and (u.connection_id is null or u.connection_id = $6 or u.connection_id = w.owner_id)
      returning u.id, u.version
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, w.action, 'user', c.id, c.version, $2, $4, $5, 0, w.data::json from changed c join wanted w on w.id = c.id
    )
    select id from changed`,
}
