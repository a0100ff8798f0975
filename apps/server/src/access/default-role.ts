import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { findRole, refuseBeyond } from './roles.ts'

/**
 * The default role in new settings of a connection must be one, and none that whoever sets it may not give.
 * Throws `invalidSettings`, `beyondRights`.
 */
export async function checkDefaultRole(
  tx: Queryable,
  call: Call,
  change: { readonly organizationId: string; readonly before: JsonObject; readonly after: JsonObject },
): Promise<void> {
  const name = defaultRoleOf(change.after)
  if (name === undefined || name === defaultRoleOf(change.before)) return
  const field = 'settings.roles.default'
  const role = await findRole(tx, change.organizationId, name)
  if (role === undefined)
    throw new AccessError('invalidSettings', `${field}: there is no role "${name.slice(0, 80)}"`, { field })
  refuseBeyond(call, role.permissions, field)
}

function defaultRoleOf({ roles }: JsonObject): string | undefined {
  const name = isJsonObject(roles) ? roles['default'] : undefined
  return typeof name === 'string' ? name : undefined
}
