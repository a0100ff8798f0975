import {
  createRegistry,
  findResourceType,
  profiles,
  styles,
  type Registry,
  type ResourceType,
  type Style,
} from '@rollcall/scim'
import { createServiceProvider, defaultLimits, type ServiceSettings, type Storage } from '@rollcall/scim/server'
import { randomBytes } from 'node:crypto'
import {
  TestClient,
  type ProviderFactory,
  type ProviderOptions,
} from '../../../../packages/scim/test/server/suite/provider.ts'
import type { Database } from '../../src/db/pool.ts'
import { defaultConnectionSettings, type ConnectionSettings } from '../../src/directory/connection-settings.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryContext } from '../../src/directory/directory-context.ts'
import { createIdSource } from '../../src/directory/new-id.ts'

export const newId = createIdSource()
export const registry = createRegistry()
export const userType = getType('User')
export const groupType = getType('Group')

function getType(name: string): ResourceType {
  const type = findResourceType(registry, name)
  if (type === undefined) throw new Error(name)
  return type
}

export type ContextOptions = {
  readonly organizationId?: string
  readonly connectionId?: string
  readonly style?: Style
  readonly registry?: Registry
  readonly settings?: Partial<ConnectionSettings>
  readonly now?: Date
}

/** An organization with one SCIM connection, and the context of a request of it. */
export async function createContext(database: Database, options: ContextOptions = {}): Promise<DirectoryContext> {
  const organizationId = options.organizationId ?? (await createOrganization(database))
  const connectionId = options.connectionId ?? (await createConnection(database, organizationId))
  return {
    organizationId,
    connectionId,
    actor: 'test',
    requestId: 'req_test',
    now: options.now ?? new Date(),
    registry: options.registry ?? registry,
    style: options.style ?? styles.rollcall,
    settings: { ...defaultConnectionSettings, ...options.settings },
  }
}

export async function createOrganization(database: Database): Promise<string> {
  const id = newId()
  const text = `insert into organizations (id, slug, short_id, name, created_at, updated_at) values ($1, $2, $3, $2, now(), now())`
  await database.query({ text }, [id, `o-${id}`, randomBytes(6).toString('hex')])
  return id
}

export async function createConnection(database: Database, organizationId: string): Promise<string> {
  const id = newId()
  const text = `insert into connections (organization_id, id, type, name, profile, style, created_at, updated_at)
    values ($1, $2, 'scim', 'SCIM', 'default', 'rollcall', now(), now())`
  await database.query({ text }, [organizationId, id])
  return id
}

/** The service provider on PostgreSQL, one organization for each call. */
export function providerOn(database: Database): ProviderFactory {
  return async (options = {}) => {
    const storage = createDirectory({ database })
    const context = await createContext(database, {
      style: styles[options.style ?? 'rollcall'],
      registry: options.registry ?? registry,
    })
    return { ...serve(storage, context, options), storage, context }
  }
}

/** A client that speaks SCIM to the directory as one connection. */
export function connectTo(
  storage: Storage<DirectoryContext>,
  context: DirectoryContext,
  options: ProviderOptions = {},
): TestClient {
  return new TestClient({ ...serve(storage, context, options), storage, context })
}

function serve(storage: Storage<DirectoryContext>, context: DirectoryContext, options: ProviderOptions) {
  const settings: ServiceSettings = {
    registry: context.registry,
    profile: profiles[options.profile ?? 'default'],
    style: context.style,
    baseUrl: options.baseUrl ?? 'https://scim.example.com/scim/v2',
    limits: { ...defaultLimits, ...options.limits },
    cursorSecret: randomBytes(32),
    scope: context.organizationId,
    documentationUri: undefined,
  }
  const provider = createServiceProvider<DirectoryContext>({
    storage,
    authenticate: () => ({
      ...context,
      now: new Date(options.nowMs?.() ?? Math.max(Date.now(), context.now.getTime())),
    }),
    settings: () => settings,
    findSubject() {
      const id = options.findSubjectId?.()
      return id === undefined ? undefined : { type: 'User', id }
    },
    ...(options.onExchange === undefined ? {} : { onExchange: options.onExchange }),
    ...(options.nowMs === undefined ? {} : { nowMs: options.nowMs }),
  })
  return { baseUrl: settings.baseUrl, fetch: (request: Request) => provider.fetch(request) }
}
