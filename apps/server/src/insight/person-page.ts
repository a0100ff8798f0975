import { selectPersonPage, type PersonPageRow } from '../db/queries/person-page.ts'
import type { Queryable } from '../db/pool.ts'

export type PersonPage = PersonPageRow

/** What is shown of a person besides the account. */
export function readPersonPage(
  db: Queryable,
  organizationId: string,
  at: { readonly userId: string; readonly now: Date },
): Promise<PersonPage> {
  return selectPersonPage(db, organizationId, at)
}
