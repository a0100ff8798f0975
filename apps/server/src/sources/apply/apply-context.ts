import { findStyle, type Registry, styles } from '@rollcall/scim'
import { getConnection } from '../../access/connections.ts'
import { getOrganization } from '../../access/organizations.ts'
import { toInvitationSettings } from '../../access/invitation-settings.ts'
import type { ReadStep } from '../../db/queries/source-read-steps.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Queryable } from '../../db/pool.ts'
import { parseConnectionSettings } from '../../directory/connection-settings.ts'
import type { DirectoryContext } from '../../directory/directory-context.ts'
import { formatTypeId } from '../../type-id.ts'

/** On whose behalf a read writes: the source's own connection. */
export async function openApplyContext(
  db: Queryable,
  name: ReadName,
  at: { readonly read: ReadStep; readonly registry: Registry; readonly now: Date },
): Promise<DirectoryContext> {
  const { organizationId, sourceId, readId } = name
  const connection = await getConnection(db, organizationId, sourceId)
  const organization = await getOrganization(db, organizationId)
  const settings = parseConnectionSettings(connection.settings)
  // A source brings people who know nothing of it, and many at once: they are invited only where that is said.
  const invites = settings.invitations === 'send' && toInvitationSettings(organization.settings).enabled
  return {
    organizationId,
    connectionId: sourceId,
    actor: at.read.approved_by ?? at.read.started_by,
    requestId: formatTypeId('srd', readId),
    now: at.now,
    registry: at.registry,
    style: findStyle(connection.style) ?? styles.rollcall,
    settings,
    invites,
    // Whoever says what people are like does not say what they may do here.
    givesRoles: 'none',
    act: { via: 'source' },
  }
}
