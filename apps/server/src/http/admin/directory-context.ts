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
  const origin = { organizationId: organization.id, actor: call.actor, requestId: call.requestId ?? '', now: call.now }
  const owner = await getOrganization(parts.database, organization.id)
  const manager = managerOf(connectionId)
  if (manager === null) {
    const connection = { style: styles.rollcall, settings: defaultConnectionSettings }
    const registry = await loadRegistry(parts.database, organization.id, entitlementTypes)
    return {
      ...origin,
      ...connection,
      connectionId,
      registry,
      invites: invitesPeople({ organization: owner, connection }),
    }
  }
  const stored = await getConnection(parts.database, organization.id, manager)
  const extra = toEndpointSettings(stored).entitlements ? entitlementTypes : undefined
  const connection = {
    style: findStyle(stored.style) ?? styles.rollcall,
    settings: parseConnectionSettings(stored.settings),
  }
  return {
    ...origin,
    ...connection,
    connectionId,
    registry: await loadRegistry(parts.database, organization.id, extra),
    invites: invitesPeople({ organization: owner, connection }),
  }
}
