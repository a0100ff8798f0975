import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteAuditEvents,
  selectAuditedOrganizations,
  selectLastOld,
  updateCheckpoint,
} from '../db/queries/audit-retention.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { signCheckpoint, type Sign } from './signature.ts'

const dayMs = 86_400_000
const rowsPerStatement = 5_000

export type TrimAudit = {
  readonly now: Date
  readonly sign: Sign
  /** For how many days an organization with these settings keeps its log. */
  daysOf(settings: JsonObject): number
  readonly signal?: AbortSignal | undefined
}

/**
 * Lets go of events that are older than the organization keeps them. First a checkpoint is signed, which holds the hash that
 * the chain goes on from; then the events below it go. Returns how many went.
 */
export async function trimAudit(database: Database, options: TrimAudit): Promise<number> {
  let deleted = 0
  for (const { id, settings } of await selectAuditedOrganizations(database)) {
    if (options.signal?.aborted === true) break
    const days = options.daysOf(isJsonObject(settings) ? settings : {})
    deleted += await trimOne(database, id, { ...options, before: new Date(options.now.getTime() - days * dayMs) })
  }
  return deleted
}

async function trimOne(
  database: Database,
  organizationId: string,
  { before, now, sign }: { readonly before: Date; readonly now: Date; readonly sign: Sign },
): Promise<number> {
  const last = await selectLastOld(database, organizationId, before)
  if (last === undefined) return 0
  const point = { sequence: last.sequence, hash: last.hash.toString('hex'), before: before.toISOString() }
  const signature = await signCheckpoint(sign, { organizationId, ...point })
  await transaction(database, async (tx) => {
    await updateCheckpoint(tx, organizationId, { ...point, signature })
    await insertAccessChange(tx, {
      organizationId,
      at: now,
      action: 'organization.audit_trimmed',
      subjectId: organizationId,
      subjectVersion: 1,
      actor: 'system',
      requestId: undefined,
      data: point,
    })
  })
  let deleted = 0
  for (let rows = rowsPerStatement; rows === rowsPerStatement;) {
    rows = await deleteAuditEvents(database, organizationId, { upTo: last.sequence, rowsMax: rowsPerStatement })
    deleted += rows
  }
  return deleted
}
