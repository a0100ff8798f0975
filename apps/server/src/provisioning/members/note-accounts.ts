import { deleteTeamEdges } from '../../db/queries/provisioning-members.ts'
import type { AppKey } from '../../db/queries/provisioning-references.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { LogAction, LogRow } from '../log/log-row.ts'
import { releaseReferences } from '../references/release-references.ts'

/** After these, others refer to the account, or teams hold it, otherwise than before. */
const accountActions = new Set<LogAction>(['create', 'adopt', 'enable', 'disable', 'delete', 'unlink'])
/** After these there is no group of ours any more. */
const endingActions = new Set<LogAction>(['delete', 'unlink'])

/** What follows for others from what was done to accounts and groups, in the transaction that notes it. */
export async function noteAccounts(
  tx: Transaction,
  app: AppKey,
  { entries, now }: { readonly entries: readonly LogRow[]; readonly now: Date },
): Promise<void> {
  const done = entries.filter(({ action, status }) => status === 'success' && accountActions.has(action))
  const ended = done.filter(({ objectKind, action }) => objectKind === 'team' && endingActions.has(action))
  await deleteTeamEdges(tx, app, idsOf(ended))
  await releaseReferences(tx, app, { ids: idsOf(done), now })
}

function idsOf(entries: readonly LogRow[]): readonly string[] {
  return entries.map(({ objectId }) => objectId).filter((id) => id !== null)
}
