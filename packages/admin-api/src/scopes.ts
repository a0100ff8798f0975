import { z } from 'zod'
import { scopeNames } from './names.ts'

export const scopeName = z.enum(scopeNames).meta({ id: 'ScopeName' })

/** What a route asks of the key: a scope, any valid key, a key of the whole instance, or nothing at all. */
export type RouteScope = 'organization:read' | 'organization:admin' | 'any' | 'instance' | 'none'
