import type { TargetValue } from '@rollcall/expressions'
import { isDn, isWithin } from '../../../ldap/distinguished-name.ts'
import type { LdapSession } from '../../../ldap/session.ts'
import { isUniqueId } from '../../../ldap/unique-id.ts'
import { isSecretAttribute } from '../../../ldap/secret-attributes.ts'
import type { DesiredAttributes } from '../../desired.ts'
import { findNames, type Reading } from './find-entries.ts'
import { requireTls } from './password.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { ownAttributes, toLdapValues, toOneText } from './values.ts'

/** What mappings want, as a directory understands it. */
export type DesiredEntry = {
  /** By the names of the mappings; no values: the attribute goes. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Undefined: no mapping says; null: where new entries go. */
  readonly parent: string | null | undefined
  readonly isDisabled: boolean | undefined
  readonly password: string | undefined
}

/** Keys of other entries become their names. Throws LdapRefusal. */
export async function toDesiredEntry(
  session: LdapSession,
  desired: DesiredAttributes,
  reading: Reading,
): Promise<DesiredEntry> {
  const { settings } = reading
  const attributes = new Map<string, readonly string[]>()
  const own = new Map<string, readonly [name: string, value: TargetValue]>()
  const ownNames: ReadonlySet<string> = new Set(Object.values(ownAttributes))
  for (const [path, value] of Object.entries(desired)) {
    if (ownNames.has(path.toLowerCase())) {
      own.set(path.toLowerCase(), [path, value])
      continue
    }
    const values = toLdapValues(path, value)
    if (values.length > 0 && isSecretAttribute(path)) requireTls(session, path)
    attributes.set(path, values)
  }
  const [parentName, parentValue] = own.get(ownAttributes.parent) ?? ['', undefined]
  const parent = parentValue === undefined ? undefined : (toOneText(parentName, parentValue) ?? null)
  if (typeof parent === 'string') requirePlace(parent, settings)
  return {
    attributes: await withNames(session, attributes, reading),
    parent,
    isDisabled: toBoolean(own.get(ownAttributes.disabled)?.[1]),
    password: toOneText('password', own.get(ownAttributes.password)?.[1]),
  }
}

function requirePlace(dn: string, { baseDn }: LdapSettings): void {
  const attribute = 'parentDistinguishedName'
  if (!isDn(dn))
    throw new LdapRefusal('refused', 'InvalidValue', { message: `"${dn}" is no distinguished name`, attribute })
  if (!isWithin(dn, baseDn))
    throw new LdapRefusal('refused', 'InvalidValue', { message: `${dn} lies outside of ${baseDn}`, attribute })
}

/** Expressions yield texts, as Entra's do: "True", and "1" of Switch([IsSoftDeleted], , "False", "0", "True", "1"). */
function toBoolean(value: TargetValue | undefined): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'boolean') return value
  const text = toOneText('accountDisabled', value) ?? ''
  if (/^(?:true|1)$/i.test(text)) return true
  if (/^(?:false|0)$/i.test(text)) return false
  throw new LdapRefusal('refused', 'InvalidValue', {
    message: 'accountDisabled is neither true nor false',
    attribute: 'accountDisabled',
  })
}

async function withNames(
  session: LdapSession,
  attributes: ReadonlyMap<string, readonly string[]>,
  reading: Reading,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const references = new Set(reading.settings.profile.references.map((name) => name.toLowerCase()))
  const named = [...attributes].filter(([name]) => references.has(name.toLowerCase()))
  const keys = named.flatMap(([, values]) => values).filter(isUniqueId)
  if (keys.length === 0) return attributes
  const names = await findNames(session, keys, reading)
  const resolved = new Map(attributes)
  for (const [name, values] of named) {
    const found = values.flatMap((value) => (isUniqueId(value) ? (names.get(value.toLowerCase()) ?? []) : value))
    // Whose account is gone meanwhile comes again or is mapped anew: nothing is cleared for it.
    if (found.length === 0 && values.length > 0) resolved.delete(name)
    else resolved.set(name, found)
  }
  return resolved
}

/** A name that Windows of long ago takes, which Active Directory tells in numbers otherwise. Throws LdapRefusal. */
export function checkAccountName(attributes: DesiredEntry['attributes'], { isActiveDirectory }: LdapSettings): void {
  if (!isActiveDirectory) return
  for (const [name, [value]] of attributes) {
    if (name.toLowerCase() !== 'samaccountname' || value === undefined) continue
    if (value.length <= accountNameMax && !/["/\\[\]:;|=,+*?<>@]/.test(value)) continue
    throw new LdapRefusal('refused', 'InvalidValue', {
      message: `"${value}" is no sAMAccountName: it has at most ${accountNameMax} characters and none of "/\\[]:;|=,+*?<>@`,
      attribute: name,
    })
  }
}

/** Of people; groups may have more, and are not checked. */
const accountNameMax = 20
