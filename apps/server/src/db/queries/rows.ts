import { nilId } from '../../nil-id.ts'

/** A stored resource as the statements of users, teams and resources hand it out. */
export type ResourceRow = {
  /** Ours: the account, the team. */
  readonly id: string
  /** The `id` over SCIM. */
  readonly scim_id: string
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
  readonly document: string
  /** Only of the connection that asks. */
  readonly external_id: string | null
  /** Owned by the connection that asks, or by nobody; only where a single resource was looked up. */
  readonly is_writable?: boolean
  /** Of a user, where asked for: the groups it is in itself, and those it is in only through others. */
  readonly groups?: readonly [direct: readonly GroupTuple[] | null, indirect: readonly GroupTuple[] | null] | null
  /** Of a team, where asked for: the first chunk. */
  readonly members?: readonly MemberTuple[] | null
}

/** What a read shows of a user: nothing that only a write needs, and every value as the text that goes out. */
export type ShownRow = Pick<ResourceRow, 'scim_id' | 'document' | 'external_id' | 'groups'> & {
  readonly version: string
  /** As PostgreSQL writes a time. */
  readonly created: string
  readonly updated: string
  /** How many there are, where a key may have several. */
  readonly total?: number
}

export type GroupTuple = readonly [id: string, display: string]

/** Our id of the member comes first: the next chunk begins behind it. */
export type MemberTuple = readonly [memberId: string, id: string, display: string | null, kind: 'user' | 'team']

const ownExternalId = 'case when p.connection_id = $3 then p.external_id end as external_id'

/** The columns of {@link ShownRow} but for groups and total. */
export const shownColumns = `p.scim_id, p.version::text as version, p.created_at::text as created,
  p.updated_at::text as updated, p.document, ${ownExternalId}`

/** The columns of {@link ResourceRow} that every table has; `$3` is the connection that asks. */
export const rowColumns = `p.id, p.scim_id, p.version, p.created_at, p.updated_at, p.document, ${ownExternalId},
  (p.connection_id is null or p.connection_id = $3) as is_writable`

/** The groups of the user `p`; most look-ups are of people without a team, who cost one look into an index. */
export const groupColumns = `case when exists (
  select from memberships m where m.organization_id = p.organization_id and m.member_id = p.id
) then groups_of(p.organization_id, p.id) end as groups`

/**
 * A chunk of the members of a team, in the order of our ids.
 * Parameters: which team, behind which member, how many, and whether suspended people are left out.
 */
export function memberChunk(at: {
  team: string
  organization: string
  after: string
  limit: string
  hides: string
}): string {
  return `select json_agg(json_build_array(x.member_id, x.scim_id, x.display, x.member_kind)) as members from (
    select m.member_id, coalesce(mu.scim_id, mt.scim_id) as scim_id, coalesce(mu.display, mt.display) as display, m.member_kind
    from memberships m
    left join users mu on m.member_kind = 'user' and mu.organization_id = m.organization_id and mu.id = m.member_id
    left join teams mt on m.member_kind = 'team' and mt.organization_id = m.organization_id and mt.id = m.member_id
    where m.organization_id = ${at.organization} and m.team_id = ${at.team} and m.member_id > ${at.after}
      and (m.member_kind = 'user' or mt.scim_id is not null) and not (${at.hides} and mu.state is not distinct from 'suspended')
    order by m.member_id limit ${at.limit}
  ) x`
}

/** Before every id. */
export const firstId = nilId
