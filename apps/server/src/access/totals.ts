import { selectCount, selectOrganizationCount, type Countable } from '../db/queries/row-counts.ts'
import type { Queryable } from '../db/pool.ts'

/** How many there are in the organization, of holds those in a state; asked for only when a client insists. */
export function countInOrganization(
  database: Queryable,
  organizationId: string,
  what: Countable,
  state?: string,
): Promise<number> {
  return selectCount(database, organizationId, { what, state })
}

export function countOrganizations(database: Queryable): Promise<number> {
  return selectOrganizationCount(database)
}
