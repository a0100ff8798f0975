import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'

/** An account that somebody at the door may be. Built-in ones are none: they are for when an identity provider cannot be trusted. */
export type Candidate = {
  readonly id: string
  readonly scimId: string
  readonly connectionId: string | null
  readonly externalId: string | null
  readonly userNameKey: string
}

const columns = `u.id, u.scim_id as "scimId", u.connection_id as "connectionId", u.external_id as "externalId",
  u.user_name_key as "userNameKey"`

/** Two at most: two are one too many. */
export async function selectByExternalId(
  tx: Queryable,
  organizationId: string,
  externalId: string,
): Promise<readonly Candidate[]> {
  const { rows } = await tx.query<Candidate>(byExternalId, [organizationId, externalId])
  return rows
}

const byExternalId = {
  name: 'select_candidates_by_external_id',
  text: `select ${columns} from users u where u.organization_id = $1 and u.external_id = $2 and u.scim_id is not null and not u.is_built_in limit 2`,
}

/** By the folded userName, else by the folded login that a style has made of it. */
export async function selectByUserName(
  tx: Queryable,
  organizationId: string,
  keys: { readonly userNameKey: string; readonly loginKey: string | null },
): Promise<Candidate | undefined> {
  const { rows } = await tx.query<Candidate>(byUserName, [organizationId, keys.userNameKey, keys.loginKey])
  return rows[0]
}

const byUserName = {
  name: 'select_candidate_by_user_name',
  text: `select * from (
      select ${columns}, 1 as rank from users u
      where u.organization_id = $1 and u.user_name_key = $2 and u.scim_id is not null and not u.is_built_in
      union all
      select ${columns}, 2 from users u
      where u.organization_id = $1 and u.login_key = $3 and u.login is not null and u.scim_id is not null and not u.is_built_in
    ) found order by rank limit 1`,
}

/** Whom an identity provider meant by a subject before; for those whose subjects never pass on to somebody else. */
export async function selectBySubject(
  tx: Queryable,
  organizationId: string,
  link: { readonly providerId: string; readonly subject: string },
): Promise<Candidate | undefined> {
  const { rows } = await tx.query<Candidate>(bySubject, [organizationId, link.providerId, link.subject])
  return rows[0]
}

const bySubject = {
  name: 'select_candidate_by_subject',
  text: `select ${columns} from identity_links l
    join users u on u.organization_id = l.organization_id and u.id = l.user_id and u.scim_id is not null and not u.is_built_in
    where l.organization_id = $1 and l.provider_id = $2 and l.subject = $3 limit 1`,
}

export type IdentityLink = {
  readonly organizationId: string
  readonly providerId: string
  readonly userId: string
  readonly subject: string
  readonly subjectFormat: string | null
  readonly attributes: JsonObject
  readonly at: Date
}

/** The newest of what an identity provider said of somebody; returns the teams that it has put him into before. */
export async function upsertIdentityLink(tx: Queryable, link: IdentityLink): Promise<readonly string[]> {
  const { rows } = await tx.query<{ teamIds: readonly string[] }>(upsert, [
    link.organizationId,
    link.providerId,
    link.userId,
    link.subject,
    link.subjectFormat,
    JSON.stringify(link.attributes),
    link.at,
  ])
  return rows[0]?.teamIds ?? []
}

const upsert = {
  name: 'upsert_identity_link',
  text: `insert into identity_links (organization_id, provider_id, user_id, subject, subject_format, attributes, linked_at, last_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7)
    on conflict (organization_id, provider_id, user_id) do update
      set subject = $4, subject_format = $5, attributes = $6, last_at = $7
    returning team_ids as "teamIds"`,
}

export async function updateLinkTeams(
  tx: Queryable,
  link: Pick<IdentityLink, 'organizationId' | 'providerId' | 'userId'>,
  teamIds: readonly string[],
): Promise<void> {
  await tx.query(
    {
      text: `update identity_links set team_ids = $4::uuid[]
        where organization_id = $1 and provider_id = $2 and user_id = $3`,
    },
    [link.organizationId, link.providerId, link.userId, teamIds],
  )
}

/** Puts somebody into a team on behalf of an identity provider; false when he is in it already. */
export async function addMappedMember(
  tx: Queryable,
  origin: ChangeOrigin,
  member: { readonly teamId: string; readonly userId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into memberships (organization_id, team_id, member_id, member_kind, valid_from, is_manual)
        values ($1, $2, $3, 'user', $4, false) on conflict do nothing`,
    },
    [origin.organizationId, member.teamId, member.userId, origin.now],
  )
  return rowCount === 1
}
/** Somebody whom an identity provider has told us about, with the roles that he has. */
export type LinkedPerson = {
  readonly userId: string
  readonly userName: string
  readonly display: string | null
  readonly state: string
  readonly attributes: JsonObject
  readonly roleIds: readonly string[]
}

/** Those who signed in last come first. */
export async function selectLinkedPeople(
  db: Queryable,
  link: { readonly organizationId: string; readonly providerId: string; readonly rowsMax: number },
): Promise<readonly LinkedPerson[]> {
  const { rows } = await db.query<LinkedPerson>(
    {
      text: `select u.id as "userId", u.document::json ->> 'userName' as "userName", u.display, u.state, l.attributes,
          array(select distinct a.role_id from role_assignments a
            where a.organization_id = $1 and a.subject_id = u.id) as "roleIds"
        from identity_links l join users u on u.organization_id = $1 and u.id = l.user_id
        where l.organization_id = $1 and l.provider_id = $2 and u.state in ('pending', 'active')
        order by l.last_at desc limit $3`,
    },
    [link.organizationId, link.providerId, link.rowsMax],
  )
  return rows
}

/** People in use whom the identity provider has not told us about yet. */
export async function countUnlinkedPeople(
  db: Queryable,
  link: { readonly organizationId: string; readonly providerId: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from users u where u.organization_id = $1 and u.state in ('pending', 'active')
        and not exists (select from identity_links l
          where l.organization_id = $1 and l.provider_id = $2 and l.user_id = u.id)`,
    },
    [link.organizationId, link.providerId],
  )
  return rows[0]?.count ?? 0
}
