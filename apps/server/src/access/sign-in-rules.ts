import type { JsonObject } from '@rollcall/scim'
import { updateSessionsEnded } from '../db/queries/sessions.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { toSignInSettings } from './sign-in-settings.ts'

type Settings = { readonly id: string; readonly settings: JsonObject }

/**
 * What a change of settings does to those who are signed in: a lockdown ends every session, also that of whoever locks.
 * Only an owner may lock or unlock: nobody else could come in afterwards.
 */
export async function settleSignIn(tx: Queryable, call: Call, before: Settings, after: Settings): Promise<void> {
  const was = toSignInSettings(before.settings)
  const is = toSignInSettings(after.settings)
  if (was.isLockedDown === is.isLockedDown) return
  if (call.rights !== 'all' && !call.rights.permissions.has('owners:manage'))
    throw new AccessError('beyondRights', 'Only an owner locks the organization down or opens it again')
  if (!is.isLockedDown) return
  const { now: at, actor, requestId } = call
  const end = { organizationId: after.id, at, reason: 'lockdown', actor, requestId }
  await updateSessionsEnded(tx, { kind: 'organization' }, end)
}
