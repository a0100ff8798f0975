import type { enterpriseUserSchema } from '../schema/enterprise-user.ts'
import type { groupSchema } from '../schema/group.ts'
import type { ResourceOf } from '../schema/resource-of.ts'
import type { userSchema } from '../schema/user.ts'

/** `meta` of a stored resource (RFC 7643 §3.1). */
export type Meta = {
  readonly resourceType?: string
  readonly created?: string
  readonly lastModified?: string
  readonly location?: string
  /** The ETag, with its quotes: what `ifMatch` and `ifNoneMatch` take. */
  readonly version?: string
}

/** What a server adds to a resource. */
export type Stored<Resource> = Resource & {
  readonly id: string
  readonly schemas?: readonly string[]
  readonly meta?: Meta
}

/** A resource as it is sent: `schemas` is filled in where it is left out, `id` and `meta` are the server's. */
export type ResourceInput<Resource> = Omit<Resource, 'schemas' | 'id' | 'meta'> & {
  readonly schemas?: readonly string[]
}

/** A person with the enterprise extension (RFC 7643 §4.1 and §4.3). */
export type User = ResourceOf<typeof userSchema, [typeof enterpriseUserSchema]>

/** A team (RFC 7643 §4.2). */
export type Group = ResourceOf<typeof groupSchema>
