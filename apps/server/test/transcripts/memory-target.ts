import { randomBytes } from 'node:crypto'
import { createRegistry, findStyle, profiles, scimError } from '@rollcall/scim'
import { createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'
import type { Target, TargetFactory } from './play.ts'

/** The library's service provider on its store in memory. */
export async function startMemory(): Promise<TargetFactory> {
  return { open: openMemoryTarget, async [Symbol.asyncDispose]() {} }
}

async function openMemoryTarget(styleName: string): Promise<Target> {
  const registry = createRegistry()
  const style = findStyle(styleName)
  if (style === undefined) throw new TypeError(`no style ${styleName}`)
  const token = 'transcript-token'
  const settings = {
    registry,
    profile: profiles.default,
    style,
    baseUrl: 'https://rollcall.test/scim/v2',
    limits: defaultLimits,
    cursorSecret: new Uint8Array(randomBytes(32)),
    scope: 'transcripts',
    documentationUri: undefined,
  }
  const provider = createServiceProvider({
    storage: createMemoryStorage({ registry, style: () => style }),
    authenticate(request) {
      if (request.headers.get('authorization') === `Bearer ${token}`) return {}
      throw scimError('unauthorized', 'The bearer token is not known', { headers: { 'WWW-Authenticate': 'Bearer' } })
    },
    settings: () => settings,
  })
  return {
    baseUrl: settings.baseUrl,
    token,
    fetch: (request) => provider.fetch(request),
    async [Symbol.asyncDispose]() {},
  }
}
