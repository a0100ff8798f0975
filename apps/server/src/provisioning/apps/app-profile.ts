import type { TargetProfileInput } from '@rollcall/admin-api'
import { profileOf } from '../targets/scim/open-target.ts'
import type { App } from './app.ts'

/** How an app that speaks SCIM is spoken to, nothing left out; null: it speaks LDAP. */
export function profileInForce({ preset, target }: Pick<App, 'preset' | 'target'>): TargetProfileInput | null {
  // The copy may be changed; what it is made of are constants.
  return target.kind === 'scim' ? structuredClone(profileOf({ preset, target })) : null
}
