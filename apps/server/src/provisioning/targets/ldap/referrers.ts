import type { LdapFilter } from '../../../ldap/filters.ts'
import { foldDn } from '../../../ldap/distinguished-name.ts'
import { textsOf } from '../../../ldap/entry.ts'
import { isResult } from '../../../ldap/ldap-error.ts'
import type { LdapChange, LdapSession } from '../../../ldap/session.ts'
import { below, type Reading } from './find-entries.ts'

/** An entry that names another, and by which attributes, with the names as they stand there. */
export type Referrer = {
  readonly dn: string
  readonly values: readonly { readonly attribute: string; readonly value: string }[]
}

/**
 * Who names an entry: groups, and people whose manager it is. Active Directory keeps such names right by itself, OpenLDAP only
 * with an overlay: elsewhere whoever is renamed falls out of all groups, and whoever is deleted stays in them.
 */
export async function findReferrers(session: LdapSession, dn: string, reading: Reading): Promise<readonly Referrer[]> {
  const { settings, signal } = reading
  if (settings.isActiveDirectory) return []
  const { memberAttribute, references } = settings.profile
  const attributes = [memberAttribute, ...references]
  const filters = attributes.map((attribute): LdapFilter => ({ kind: 'equal', attribute, value: dn }))
  const found = await session.search({ ...below(settings), filter: { kind: 'any', filters }, attributes }, signal)
  const folded = foldDn(dn)
  return found.map((entry) => ({
    dn: entry.dn,
    values: attributes.flatMap((attribute) =>
      textsOf(entry, attribute)
        .filter((value) => foldDn(value) === folded)
        .map((value) => ({ attribute, value })),
    ),
  }))
}

/** Before an entry is renamed: they name it by its coming name too, so that it is in its groups at any moment. */
export async function addNewName(
  session: LdapSession,
  referrers: readonly Referrer[],
  { dn, signal }: { readonly dn: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  for (const referrer of referrers) {
    const changes = referrer.values.map(({ attribute }): LdapChange => ({ operation: 'add', attribute, values: [dn] }))
    await unlessDone(() => session.modify(referrer.dn, changes, { signal }))
  }
}

/** Who names it may be renamed itself at the same time: looked for so often. */
const roundsMax = 3

/** After it was renamed: nobody names it by its last name any more. */
export async function replaceName(
  session: LdapSession,
  { last, next }: { readonly last: string; readonly next: string },
  reading: Reading,
): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const referrers = await findReferrers(session, last, reading)
    if (referrers.length === 0) return
    await addNewName(session, referrers, { dn: next, signal: reading.signal })
    await removeOldName(session, referrers, reading)
  }
}

/** They name it by that name no more; a group that may not be empty gets somebody who is nobody. */
export async function removeOldName(
  session: LdapSession,
  referrers: readonly Referrer[],
  { settings, signal }: Reading,
): Promise<void> {
  const { memberAttribute, placeholderMember } = settings.profile
  for (const { dn, values } of referrers) {
    const changes = values.map(({ attribute, value }): LdapChange => ({
      operation: 'delete',
      attribute,
      values: [value],
    }))
    await unlessDone(async () => {
      try {
        await session.modify(dn, changes, { signal })
      } catch (error) {
        if (!isResult(error, 'objectClassViolation') || placeholderMember === null) throw error
        const stay: LdapChange = { operation: 'add', attribute: memberAttribute, values: [placeholderMember] }
        await session.modify(dn, [stay, ...changes], { signal })
      }
    })
  }
}

/** An overlay of the directory may have been faster, or somebody else. */
async function unlessDone(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    const isDone = (['attributeOrValueExists', 'noSuchAttribute', 'noSuchObject'] as const).some((name) =>
      isResult(error, name),
    )
    if (!isDone) throw error
  }
}
