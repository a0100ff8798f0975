import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuditSigner } from '../../src/access/audit-signer.ts'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { sealAudit } from '../../src/audit/sealer.ts'
import { findSettledPosition } from '../../src/events/outbox.ts'
import type { TestApplication } from './application.ts'

/** What the sealer does within a second, done at once: all that was written is in the audit log. */
export async function sealAll({ application }: Pick<TestApplication, 'application'>): Promise<number> {
  await sleep(batchDelayMs + 150)
  const { parts } = application
  const options = {
    sign: createAuditSigner(parts),
    now: new Date(Date.now() + 1),
    findSettledPosition: () => findSettledPosition(parts.database),
    lineDelayMs: 0,
  }
  const sealed = await sealAudit(parts.database, options)
  assert.equal(await sealAudit(parts.database, options), 0)
  return sealed
}
