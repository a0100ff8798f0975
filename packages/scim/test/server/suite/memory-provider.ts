import { createRegistry, profiles, styles } from '@rollcall/scim'
import { type ServiceSettings, createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'
import type { ProviderFactory } from './provider.ts'

type Context = { readonly organization: string }

const sharedRegistry = createRegistry()

/** Every call makes an organization on a memory store of its own. */
export const makeMemoryProvider: ProviderFactory = async (options = {}) => {
  const registry = options.registry ?? sharedRegistry
  const context: Context = { organization: crypto.randomUUID() }
  const style = styles[options.style ?? 'rollcall']
  const settings: ServiceSettings = {
    registry,
    profile: profiles[options.profile ?? 'default'],
    style,
    baseUrl: options.baseUrl ?? 'https://scim.example.com/scim/v2',
    limits: { ...defaultLimits, ...options.limits },
    cursorSecret: crypto.getRandomValues(new Uint8Array(32)),
    scope: context.organization,
    documentationUri: undefined,
  }
  const storage = createMemoryStorage<Context>({
    registry,
    style: () => style,
    partition: ({ organization }) => organization,
  })
  const provider = createServiceProvider<Context>({
    storage,
    authenticate: () => context,
    settings: () => settings,
    findSubject() {
      const id = options.findSubjectId?.()
      return id === undefined ? undefined : { type: 'User', id }
    },
    ...(options.onExchange === undefined ? {} : { onExchange: options.onExchange }),
    ...(options.nowMs === undefined ? {} : { nowMs: options.nowMs }),
  })
  return { baseUrl: settings.baseUrl, fetch: (request) => provider.fetch(request), storage, context }
}
