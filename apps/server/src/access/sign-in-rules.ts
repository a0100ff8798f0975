import type { JsonObject } from '@rollcall/scim'
import { updateSessionsEnded } from '../db/queries/sessions.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { toSignInSettings, type SignInSettings } from './sign-in-settings.ts'
import { hasWayIn } from './way-in.ts'

type Settings = { readonly id: string; readonly settings: JsonObject }

/**
 * What a change of settings does to those who are signed in: a lockdown ends every session, also that of whoever locks.
 * Only an owner may lock or unlock: nobody else could come in afterwards.
 */
export async function settleSignIn(tx: Queryable, call: Call, before: Settings, after: Settings): Promise<void> {
  const was = toSignInSettings(before.settings)
  const is = toSignInSettings(after.settings)
  if (JSON.stringify(was.methods) !== JSON.stringify(is.methods)) await requireWay(tx, after.id, is)
  if (was.isLockedDown === is.isLockedDown) return
  if (call.rights !== 'all' && !call.rights.permissions.has('owners:manage'))
    throw new AccessError('beyondRights', 'Only an owner locks the organization down or opens it again')
  if (!is.isLockedDown) return
  const { now: at, actor, requestId } = call
  const end = { organizationId: after.id, at, reason: 'lockdown', actor, requestId }
  await updateSessionsEnded(tx, { kind: 'organization' }, end)
}

/** Single sign-on alone needs an identity provider that is on: else nobody could come in any more. */
async function requireWay(tx: Queryable, organizationId: string, signIn: SignInSettings): Promise<void> {
  if (await hasWayIn(tx, organizationId, signIn)) return
  const message =
    'settings.signIn.methods would leave no way to sign in: there is no identity provider that is on. Add one first, or leave password or passkey on'
  throw new AccessError('invalidSettings', message, { field: 'settings.signIn.methods' })
}
