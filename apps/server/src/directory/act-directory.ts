import { findStyle, styles } from '@rollcall/scim'
import { getConnection } from '../access/connections.ts'
import { loadRegistry } from '../access/custom-types.ts'
import type { Database } from '../db/pool.ts'
import { defaultConnectionSettings, parseConnectionSettings } from './connection-settings.ts'
import type { DirectoryContext } from './directory-context.ts'
import { managerOf } from './ownership.ts'

/** The directory on behalf of whoever started a run. */
export type ActDirectory = {
  /** As whoever owns the record would see it, so that it stays his. */
  contextOf(connectionId: string | null): Promise<DirectoryContext>
}

type Started = {
  readonly organizationId: string
  readonly createdBy: string
  readonly input: { readonly [name: string]: unknown }
}

/** An administrator's own act: the guard neither holds nor counts it, and history knows how it came and why. */
export function openActDirectory(
  { database, clock }: { readonly database: Database; readonly clock: () => Date },
  { organizationId, createdBy, input }: Started,
  reason: string | undefined,
): ActDirectory {
  const registry = loadRegistry(database, organizationId, undefined)
  const ways = new Map<string | null, Promise<Pick<DirectoryContext, 'style' | 'settings'>>>()
  const wayOf = (connectionId: string | null) => {
    const manager = managerOf(connectionId)
    const way = ways.get(manager) ?? openWay(database, organizationId, manager)
    ways.set(manager, way)
    return way
  }
  return {
    contextOf: async (connectionId) => ({
      organizationId,
      connectionId,
      actor: createdBy,
      requestId: typeof input['requestId'] === 'string' ? input['requestId'] : '',
      now: clock(),
      registry: await registry,
      ...(await wayOf(connectionId)),
      isApproved: true,
      act: { via: 'admin', reason },
    }),
  }
}

async function openWay(
  database: Database,
  organizationId: string,
  connectionId: string | null,
): Promise<Pick<DirectoryContext, 'style' | 'settings'>> {
  if (connectionId === null) return { style: styles.rollcall, settings: defaultConnectionSettings }
  const { style, settings } = await getConnection(database, organizationId, connectionId)
  return { style: findStyle(style) ?? styles.rollcall, settings: parseConnectionSettings(settings) }
}
