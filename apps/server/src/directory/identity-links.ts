import { selectLinks, selectRunSubjects, type RunSubject } from '../db/queries/connection-run-subjects.ts'
import { claimUserRow, type ClaimOutcome } from '../db/queries/releases.ts'
import type { Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'

/** Who is known to an identity provider by which id. */
export type IdentityLink = RunSubject

type PageOf = { readonly after: string | undefined; readonly limit: number }

/** The people of a connection, in the order of their account ids. */
export function listLinks(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly connectionId: string },
): Promise<readonly IdentityLink[]> {
  return selectLinks(database, organizationId, { ...page, rowsMax: page.limit })
}

/** The same as it was before a run. */
export function listRunLinks(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly runId: string },
): Promise<readonly IdentityLink[]> {
  return selectRunSubjects(database, organizationId, { ...page, kind: 'user', rowsMax: page.limit })
}

export type LinkWish = { readonly accountId: string; readonly externalId: string }

class DryRun extends Error {}

/** Links accounts that nobody owns to the connection of the context, all in one transaction; a dry run changes nothing. */
export async function importLinks(
  parts: DirectoryParts,
  context: DirectoryContext,
  wishes: readonly LinkWish[],
  options: { readonly dryRun: boolean },
): Promise<readonly ClaimOutcome[]> {
  let outcomes: ClaimOutcome[] = []
  try {
    await transaction(parts.database, async (tx) => {
      outcomes = []
      for (const { accountId, externalId } of wishes)
        outcomes.push(
          await claimUserRow(tx, context, {
            id: accountId,
            scimId: null,
            externalId,
            isExternalIdUnique: context.style.externalIdUnique,
            via: 'links',
          }),
        )
      if (options.dryRun) throw new DryRun('A dry run is rolled back')
    })
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  }
  return outcomes
}
