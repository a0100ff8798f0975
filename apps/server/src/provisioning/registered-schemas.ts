import { insertAccessChange } from '../db/queries/access-changes.ts'
import { updateAppsNaming } from '../db/queries/app-rules.ts'
import type { Transaction } from '../db/transaction.ts'
import type { OutboxChange } from '../events/outbox.ts'
import { toCycled } from './apps/cycled-app.ts'
import { beginCycle } from './cycles.ts'

/**
 * A schema was registered that live rules named before: what they say of it has a type from now on and is read as people
 * have it. Their apps get another version, by which every process compiles them anew, and evaluate everybody.
 */
export async function followSchemas(tx: Transaction, changes: readonly OutboxChange[], now: Date): Promise<void> {
  for (const { organizationId, action, data } of changes) {
    const { schema } = data
    if (action !== 'organization.schema_registered' || typeof schema !== 'string') continue
    for (const { appId, revision, version } of await updateAppsNaming(tx, { organizationId, urn: schema, now })) {
      const cycled = await toCycled(tx, { organizationId, appId }, revision)
      await beginCycle(tx, cycled, { kind: 'full', resendsAll: false, now })
      await insertAccessChange(tx, {
        organizationId,
        at: now,
        action: 'app.updated',
        subjectId: appId,
        subjectVersion: version,
        actor: 'system',
        requestId: undefined,
        data: { changed: ['schemas'], schema },
      })
    }
  }
}
