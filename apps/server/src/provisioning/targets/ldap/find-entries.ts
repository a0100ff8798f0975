import type { LdapEntry } from '../../../ldap/entry.ts'
import { foldDn } from '../../../ldap/distinguished-name.ts'
import type { LdapFilter } from '../../../ldap/filters.ts'
import { isResult } from '../../../ldap/ldap-error.ts'
import type { LdapSearch, LdapSession } from '../../../ldap/session.ts'
import { isUniqueId, toUniqueIdValue, uniqueIdOf } from '../../../ldap/unique-id.ts'
import type { ObjectKind } from '../../object.ts'
import type { MatchQuery } from '../target.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { toLdapValues } from './values.ts'

/** What of an entry is asked for. */
export type Reading = { readonly settings: LdapSettings; readonly signal: AbortSignal | undefined }

/** Read of groups: `*` would bring their members along. */
const groupAttributes = [
  'objectClass',
  'cn',
  'displayName',
  'description',
  'mail',
  'mailNickname',
  'info',
  'o',
  'ou',
  'owner',
  'managedBy',
  'businessCategory',
  'sAMAccountName',
  'groupType',
  'gidNumber',
  'name',
  'proxyAddresses',
]

export function attributesOf(
  kind: ObjectKind,
  settings: LdapSettings,
  also: readonly string[] = [],
): readonly string[] {
  const { idAttribute, profile } = settings
  // Attributes of operation come only by name, and so does what password policies write.
  const state = profile.disabledBy === null ? [] : [profile.disabledBy.attribute]
  const usual = kind === 'user' ? ['*', ...state] : [...groupAttributes, ...profile.groupAttributes, ...also]
  return [...new Set([...usual, idAttribute])]
}

/** The entries of a kind. */
export function filterOf(kind: ObjectKind, { profile }: LdapSettings): LdapFilter {
  return { kind: 'text', text: kind === 'user' ? profile.userFilter : profile.groupFilter }
}

/** All of these attributes equal. Throws LdapRefusal. */
export function toMatchFilter(kind: ObjectKind, query: MatchQuery, settings: LdapSettings): LdapFilter {
  const tests = query.flatMap(({ attribute, value }): readonly LdapFilter[] => {
    const [text, ...others] = toSearched(attribute, value)
    if (text === undefined || others.length > 0)
      throw new LdapRefusal('refused', 'InvalidValue', { message: `${attribute} is searched by one value`, attribute })
    return [toTest(kind, attribute, text, settings)]
  })
  return { kind: 'all', filters: [filterOf(kind, settings), ...tests] }
}

function toSearched(attribute: string, value: MatchQuery[number]['value']): readonly string[] {
  return isId(attribute) && typeof value === 'string' ? [value] : toLdapValues(attribute, value)
}

export function isId(attribute: string): boolean {
  return /^(?:entryUUID|objectGUID)$/i.test(attribute)
}

function toTest(kind: ObjectKind, attribute: string, text: string, settings: LdapSettings): LdapFilter {
  if (isId(attribute)) return toIdFilter(text, settings)
  return { kind: 'equal', attribute: searchedAs(kind, attribute, settings), value: text }
}

/** Whoever looks for a group by the name that people know need not know what the directory calls it. */
export function searchedAs(kind: ObjectKind, attribute: string, settings: LdapSettings): string {
  const isName = kind === 'team' && attribute.toLowerCase() === 'displayname' && !settings.isActiveDirectory
  return isName ? settings.profile.groupRdn : attribute
}

function toIdFilter(key: string, { idAttribute }: LdapSettings): LdapFilter {
  return { kind: 'equal', attribute: idAttribute, value: toUniqueIdValue(key, idAttribute) }
}

/** The entry that is known by a key, wherever it stands by now; undefined: it is gone. */
export async function findByKey(
  session: LdapSession,
  key: string,
  { settings, signal, attributes }: Reading & { readonly attributes: readonly string[] },
): Promise<LdapEntry | undefined> {
  if (!isUniqueId(key)) return undefined
  const [entry] = await session.search(
    { ...below(settings), filter: toIdFilter(key, settings), attributes, entriesMax: 1 },
    signal,
  )
  return entry
}

export function below({ baseDn }: LdapSettings): Pick<LdapSearch, 'base' | 'scope'> {
  return { base: baseDn, scope: 'sub' }
}

const keysPerSearch = 100

/** Names of entries by their keys; who is not there is left out. */
export async function findNames(
  session: LdapSession,
  keys: readonly string[],
  { settings, signal }: Reading,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const known = keys.filter(isUniqueId)
  for (let at = 0; at < known.length; at += keysPerSearch) {
    const filters = known.slice(at, at + keysPerSearch).map((key) => toIdFilter(key, settings))
    const attributes = [settings.idAttribute]
    const found = await session.search({ ...below(settings), filter: { kind: 'any', filters }, attributes }, signal)
    for (const entry of found) names.set(uniqueIdOf(entry, settings.idAttribute) ?? '', entry.dn)
  }
  return names
}

/** So many are asked for one by one; for more the whole tree is gone through, names and ids only. */
const singlesMax = 100

/** Keys of entries by their names, as they are given; who is not there is left out. */
export async function findKeys(
  session: LdapSession,
  names: readonly string[],
  { settings, signal }: Reading,
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>()
  const note = (dn: string, entry: LdapEntry | undefined): void => {
    const key = entry && uniqueIdOf(entry, settings.idAttribute)
    if (key !== undefined) keys.set(dn, key)
  }
  if (names.length <= singlesMax) {
    for (const dn of names) note(dn, await readOne(session, dn, { settings, signal }))
    return keys
  }
  const wanted = new Map(names.map((dn) => [foldDn(dn), dn]))
  const search = { ...below(settings), filter: anything, attributes: [settings.idAttribute] }
  const pages = session.pages(search, settings.profile.pageSize)
  for (let page = await pages.next(signal); page !== undefined; page = await pages.next(signal))
    for (const entry of page) {
      const dn = wanted.get(foldDn(entry.dn))
      if (dn !== undefined) note(dn, entry)
    }
  return keys
}

const anything: LdapFilter = { kind: 'present', attribute: 'objectClass' }

async function readOne(
  session: LdapSession,
  dn: string,
  { settings, signal }: Reading,
): Promise<LdapEntry | undefined> {
  try {
    const attributes = [settings.idAttribute]
    const [entry] = await session.search({ base: dn, scope: 'base', filter: anything, attributes }, signal)
    return entry
  } catch (error) {
    // A placeholder, or somebody who is gone: neither has a key.
    if (isResult(error, 'noSuchObject') || isResult(error, 'invalidDnSyntax') || isResult(error, 'referral'))
      return undefined
    throw error
  }
}
