import { toPage, type Page, type PageOf } from '../access/call.ts'
import { selectInstanceOrganizations, type InstanceOrganizationRow } from '../db/queries/instance-views.ts'
import type { Queryable } from '../db/pool.ts'

export type InstanceOrganization = InstanceOrganizationRow

/** Every organization with its size, by slug. */
export async function listInstanceOrganizations(
  database: Queryable,
  page: PageOf,
): Promise<Page<InstanceOrganization>> {
  const rows = await selectInstanceOrganizations(database, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ slug }) => slug)
}
