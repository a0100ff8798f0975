import { foldDn } from '../../../ldap/distinguished-name.ts'
import { isResult } from '../../../ldap/ldap-error.ts'
import type { LdapChange, LdapSession } from '../../../ldap/session.ts'
import { readWholeValues } from '../../../ldap/whole-values.ts'
import type { MemberChange } from '../target.ts'
import { findByKey, findNames, type Reading } from './find-entries.ts'
import { LdapRefusal } from './refusal.ts'
import { gone } from './update-entry.ts'

type Names = { readonly add: readonly string[]; readonly remove: readonly string[] }

/**
 * Adds and removes members of one group. Who is in already, or gone already, is no failure: Active Directory is told so by a
 * control, elsewhere what differs is found out. Throws LdapError, LdapRefusal.
 */
export async function changeMembers(session: LdapSession, change: MemberChange, reading: Reading): Promise<void> {
  const { settings, signal } = reading
  const { isActiveDirectory, idAttribute } = settings
  const group = await findByKey(session, change.key, { settings, signal, attributes: [idAttribute] })
  if (group === undefined) throw gone(change.key)
  const found = await findNames(session, [...change.add, ...change.remove], reading)
  const lacking = change.add.filter((key) => !found.has(key.toLowerCase()))
  if (lacking.length > 0)
    throw new LdapRefusal('missing', 'Vanished', {
      message: `${lacking.length} of the members are not in the directory`,
    })
  const names: Names = {
    add: toNames(found, change.add),
    // Who is gone is in no group any more.
    remove: toNames(found, change.remove),
  }
  const changes = toChanges(names, reading)
  if (changes.length === 0) return
  try {
    await session.modify(group.dn, changes, { isPermissive: isActiveDirectory, signal })
  } catch (error) {
    const isKnown = isResult(error, 'attributeOrValueExists') || isResult(error, 'noSuchAttribute')
    if (isKnown && !isActiveDirectory) return changeRest(session, group.dn, { names, reading })
    if (!isResult(error, 'objectClassViolation') || settings.profile.placeholderMember === null) throw error
    await changeWithPlaceholder(session, group.dn, { changes, reading })
  }
}

function toNames(found: ReadonlyMap<string, string>, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => found.get(key.toLowerCase()) ?? [])
}

function toChanges({ add, remove }: Names, { settings }: Reading): readonly LdapChange[] {
  const { memberAttribute: attribute } = settings.profile
  return [
    ...(add.length === 0 ? [] : [{ operation: 'add', attribute, values: add } as const]),
    ...(remove.length === 0 ? [] : [{ operation: 'delete', attribute, values: remove } as const]),
  ]
}

/** One of many was in already, or gone: the rest is sent. */
async function changeRest(
  session: LdapSession,
  dn: string,
  { names, reading }: { readonly names: Names; readonly reading: Reading },
): Promise<void> {
  const { settings, signal } = reading
  const { memberAttribute } = settings.profile
  const [group] = await session.search(
    {
      base: dn,
      scope: 'base',
      filter: { kind: 'present', attribute: 'objectClass' },
      attributes: [memberAttribute],
    },
    signal,
  )
  const values = group === undefined ? [] : await readWholeValues(session, group, memberAttribute, signal)
  const has = new Set(values.map((value) => foldDn(String(value))))
  const rest = {
    add: names.add.filter((name) => !has.has(foldDn(name))),
    remove: names.remove.filter((name) => has.has(foldDn(name))),
  }
  const changes = toChanges(rest, reading)
  if (changes.length > 0) await session.modify(dn, changes, { signal })
}

/** A group that others made, and that may not be empty, gets somebody who is nobody. */
async function changeWithPlaceholder(
  session: LdapSession,
  dn: string,
  { changes, reading }: { readonly changes: readonly LdapChange[]; readonly reading: Reading },
): Promise<void> {
  const { settings, signal } = reading
  const { memberAttribute: attribute, placeholderMember } = settings.profile
  const values = placeholderMember === null ? [] : [placeholderMember]
  await session.modify(dn, [{ operation: 'add', attribute, values }, ...changes], { signal })
}
