import type { BoundFilter, ResourceType } from '@rollcall/scim'
import {
  joinFragments,
  raw,
  sql,
  sqlTrue,
  toStatement,
  type BoundStatement,
  type Fragment,
} from '../filter-sql/fragment.ts'
import { compileFilter } from '../filter-sql.ts'
import type { Queryable } from '../pool.ts'
import { toDirectoryTable } from '../tables.ts'
import { nilId } from '../../nil-id.ts'
import { firstId } from './rows.ts'

export type PersonState = 'pending' | 'active' | 'suspended' | 'deprovisioned'

/** An account with what the admin API shows of it. */
export type PersonRow = {
  readonly id: string
  readonly scim_id: string | null
  readonly connection_id: string | null
  readonly connection_name: string | null
  readonly connection_style: string | null
  readonly is_built_in: boolean
  readonly external_id: string | null
  readonly login: string | null
  readonly state: PersonState
  readonly document: string
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
  readonly state_changed_at: Date
  readonly has_overrides: boolean
  readonly purged_at: Date | null
}

export const personColumns = `p.id, p.scim_id, p.connection_id, c.name as connection_name, c.style as connection_style, p.is_built_in,
  p.external_id, p.login, p.state, p.document, p.version, p.created_at, p.updated_at, p.state_changed_at, p.has_overrides,
  p.purged_at`
export const personConnection = `left join connections c on c.organization_id = p.organization_id and c.id = p.connection_id`

/** One account by our id, whatever its state. */
export async function selectPerson(db: Queryable, organizationId: string, id: string): Promise<PersonRow | undefined> {
  const { rows } = await db.query<PersonRow>(one, [organizationId, id])
  return rows[0]
}

const one = {
  name: 'person',
  text: `select ${personColumns} from users p ${personConnection} where p.organization_id = $1 and p.id = $2`,
}

/** Which people a list shows. */
export type PeopleFilter = {
  readonly organizationId: string
  readonly states: readonly PersonState[]
  /** Pattern for LIKE on search_text. */
  readonly pattern: string | undefined
  readonly connectionId: string | undefined
  readonly teamId: string | undefined
  /** Only those whom a SCIM filter finds. */
  readonly filter?: { readonly bound: BoundFilter; readonly type: ResourceType } | undefined
}

export type PeoplePage = PeopleFilter & {
  /** Our id of the last person of the page before. */
  readonly after: string | undefined
  readonly rowsMax: number
}

/** So many people are tried one by one before the index of texts is asked, which must read all that match. */
const triedMax = 1_000

/** In the order of their accounts. */
export async function selectPeople(db: Queryable, page: PeoplePage): Promise<readonly PersonRow[]> {
  if (page.pattern !== undefined || page.filter !== undefined) {
    const { text, values } = compileFirstMatches(page)
    const { rows } = await db.query<PersonRow>({ text }, values)
    // What is frequent fills the page from the first people; what is rare is found by the index.
    if (rows.length >= page.rowsMax) return rows
  }
  const { text, values } = compilePeople(page)
  const { rows } = await db.query<PersonRow>({ text }, values)
  return rows
}

/** The statement of a page; apart from running it, so that tests can ask for its plan. */
export function compilePeople(page: PeoplePage): BoundStatement {
  const ids = page.pattern === undefined && page.filter === undefined ? walk(page) : indexed(page)
  return toStatement(sql`with page as materialized (${ids} order by user_id limit ${page.rowsMax}) ${people()}`)
}

function compileFirstMatches(page: PeoplePage): BoundStatement {
  const tried = walk({ ...page, rowsMax: triedMax })
  return toStatement(sql`with tried as materialized (${tried} order by user_id limit ${triedMax}),
    page as (
      select t.user_id from tried t
      join users r on r.organization_id = ${page.organizationId}::uuid and r.id = t.user_id
      where ${matches(page)} order by t.user_id limit ${page.rowsMax}
    ) ${people(page.organizationId)}`)
}

function people(organizationId?: string): Fragment {
  const place = organizationId === undefined ? raw('page.organization_id') : sql`${organizationId}::uuid`
  return sql`select ${raw(personColumns)} from page join users p on p.organization_id = ${place} and p.id = page.user_id
    ${raw(personConnection)} order by p.id`
}

/** A page of every state, each in the order of people: none costs more than a page, however rare the state is. */
function walk(page: PeoplePage): Fragment {
  const { organizationId, after, rowsMax, connectionId, teamId } = page
  const wants = [
    ...(connectionId === undefined
      ? []
      : [
          sql`exists (select from users o where o.organization_id = s.organization_id and o.id = s.user_id
            and o.connection_id = ${connectionId}::uuid)`,
        ]),
    ...(teamId === undefined
      ? []
      : [
          sql`exists (select from memberships m where m.organization_id = s.organization_id
            and m.team_id = ${teamId}::uuid and m.member_id = s.user_id)`,
        ]),
  ]
  const branches = page.states.map(
    (state) => sql`(select s.organization_id, s.user_id from user_states s
      where s.organization_id = ${organizationId}::uuid and s.state = ${state}
        and s.user_id > ${after ?? firstId}::uuid and ${joinFragments(wants, ' and ', sqlTrue)}
      order by s.user_id limit ${rowsMax})`,
  )
  return sql`select organization_id, user_id from (${joinFragments(branches, ' union all ', raw('select null::uuid as organization_id, null::uuid as user_id where false'))}) w`
}

