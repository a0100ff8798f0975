import { AccessError } from '../../access/access-error.ts'
import type { Queryable } from '../../db/pool.ts'
import { selectObjectName } from '../../db/queries/provisioned-objects.ts'
import type { ObjectRef } from '../object.ts'

/** How people call a person or team of the organization, whatever has become of it. Throws `subjectNotFound`. */
export async function requireObject(db: Queryable, organizationId: string, object: ObjectRef): Promise<string | null> {
  const found = await selectObjectName(db, organizationId, object)
  if (found !== undefined) return found.name
  const what = object.kind === 'user' ? 'person' : 'team'
  throw new AccessError('subjectNotFound', `There is no such ${what}`, { field: 'object' })
}
