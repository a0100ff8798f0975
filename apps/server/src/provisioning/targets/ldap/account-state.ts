import type { LdapChange } from '../../../ldap/session.ts'
import { type LdapEntry, textOf } from '../../../ldap/entry.ts'
import { isWithin } from '../../../ldap/distinguished-name.ts'
import type { LdapSettings } from './settings.ts'

/** MS-ADTS §2.2.16: ADS_UF_ACCOUNTDISABLE and ADS_UF_NORMAL_ACCOUNT. */
const disabledBit = 0x2
const normalAccount = 0x200

export const userAccountControl = 'userAccountControl'

/** The value of a new account: nobody signs in before all of it is written. */
export const newAccountControl = String(normalAccount | disabledBit)

export function isDisabled(entry: LdapEntry, { isActiveDirectory, profile }: LdapSettings): boolean {
  const { disabledBy, disabledDn } = profile
  if (disabledDn !== null && isWithin(entry.dn, disabledDn)) return true
  if (isActiveDirectory) return (controlOf(entry) & disabledBit) !== 0
  return disabledBy !== null && textOf(entry, disabledBy.attribute)?.toLowerCase() === disabledBy.disabled.toLowerCase()
}

/** What of the attributes has to change; undefined: nothing. Other bits of the account stay as they are. */
export function toStateChange(
  entry: LdapEntry,
  willBeDisabled: boolean,
  { isActiveDirectory, profile: { disabledBy } }: LdapSettings,
): LdapChange | undefined {
  if (isActiveDirectory) {
    const control = controlOf(entry)
    const wanted = willBeDisabled ? control | disabledBit : control & ~disabledBit
    if (wanted === control) return undefined
    return { operation: 'replace', attribute: userAccountControl, values: [String(wanted)] }
  }
  if (disabledBy === null) return undefined
  const { attribute, disabled, enabled } = disabledBy
  const wanted = willBeDisabled ? disabled : enabled
  if ((textOf(entry, attribute) ?? null) === wanted) return undefined
  return { operation: 'replace', attribute, values: wanted === null ? [] : [wanted] }
}

function controlOf(entry: LdapEntry): number {
  const control = Number(textOf(entry, userAccountControl) ?? normalAccount)
  return Number.isInteger(control) ? control : normalAccount
}
