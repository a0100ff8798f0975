import type { Queryable } from '../pool.ts'
import type { ObjectKind } from './provisioning-work.ts'

const names = {
  user: 'select display as name from users where organization_id = $1 and id = $2',
  team: 'select display as name from teams where organization_id = $1 and id = $2',
} as const

/** How people call it; undefined: there is none. */
export async function selectObjectName(
  db: Queryable,
  organizationId: string,
  object: { readonly kind: ObjectKind; readonly id: string },
): Promise<{ readonly name: string | null } | undefined> {
  const { rows } = await db.query<{ name: string | null }>({ text: names[object.kind] }, [organizationId, object.id])
  return rows[0]
}
