import type { Mount } from '../mount.ts'
import { toScimEndpoint, type PlainScimEndpoint } from './endpoint.ts'
import { createScim11Endpoint, scim11Prefixes } from './scim11/endpoint.ts'
import type { ScimParts } from './scim-context.ts'

/** Every address under which SCIM is served; the seeds' own manners besides ours. */
export const scimPrefixes = [
  '/scim/v2',
  // Some clients are given the address without the version (TRAP-H5).
  '/scim',
  '/o/:slug/scim/v2',
  '/o/:slug/scim',
  // Datadog
  '/api/v2/scim',
  // GitHub: enterprise, organization, enterprise server
  '/scim/v2/enterprises/:slug',
  '/scim/v2/organizations/:slug',
  '/api/v3/scim/v2',
] as const

/** One endpoint under all of its addresses; `meta.location` says the one that was asked. */
export function scimMounts(parts: Pick<ScimParts, 'close'>, answer: PlainScimEndpoint): readonly Mount[] {
  const fetch = toScimEndpoint(answer)
  const close = () => parts.close()
  const first = createScim11Endpoint(fetch)
  return [
    ...scimPrefixes.map((prefix, index) =>
      index === 0 ? { prefix, fetch, answer, close } : { prefix, fetch, answer },
    ),
    ...scim11Prefixes.map((prefix) => ({ prefix, fetch: first })),
  ]
}
