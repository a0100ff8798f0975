import type { Queryable } from '../pool.ts'
import type { PersonState } from './people.ts'

export type PersonAtDoor = {
  readonly state: PersonState
  readonly isBuiltIn: boolean
  /** The ways in which this person may sign in, whatever the organization says; null: as the organization says. */
  readonly methods: readonly string[] | null
}

export async function selectPersonAtDoor(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<PersonAtDoor | undefined> {
  const { rows } = await db.query<PersonAtDoor>(atDoor, [organizationId, userId])
  return rows[0]
}

const atDoor = {
  name: 'person_at_door',
  text: `select u.state, u.is_built_in as "isBuiltIn", m.methods
    from users u left join sign_in_methods m on m.organization_id = u.organization_id and m.user_id = u.id
    where u.organization_id = $1 and u.id = $2`,
}

/** Null: as the organization says. */
export async function upsertSignInMethods(
  tx: Queryable,
  row: {
    readonly organizationId: string
    readonly userId: string
    readonly methods: readonly string[] | null
    readonly actor: string
    readonly now: Date
  },
): Promise<void> {
  const { organizationId, userId, methods, actor, now } = row
  if (methods === null)
    await tx.query({ text: 'delete from sign_in_methods where organization_id = $1 and user_id = $2' }, [
      organizationId,
      userId,
    ])
  else
    await tx.query(
      {
        text: `insert into sign_in_methods (organization_id, user_id, methods, set_by, set_at) values ($1, $2, $3, $4, $5)
          on conflict (organization_id, user_id) do update set methods = excluded.methods, set_by = excluded.set_by, set_at = excluded.set_at`,
      },
      [organizationId, userId, methods, actor, now],
    )
}

/** Who a text may mean that somebody types to sign in, and what is stored to check a password against. */
export type PasswordHolder = { readonly userId: string; readonly hash: string | null }

/**
 * Whose user name or login it is; else the one person whose address it is. Two whom it fits are nobody.
 * `key` is folded; `email` is what a document is searched for.
 */
export async function selectPasswordHolder(
  db: Queryable,
  organizationId: string,
  { key, email }: { readonly key: string; readonly email: string },
): Promise<PasswordHolder | undefined> {
  const { rows } = await db.query<PasswordHolder & { byName: boolean }>(holder, [organizationId, key, email])
  const named = rows.filter(({ byName }) => byName)
  const [only, ...others] = named.length > 0 ? named : rows
  return others.length === 0 ? only : undefined
}

// Three look-ups, each by its own index.
const holder = {
  name: 'password_holder',
  text: `with found as (
      select id, true as by_name from users where organization_id = $1 and user_name_key = $2 and scim_id is not null
      union
      select id, true from users where organization_id = $1 and login_key = $2 and login is not null and scim_id is not null
      union
      select id, false from users where organization_id = $1 and search @> $3::jsonb and scim_id is not null
    )
    select f.id as "userId", p.hash, bool_or(f.by_name) as "byName"
    from found f left join passwords p on p.organization_id = $1 and p.user_id = f.id
    group by f.id, p.hash order by "byName" desc limit 3`,
}

/** Organizations that have shown that a domain is theirs: before we know whose mail address it is, nothing else tells. */
export async function selectOrganizationsOfDomain(
  db: Queryable,
  domain: string,
): Promise<readonly { readonly slug: string; readonly name: string }[]> {
  const { rows } = await db.query<{ slug: string; name: string }>(
    {
      text: `select o.slug, o.name from domains d join organizations o on o.id = d.organization_id
        where d.domain = $1 and d.verified_at is not null order by o.slug limit 20`,
    },
    [domain],
  )
  return rows
}

/** Whether there is one of these types that people can sign in by. */
export async function hasIdentityProvider(
  db: Queryable,
  organizationId: string,
  types: readonly string[],
): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    {
      text: `select exists (
        select from identity_providers where organization_id = $1 and state = 'enabled' and type = any($2::text[])) as found`,
    },
    [organizationId, types],
  )
  return rows[0]?.found === true
}
