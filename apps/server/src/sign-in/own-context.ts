import { findStyle, styles } from '@rollcall/scim'
import { loadRegistry } from '../access/custom-types.ts'
import { getConnection } from '../access/connections.ts'
import type { Queryable } from '../db/pool.ts'
import { defaultConnectionSettings, parseConnectionSettings } from '../directory/connection-settings.ts'
import type { DirectoryContext } from '../directory/directory-context.ts'
import { managerOf } from '../directory/ownership.ts'

/** The directory on behalf of a person, or of the set-up; the connection that owns the record stays its owner. */
export async function toOwnContext(
  db: Queryable,
  act: Pick<DirectoryContext, 'organizationId' | 'connectionId' | 'actor' | 'requestId' | 'now'> & {
    readonly via: string
  },
): Promise<DirectoryContext> {
  const { via, ...origin } = act
  const manager = managerOf(act.connectionId)
  const stored = manager === null ? undefined : await getConnection(db, act.organizationId, manager)
  const connection =
    stored === undefined
      ? { style: styles.rollcall, settings: defaultConnectionSettings }
      : { style: findStyle(stored.style) ?? styles.rollcall, settings: parseConnectionSettings(stored.settings) }
  return {
    ...origin,
    ...connection,
    registry: await loadRegistry(db, act.organizationId, undefined),
    invites: false,
    isApproved: true,
    act: { via },
  }
}
