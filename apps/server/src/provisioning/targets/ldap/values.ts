import type { TargetValue } from '@rollcall/expressions'
import type { Json, JsonObject } from '@rollcall/scim'
import { parentOf, parseDn } from '../../../ldap/distinguished-name.ts'
import type { LdapEntry } from '../../../ldap/entry.ts'
import type { LdapValues } from '../../../ldap/session.ts'
import { uniqueIdOf } from '../../../ldap/unique-id.ts'
import { hidden, isSecretAttribute } from '../../../ldap/secret-attributes.ts'
import type { TargetObject } from '../target.ts'
import { isDisabled } from './account-state.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'

/** What mappings write that is no attribute of an entry: where it stands, whether it can be used, its password. */
export const ownAttributes = {
  parent: 'parentdistinguishedname',
  disabled: 'accountdisabled',
  password: 'password',
} as const

const unwritable: ReadonlySet<string> = new Set([
  'distinguishedname',
  'dn',
  'objectguid',
  'entryuuid',
  'member',
  'uniquemember',
])

/** Texts as LDAP writes them (RFC 4517); nothing is no value. Throws LdapRefusal. */
export function toLdapValues(attribute: string, value: TargetValue): readonly string[] {
  if (unwritable.has(attribute.toLowerCase()))
    throw new LdapRefusal('refused', 'Immutable', {
      message: `${attribute} is kept by the directory and is not written by mappings`,
      attribute,
    })
  const all: readonly TargetValue[] = isList(value) ? value : [value]
  const texts = all.flatMap((item): readonly string[] => {
    if (item === null || item === '') return []
    if (typeof item === 'boolean') return [item ? 'TRUE' : 'FALSE']
    if (typeof item === 'object')
      throw new LdapRefusal('refused', 'InvalidValue', { message: `${attribute} has parts; LDAP has texts`, attribute })
    return [String(item)]
  })
  return [...new Set(texts)]
}

function isList(value: TargetValue): value is readonly TargetValue[] {
  return Array.isArray(value)
}

/** The one text of an attribute; undefined: it has none. */
export function toOneText(attribute: string, value: TargetValue | undefined): string | undefined {
  return value === undefined ? undefined : toLdapValues(attribute, value)[0]
}

/** Everything of an entry that mappings may write, under the names that they write it by. Throws LdapRefusal. */
export function toTargetObject(
  entry: LdapEntry,
  settings: LdapSettings,
  shown: { readonly references?: ReadonlyMap<string, string>; readonly members?: readonly string[] } = {},
): TargetObject {
  const key = uniqueIdOf(entry, settings.idAttribute)
  if (key === undefined)
    throw new LdapRefusal('broken', 'NotLdap', {
      message: `The directory does not show ${settings.idAttribute}, which entries are known by`,
    })
  const references = new Set(settings.profile.references.map((name) => name.toLowerCase()))
  const resource: Record<string, Json> = { id: key, distinguishedName: entry.dn }
  for (const [folded, { name, values }] of entry.attributes) {
    if (folded === settings.idAttribute.toLowerCase() || isMembers(folded)) continue
    if (isSecretAttribute(name)) {
      // That there is one may matter to a mapping.
      resource[name] = hidden
      continue
    }
    const texts = values.map(toShown)
    const keys = references.has(folded) ? texts.map((dn) => shown.references?.get(dn) ?? dn) : texts
    resource[name] = keys.length === 1 ? (keys[0] ?? null) : keys
  }
  resource['parentDistinguishedName'] = parentOf(entry.dn)
  resource['accountDisabled'] = isDisabled(entry, settings)
  if (shown.members !== undefined) resource['members'] = shown.members.map((value) => ({ value }))
  return { key, name: nameOf(entry), resource: resource satisfies JsonObject }
}

function isMembers(folded: string): boolean {
  return folded === 'member' || folded === 'uniquemember'
}

function toShown(value: LdapValues[number]): string {
  return typeof value === 'string' ? value : value.toString('base64')
}

/** The name that entries have beside others of their place. */
function nameOf({ dn }: LdapEntry): string {
  return parseDn(dn)?.[0]?.[0]?.value ?? dn
}
