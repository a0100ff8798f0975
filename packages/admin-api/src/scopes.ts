import { z } from 'zod'
import { scopeNames, type permissionNames } from './names.ts'

export const scopeName = z.enum(scopeNames).meta({ id: 'ScopeName' })

/** One thing that somebody may do in an organization. */
export type Permission = (typeof permissionNames)[number]

/** What a route asks for: a permission, any valid key, a key of the whole instance, a set-up link, or nothing at all. */
export type RouteScope = Permission | 'any' | 'instance' | 'setupLink' | 'none'
