import { foldCase } from '@rollcall/scim'
import { toPage, type Page } from '../access/call.ts'
import { toPattern } from '../db/filter-sql/compare.ts'
import { countPeople, selectPeople, type PeopleFilter, type PersonRow, type PersonState } from '../db/queries/people.ts'
import { countActivePeople } from '../db/queries/totals.ts'
import type { Queryable } from '../db/pool.ts'

/** Which people somebody wants to see. */
export type ListPeople = {
  readonly organizationId: string
  readonly states: readonly PersonState[]
  readonly search: string | undefined
  readonly connectionId: string | undefined
  readonly teamId: string | undefined
}

/** Shorter texts cannot be looked up everywhere, only where a name or an address begins. */
const containsCharactersMin = 3

/** In the order of the accounts; `next` is the last id of the page. */
export async function listPeople(
  db: Queryable,
  query: ListPeople,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<PersonRow>> {
  const rows = await selectPeople(db, { ...toFilter(query), after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countListed(db: Queryable, query: ListPeople): Promise<number> {
  const { states, search, connectionId, teamId, organizationId } = query
  const isDefault = states.length === 2 && states.includes('pending') && states.includes('active')
  if (isDefault && search === undefined && connectionId === undefined && teamId === undefined)
    return countActivePeople(db, organizationId)
  return countPeople(db, toFilter(query))
}

function toFilter({ search, ...query }: ListPeople): PeopleFilter {
  return { ...query, pattern: search === undefined ? undefined : toSearchPattern(search) }
}

/** Names and addresses stand between line feeds, folded. */
function toSearchPattern(search: string): string {
  const text = foldCase(search)
  return toPattern('co', [...search].length < containsCharactersMin ? `\n${text}` : text)
}
