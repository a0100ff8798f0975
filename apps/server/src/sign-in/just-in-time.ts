import type { Call } from '../access/call.ts'
import { getRole, refuseBeyond } from '../access/roles.ts'
import { selectIsScimOn } from '../db/queries/scim-state.ts'
import type { Queryable } from '../db/pool.ts'

/** Whether accounts of the organization come over SCIM at the moment. */
export function isScimOn(db: Queryable, organizationId: string, now: Date): Promise<boolean> {
  return selectIsScimOn(db, organizationId, now)
}

export type JustInTime = {
  readonly enabled: boolean
  /** Id of the role of new accounts; null: the plain one. */
  readonly role: string | null
}

/**
 * What a change makes of it, with the id of the role, since names change. The role must be one, and none that whoever sets it
 * may not give. One that stood there before may be gone or beyond: that keeps nobody from changing something else.
 * Throws `roleNotFound`, `beyondRights`.
 */
export async function settleJustInTime(
  tx: Queryable,
  call: Call,
  change: {
    readonly organizationId: string
    readonly type: 'saml' | 'oidc'
    /** Undefined: there was no identity provider. */
    readonly before: JustInTime | undefined
    readonly after: JustInTime
  },
): Promise<JustInTime> {
  const { organizationId, type, before, after } = change
  if (after.role === null || after.role === before?.role) return after
  const field = `${type}.justInTime.role`
  const { id: role, permissions } = await getRole(tx, organizationId, after.role, field)
  if (role !== before?.role) refuseBeyond(call, permissions, field)
  return { ...after, role }
}

/** Whether a sign-in makes accounts, and why (AC-D29, AC-G35). */
export function explainJustInTime(
  settings: { readonly enabled: boolean },
  scimIsOn: boolean,
): { readonly works: boolean; readonly explanation: string } {
  if (!settings.enabled)
    return { works: false, explanation: 'Off: whoever has no account is refused. This is right wherever SCIM is used.' }
  if (scimIsOn)
    return {
      works: false,
      explanation:
        'Blocked: SCIM is on, so accounts come from provisioning and a sign-in creates nobody. Switch this setting off, or disable the SCIM connection and revoke its keys if accounts shall come from sign-ins.',
    }
  return { works: true, explanation: 'On: whoever the identity provider lets in and who has no account gets one.' }
}
