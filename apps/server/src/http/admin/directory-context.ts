import { findStyle, styles } from '@rollcall/scim'
import { toEndpointSettings } from '../../access/connection-settings.ts'
import { getConnection } from '../../access/connections.ts'
import { loadRegistry } from '../../access/custom-types.ts'
import { getOrganization } from '../../access/organizations.ts'
import { defaultConnectionSettings, parseConnectionSettings } from '../../directory/connection-settings.ts'
import type { DirectoryContext, DirectoryParts } from '../../directory/directory-context.ts'
import { managerOf } from '../../directory/ownership.ts'
import { invitesPeople } from '../../directory/invites.ts'
import { createIdSource } from '../../directory/new-id.ts'
import { entitlementTypes } from '../scim/entitlements.ts'
import type { CallContext } from './call-context.ts'

const newId = createIdSource()

export function toDirectoryParts(context: CallContext): DirectoryParts {
  return { database: context.parts.database, newId }
}

/**
 * The directory on behalf of whoever calls the admin API. `connectionId` is the connection that owns the record at hand,
 * so that it stays the owner; null or the local owner for records that no connection owns.
 */
export async function toDirectoryContext(context: CallContext, connectionId: string | null): Promise<DirectoryContext> {
  const { call, organization, parts } = context
  const manager = managerOf(connectionId)
  const stored = manager === null ? undefined : await getConnection(parts.database, organization.id, manager)
  const connection =
    stored === undefined
      ? { style: styles.rollcall, settings: defaultConnectionSettings }
      : { style: findStyle(stored.style) ?? styles.rollcall, settings: parseConnectionSettings(stored.settings) }
  const hasEntitlements = stored === undefined || toEndpointSettings(stored).entitlements
  return {
    organizationId: organization.id,
    actor: call.actor,
    requestId: call.requestId ?? '',
    now: call.now,
    ...connection,
    connectionId,
    registry: await loadRegistry(parts.database, organization.id, hasEntitlements ? entitlementTypes : undefined),
    invites: invitesPeople({ organization: await getOrganization(parts.database, organization.id), connection }),
  }
}
