import { selectOwnerRoles } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'
import { toKeyOwner, type KeyOwner } from './rights.ts'

/** What a person or service account may do now. */
export async function findOwnerRights(db: Queryable, organizationId: string, ownerId: string): Promise<KeyOwner> {
  return toKeyOwner(await selectOwnerRoles(db, organizationId, ownerId))
}