/** Everybody whose text matches, found by the index, then the filters. */
function indexed(page: PeoplePage): Fragment {
  return sql`select organization_id, id as user_id from (${matching(page)} offset 0) f
    where id > ${page.after ?? firstId}::uuid`
}

/** Those whom the filters find, as ids of the rows `r`. */
export function matching(page: PeopleFilter, columns = raw('r.organization_id, r.id')): Fragment {
  const { organizationId, states, connectionId, teamId } = page
  return sql`select ${columns} from users r
    where r.organization_id = ${organizationId}::uuid and r.state = any(${states}::text[]) and r.purged_at is null
      ${states.includes('deprovisioned') ? sql`` : /* What indexes of names hold. */ sql`and r.scim_id is not null`}
      and ${matches(page)}
      ${connectionId === undefined ? sql`` : sql`and r.connection_id = ${connectionId}::uuid`}
      ${
        teamId === undefined
          ? sql``
          : sql`and exists (select from memberships m where m.organization_id = r.organization_id
              and m.team_id = ${teamId}::uuid and m.member_id = r.id)`
      }`
}

/** Text and filter, on the row `r`. */
function matches({ pattern, filter, organizationId, connectionId = nilId }: PeopleFilter): Fragment {
  const at = { organizationId, connectionId, hidesSuspendedMembers: false }
  const conditions = [
    ...(pattern === undefined ? [] : [sql`r.search_text like ${pattern}`]),
    ...(filter === undefined ? [] : [compileFilter(filter.bound, { ...at, table: toDirectoryTable(filter.type) })]),
  ]
  return joinFragments(conditions, ' and ', sqlTrue)
}

/** Whether states alone decide. */
export function isPlain({ pattern, connectionId, teamId, filter }: PeopleFilter): boolean {
  return pattern === undefined && connectionId === undefined && teamId === undefined && filter === undefined
}

/** How many people a list would show; without other filters than states no account is read. */
export async function countPeople(db: Queryable, filter: PeopleFilter): Promise<number> {
  const { organizationId, states } = filter
  const { text, values } = toStatement(
    isPlain(filter)
      ? sql`select count(*) as count from user_states
          where organization_id = ${organizationId}::uuid and state = any(${states}::text[])`
      : sql`select count(*) as count from (${matching(filter)}) f`,
  )
  const { rows } = await db.query<{ count: number }>({ text }, values)
  return rows[0]?.count ?? 0
}

/** A team that somebody is in. */
export type PersonTeamRow = { readonly id: string; readonly display: string; readonly valid_from: Date }

/** The teams of a person now, in the order of the teams. */
export async function selectPersonTeams(
  db: Queryable,
  organizationId: string,
  query: { readonly userId: string; readonly rowsMax: number },
): Promise<readonly PersonTeamRow[]> {
  const { rows } = await db.query<PersonTeamRow>(teams, [organizationId, query.userId, query.rowsMax])
  return rows
}

const teams = {
  name: 'person_teams',
  text: `select t.id, t.display, m.valid_from from memberships m
    join teams t on t.organization_id = m.organization_id and t.id = m.team_id
    where m.organization_id = $1 and m.member_id = $2 order by t.id limit $3`,
}

/** Who changed the state of a person last. */
export type StateChangeRow = {
  readonly at: Date
  readonly action: string
  readonly actor: string
  readonly connection_id: string | null
  readonly request_id: string | null
  readonly via: string | null
  readonly reason: string | null
}

export async function selectStateChange(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<StateChangeRow | undefined> {
  const { rows } = await db.query<StateChangeRow>(stateChange, [organizationId, userId])
  return rows[0]
}

const stateChange = {
  name: 'person_state_change',
  text: `select at, action, actor, connection_id, request_id, data ->> 'via' as via, data ->> 'reason' as reason
    from changes
    where organization_id = $1 and subject_id = $2 and subject_kind = 'user' and action in ('user.created', 'user.suspended',
      'user.reactivated', 'user.activated', 'user.deleted', 'user.relinked', 'user.restored', 'user.adopted')
    order by position desc limit 1`,
}

/** Addresses of the person that somebody has shown to be theirs, folded. */
export async function selectVerifiedAddresses(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ address_key: string }>(verified, [organizationId, userId])
  return new Set(rows.map((row) => row.address_key))
}

const verified = {
  name: 'verified_addresses',
  text: 'select address_key from verified_emails where organization_id = $1 and user_id = $2',
}
