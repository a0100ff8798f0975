import { printRdn } from '../../../ldap/distinguished-name.ts'
import { isResult } from '../../../ldap/ldap-error.ts'
import type { LdapSession, LdapValues } from '../../../ldap/session.ts'
import type { DesiredAttributes } from '../../desired.ts'
import type { ObjectKind } from '../../object.ts'
import { rehearsedKey } from '../../trace/rehearsal-transport.ts'
import type { TargetObject } from '../target.ts'
import { newAccountControl, userAccountControl } from './account-state.ts'
import { checkAccountName, type DesiredEntry, toDesiredEntry } from './desired-entry.ts'
import { attributesOf, type Reading } from './find-entries.ts'
import { createPassword, toPasswordValue } from './password.ts'
import { HalfDone, LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { toTargetObject } from './values.ts'

export type Writing = Reading & { readonly isRehearsal: boolean }

/** Global security groups (MS-ADTS §2.2.12). */
const defaultGroupType = '-2147483646'
const enabledBitOff = 2

/** Active Directory: disabled, with all attributes, then enabled. Throws LdapError, LdapRefusal, HalfDone. */
export async function createEntry(
  session: LdapSession,
  kind: ObjectKind,
  { desired, writing }: { readonly desired: DesiredAttributes; readonly writing: Writing },
): Promise<TargetObject> {
  const { settings, signal, isRehearsal } = writing
  const wanted = await toDesiredEntry(session, desired, writing)
  if (kind === 'user') checkAccountName(wanted.attributes, settings)
  const dn = `${printRdn(...nameOf(kind, wanted, settings))},${placeOf(kind, wanted, settings)}`
  const attributes = toNewAttributes(session, kind, { wanted, settings })
  await add(session, { dn, attributes, signal })
  if (isRehearsal) return { key: rehearsedKey, resource: { id: rehearsedKey, distinguishedName: dn } }
  try {
    if (kind === 'user' && settings.isActiveDirectory && wanted.isDisabled !== true)
      await enable(session, dn, { attributes, signal })
    const [entry] = await session.search(
      {
        base: dn,
        scope: 'base',
        filter: { kind: 'present', attribute: 'objectClass' },
        attributes: attributesOf(kind, settings, Object.keys(desired)),
      },
      signal,
    )
    if (entry === undefined) throw new LdapRefusal('missing', 'Vanished', { message: `${dn} is gone again` })
    return toTargetObject(entry, settings, { references: keysByName(desired, wanted) })
  } catch (error) {
    throw new HalfDone(error)
  }
}

function nameOf(
  kind: ObjectKind,
  { attributes }: DesiredEntry,
  { profile }: LdapSettings,
): readonly [type: string, value: string] {
  const rdn = kind === 'user' ? profile.userRdn : profile.groupRdn
  const found = [...attributes].find(([name]) => name.toLowerCase() === rdn.toLowerCase())
  const [value] = found?.[1] ?? []
  if (value !== undefined) return [rdn, value]
  throw new LdapRefusal('refused', 'RequiredValueMissing', {
    message: `${rdn} names the entry and has no value`,
    attribute: rdn,
  })
}

function placeOf(kind: ObjectKind, { parent, isDisabled }: DesiredEntry, settings: LdapSettings): string {
  const { usersDn, groupsDn, profile } = settings
  if (kind === 'team') return parent ?? groupsDn
  return isDisabled === true && profile.disabledDn !== null ? profile.disabledDn : (parent ?? usersDn)
}

function toNewAttributes(
  session: LdapSession,
  kind: ObjectKind,
  { wanted, settings }: { readonly wanted: DesiredEntry; readonly settings: LdapSettings },
): ReadonlyMap<string, LdapValues> {
  const { isActiveDirectory, profile } = settings
  const attributes = new Map<string, LdapValues>([...wanted.attributes].filter(([, values]) => values.length > 0))
  const has = (wantedName: string): boolean =>
    [...attributes.keys()].some((name) => name.toLowerCase() === wantedName.toLowerCase())
  const give = (name: string, values: LdapValues): void => {
    if (!has(name)) attributes.set(name, values)
  }
  give('objectClass', kind === 'user' ? profile.userClasses : profile.groupClasses)
  if (kind === 'team') {
    if (isActiveDirectory) give('groupType', [defaultGroupType])
    if (profile.placeholderMember !== null) give(profile.memberAttribute, [profile.placeholderMember])
    return attributes
  }
  const password = wanted.password ?? (profile.initialPassword === 'random' ? createPassword() : undefined)
  if (password !== undefined) {
    const { attribute, values } = toPasswordValue(password, session, isActiveDirectory)
    attributes.set(attribute, values)
  }
  if (isActiveDirectory) give(userAccountControl, [newAccountControl])
  else if (wanted.isDisabled === true && profile.disabledBy !== null)
    give(profile.disabledBy.attribute, [profile.disabledBy.disabled])
  return attributes
}

async function add(
  session: LdapSession,
  entry: {
    readonly dn: string
    readonly attributes: ReadonlyMap<string, LdapValues>
    readonly signal: AbortSignal | undefined
  },
): Promise<void> {
  try {
    await session.add(entry.dn, entry.attributes, entry.signal)
  } catch (error) {
    // Of an entry that is not there yet, only what is above it can be missing.
    if (!isResult(error, 'noSuchObject')) throw error
    const message = `The place of ${entry.dn} is not there: ${error.message}`
    throw new LdapRefusal('refused', 'InvalidValue', { message, attribute: 'parentDistinguishedName', cause: error })
  }
}

async function enable(
  session: LdapSession,
  dn: string,
  about: { readonly attributes: ReadonlyMap<string, LdapValues>; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const [given] = about.attributes.get(userAccountControl) ?? [newAccountControl]
  const enabled = String(Number(given) & ~enabledBitOff)
  await session.modify(dn, [{ operation: 'replace', attribute: userAccountControl, values: [enabled] }], {
    signal: about.signal,
  })
}

/** The keys that were asked for, by the names that they became. */
export function keysByName(desired: DesiredAttributes, { attributes }: DesiredEntry): ReadonlyMap<string, string> {
  return new Map(
    [...attributes].flatMap(([name, values]) => {
      const given = desired[name]
      const [only] = values
      return typeof given === 'string' && only !== undefined && only !== given ? [[only, given] as const] : []
    }),
  )
}
