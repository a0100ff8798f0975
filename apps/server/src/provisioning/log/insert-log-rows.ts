import { insertProvisioningLog } from '../../db/queries/provisioning-log.ts'
import type { Queryable } from '../../db/pool.ts'
import { createId } from '../../type-id.ts'
import type { LogRow } from './log-row.ts'
import { printRedacted } from './redact-detail.ts'

/** Writes rows of the provisioning log in the caller's transaction, in one statement; they are redacted here. */
export async function insertLogRows(tx: Queryable, rows: readonly LogRow[]): Promise<void> {
  await insertProvisioningLog(
    tx,
    rows.map(({ redactedPaths = [], redactedValues = [], detail, ...row }) => ({
      ...row,
      id: createId(),
      detail: detail === null ? null : printRedacted(detail, redactedPaths, redactedValues),
    })),
  )
}
