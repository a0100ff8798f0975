import { bindFilter, parseFilter, type Registry } from '@rollcall/scim'
import { toPage, type Page } from '../access/call.ts'
import { countPeopleByState } from '../db/queries/activity-counts.ts'
import {
  countedMax,
  countUpTo,
  estimatePeople,
  selectPeopleByName,
  type NamePosition,
} from '../db/queries/people-by-name.ts'
import { selectPersonExtras, type PersonExtras, type WantedExtras } from '../db/queries/people-extras.ts'
import {
  countPeople,
  isPlain,
  selectPeople,
  type PeopleFilter,
  type PersonRow,
  type PersonState,
} from '../db/queries/people.ts'
import { countActivePeople } from '../db/queries/totals.ts'
import type { Queryable } from '../db/pool.ts'
import { getResourceType } from './resource-values.ts'
import { toSearchPattern } from './search-pattern.ts'

export type { PersonExtras } from '../db/queries/people-extras.ts'

/** Which people somebody wants to see. */
export type ListPeople = {
  readonly organizationId: string
  readonly states: readonly PersonState[]
  readonly search: string | undefined
  readonly connectionId: string | undefined
  readonly teamId: string | undefined
  /** Of toBoundFilter. */
  readonly filter?: PeopleFilter['filter']
}

/** In the order of the accounts; `next` is the last id of the page. */
export async function listPeople(
  db: Queryable,
  query: ListPeople,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<PersonRow>> {
  const rows = await selectPeople(db, { ...toFilter(query), after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

/** The same by userName, which those who were deleted do not have. */
export async function listPeopleByName(
  db: Queryable,
  query: ListPeople & { readonly isDescending: boolean },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<PersonRow>> {
  const { isDescending, ...filters } = query
  const after = page.after === undefined ? undefined : parsePosition(page.after)
  const rows = await selectPeopleByName(db, { ...toFilter(filters), after, isDescending, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ user_name_key: key, id }) => JSON.stringify([key, id]))
}

// The cursor is sealed, so only listPeopleByName writes it.
function parsePosition(text: string): NamePosition {
  const parsed: unknown = JSON.parse(text)
  const [userNameKey = '', id = ''] = Array.isArray(parsed) ? parsed.map(String) : []
  return { userNameKey, id }
}

/** Teams, accounts in apps and the last sign-in of people of a page. */
export function readExtras(
  db: Queryable,
  organizationId: string,
  asked: { readonly ids: readonly string[]; readonly wants: WantedExtras },
): Promise<ReadonlyMap<string, PersonExtras>> {
  return selectPersonExtras(db, organizationId, asked)
}

export function countListed(db: Queryable, query: ListPeople): Promise<number> {
  const { states, organizationId } = query
  const isDefault = states.length === 2 && states.includes('pending') && states.includes('active')
  const filter = toFilter(query)
  return isDefault && isPlain(filter) ? countActivePeople(db, organizationId) : countPeople(db, filter)
}

/** Exact as long as few match, or where the sums are kept; about how many otherwise. */
export async function estimateListed(
  db: Queryable,
  query: ListPeople,
): Promise<{ readonly value: number; readonly isExact: boolean }> {
  const filter = toFilter(query)
  const counted = await countUpTo(db, filter, countedMax + 1)
  if (counted <= countedMax) return { value: counted, isExact: true }
  if (!isPlain(filter)) return { value: Math.max(counted, await estimatePeople(db, filter)), isExact: false }
  const counts = await countPeopleByState(db, query.organizationId)
  return { value: query.states.reduce((sum, state) => sum + counts[state], 0), isExact: true }
}

function toFilter({ search, ...query }: ListPeople): PeopleFilter {
  return { ...query, pattern: search === undefined ? undefined : toSearchPattern(search) }
}

/** Throws what SCIM says of a filter that cannot be read. */
export function toBoundFilter(registry: Registry, text: string): NonNullable<PeopleFilter['filter']> {
  const type = getResourceType(registry, 'User')
  return { bound: bindFilter(parseFilter(text), type), type }
}
