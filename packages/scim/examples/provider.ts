import { createRegistry, profiles, scimError, styles } from '@rollcall/scim'
import { type ServiceProvider, createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'

/** A service provider below `baseUrl` for whoever knows the token; give `storage` of your own to keep anything. */
export function createProvider(baseUrl: string, token: string): ServiceProvider<object> {
  const registry = createRegistry()
  const settings = {
    registry,
    profile: profiles.default,
    style: styles.rollcall,
    baseUrl,
    limits: defaultLimits,
    cursorSecret: crypto.getRandomValues(new Uint8Array(32)),
    scope: 'my application',
    documentationUri: undefined,
  }
  return createServiceProvider({
    storage: createMemoryStorage({ registry }),
    authenticate(request) {
      if (request.headers.get('authorization') === `Bearer ${token}`) return {}
      throw scimError('unauthorized', 'The Authorization header must carry a valid bearer token')
    },
    settings: () => settings,
  })
}
