import { selectIsScimOn } from '../db/queries/scim-state.ts'
import type { Queryable } from '../db/pool.ts'

/** Whether accounts of the organization come over SCIM at the moment. */
export function isScimOn(db: Queryable, organizationId: string, now: Date): Promise<boolean> {
  return selectIsScimOn(db, organizationId, now)
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
