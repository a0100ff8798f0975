import { insertAccessChange } from '../db/queries/access-changes.ts'
import { deleteOrganizationRow } from '../db/queries/organizations.ts'
import { insertRun, type RunRow } from '../db/queries/runs.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { noOrganization } from './idempotency.ts'
import { getOrganization } from './organizations.ts'

export const deleteOrganizationKind = 'organization.delete'

// Other processes know a key for at most a second after it died: what they write in it must be there to be deleted.
const settleMs = 2_000

/**
 * Ends an organization: it is gone for everybody at once, with its keys, connections and service accounts; a run of the
 * instance deletes the rest. `confirm` is its slug, typed by whoever means it. Throws `notConfirmed`.
 */
export function deleteOrganization(
  database: Database,
  call: Call,
  command: { readonly organizationId: string; readonly confirm: string },
): Promise<RunRow> {
  return transaction(database, async (tx) => {
    const { id, slug, name, version } = await getOrganization(tx, command.organizationId)
    if (command.confirm !== slug)
      throw new AccessError(
        'notConfirmed',
        `"${command.confirm}" is not the slug of this organization: nothing was deleted`,
      )
    await deleteOrganizationRow(tx, id)
    // Of the instance: what belongs to the organization goes with it.
    await insertAccessChange(tx, {
      organizationId: noOrganization,
      at: call.now,
      action: 'organization.deleted',
      subjectId: id,
      subjectVersion: version,
      actor: call.actor,
      requestId: call.requestId,
      data: { slug, name },
    })
    return insertRun(tx, {
      organizationId: noOrganization,
      id: createId(),
      kind: deleteOrganizationKind,
      permission: 'instance',
      input: { organizationId: id, slug },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: new Date(call.now.getTime() + settleMs),
    })
  })
}
