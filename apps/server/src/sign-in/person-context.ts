import { findStyle, styles } from '@rollcall/scim'
import { getConnection } from '../access/connections.ts'
import { loadRegistry } from '../access/custom-types.ts'
import { defaultConnectionSettings, parseConnectionSettings } from '../directory/connection-settings.ts'
import type { DirectoryContext } from '../directory/directory-context.ts'
import { managerOf } from '../directory/ownership.ts'
import type { Transaction } from '../db/transaction.ts'

/** The directory on behalf of a sign-in, in its transaction. The owner of the record stays its owner. */
export async function toPersonContext(
  tx: Transaction,
  act: {
    readonly organizationId: string
    readonly connectionId: string | null
    readonly actor: string
    readonly requestId: string | undefined
    readonly now: Date
  },
): Promise<DirectoryContext> {
  const { organizationId, connectionId, actor, requestId = '', now } = act
  const manager = managerOf(connectionId)
  const stored = manager === null ? undefined : await getConnection(tx, organizationId, manager)
  return {
    organizationId,
    connectionId,
    actor,
    requestId,
    now,
    registry: await loadRegistry(tx, organizationId, undefined),
    style: findStyle(stored?.style ?? '') ?? styles.rollcall,
    settings: stored === undefined ? defaultConnectionSettings : parseConnectionSettings(stored.settings),
    invites: false,
    isApproved: true,
    givesRoles: 'none',
    act: { via: 'signIn' },
    tx,
  }
}
