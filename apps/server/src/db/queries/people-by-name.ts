import { raw, sql, toStatement, type Fragment } from '../filter-sql/fragment.ts'
import type { Queryable } from '../pool.ts'
import { isPlain, matching, personColumns, personConnection, type PeopleFilter, type PersonRow } from './people.ts'

/** So many are counted one by one and put in order in memory; of more the order of an index is walked. */
export const countedMax = 10_000

/** So many that have something in common are put in order in memory: they may all stand at the end of the index. */
const sortedMax = 50_000

export type NamePosition = { readonly userNameKey: string; readonly id: string }

export type PeopleByName = PeopleFilter & {
  readonly after: NamePosition | undefined
  readonly rowsMax: number
  readonly isDescending: boolean
}

export type NamedPersonRow = PersonRow & { readonly user_name_key: string }

/** In the order of userName, folded. Those who were deleted have none and are not among them. */
export async function selectPeopleByName(db: Queryable, page: PeopleByName): Promise<readonly NamedPersonRow[]> {
  const isFew = isPlain(page)
    ? (await countUpTo(db, page, countedMax + 1)) <= countedMax
    : (await estimatePeople(db, page)) <= sortedMax
  const { text, values } = compilePeopleByName(page, isFew)
  const { rows } = await db.query<NamedPersonRow>({ text }, values)
  return rows
}

/** The statement of a page; apart from running it, so that tests can ask for its plan. */
export function compilePeopleByName(page: PeopleByName, isFew: boolean) {
  const columns = raw('r.organization_id, r.id, r.user_name_key')
  // Few are found by what they have in common and then sorted; `offset 0` keeps the planner from walking the whole index.
  const found = isFew
    ? sql`select * from (${few(page, columns)} offset 0) r where true`
    : sql`${matching(page, columns)}`
  return toStatement(sql`with page as materialized (
      select * from (${found} and r.user_name_key is not null ${behind(page)}
        order by r.user_name_key ${direction(page)}, r.id ${direction(page)} limit ${page.rowsMax}) r)
    select ${raw(personColumns)}, page.user_name_key from page
    join users p on p.organization_id = page.organization_id and p.id = page.id ${raw(personConnection)}
    order by page.user_name_key ${direction(page)}, page.id ${direction(page)}`)
}

function direction({ isDescending }: PeopleByName): Fragment {
  return raw(isDescending ? 'desc' : 'asc')
}

function behind({ after, isDescending }: PeopleByName): Fragment {
  if (after === undefined) return sql`and r.scim_id is not null`
  const operator = raw(isDescending ? '<' : '>')
  return sql`and r.scim_id is not null and (r.user_name_key, r.id) ${operator} (${after.userNameKey}, ${after.id}::uuid)`
}

/** By their states where states are rare, else by the other filters. */
function few(page: PeopleFilter, columns: Fragment): Fragment {
  if (!isRare(page)) return matching(page, sql`${columns}, r.scim_id`)
  return sql`${matching(page, sql`${columns}, r.scim_id`)} and r.id in (
    select s.user_id from user_states s where s.organization_id = ${page.organizationId}::uuid and s.state = any(${page.states}::text[]))`
}

/** Who is not active is one of few. */
function isRare({ states }: PeopleFilter): boolean {
  return !states.includes('active')
}

/** How many match, counted up to a limit. */
export async function countUpTo(db: Queryable, filter: PeopleFilter, max: number): Promise<number> {
  const ids = isPlain(filter)
    ? sql`select from user_states s where s.organization_id = ${filter.organizationId}::uuid and s.state = any(${filter.states}::text[])`
    : few(filter, raw('r.id'))
  const { text, values } = toStatement(sql`select count(*) as count from (${ids} limit ${max}) f`)
  const { rows } = await db.query<{ count: number }>({ text }, values)
  return rows[0]?.count ?? 0
}

type Plan = readonly { readonly Plan: { readonly 'Plan Rows': number } }[]

/** About how many match, as the planner of the database takes it. */
export async function estimatePeople(db: Queryable, filter: PeopleFilter): Promise<number> {
  const { text, values } = toStatement(matching(filter))
  const { rows } = await db.query<{ 'QUERY PLAN': Plan }>({ text: `explain (format json) ${text}` }, values)
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0
}
