import { foldCase } from '@rollcall/scim'
import type { Queryable } from '../../db/pool.ts'
import { selectManagerNames, selectReports } from '../../db/queries/provisioning-pump.ts'

/** Whom these people lead. */
export async function findReports(
  tx: Queryable,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const names = await selectManagerNames(tx, organizationId, ids)
  const folded = names.flatMap(({ scimId, externalId }) => [scimId, externalId === null ? null : foldCase(externalId)])
  return selectReports(
    tx,
    organizationId,
    folded.filter((name) => name !== null),
  )
}
