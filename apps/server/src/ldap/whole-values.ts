import type { LdapEntry } from './entry.ts'
import type { LdapSession, LdapValues } from './session.ts'

/**
 * All values of an attribute, also those that a server shows in pieces only: Active Directory answers 1,500 at once under the
 * name `member;range=0-1499`.
 */
export async function readWholeValues(
  session: LdapSession,
  entry: LdapEntry,
  attribute: string,
  signal?: AbortSignal,
): Promise<LdapValues> {
  const first = entry.attributes.get(attribute.toLowerCase())
  const values = [...(first?.values ?? [])]
  for (let from = first?.nextFrom; from !== undefined;) {
    const [piece] = await session.search(
      {
        base: entry.dn,
        scope: 'base',
        filter: { kind: 'present', attribute: 'objectClass' },
        attributes: [`${attribute};range=${from}-*`],
      },
      signal,
    )
    const more = piece?.attributes.get(attribute.toLowerCase())
    values.push(...(more?.values ?? []))
    from = more === undefined || more.values.length === 0 ? undefined : more.nextFrom
  }
  return values
}
