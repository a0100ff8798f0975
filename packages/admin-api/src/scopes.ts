import { z } from 'zod'

/** What a key may be given. `scim:enterprise` is another name of `scim`; `admin:enterprise` includes all the others. */
export const scopeName = z
  .enum(['scim', 'scim:enterprise', 'organization:read', 'organization:admin', 'admin:enterprise'])
  .meta({ id: 'ScopeName' })

/** What a route asks of the key: a scope, any valid key, a key of the whole instance, or nothing at all. */
export type RouteScope = 'organization:read' | 'organization:admin' | 'any' | 'instance' | 'none'
