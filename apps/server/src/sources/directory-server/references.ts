import { foldDn } from '../../ldap/distinguished-name.ts'
import { isResult } from '../../ldap/ldap-error.ts'
import { anchorOf, toColumns } from './columns.ts'
import type { DirectoryRead } from './directory-read.ts'

/** Whom names in the tree mean, by what names their records. */
export type References = {
  anchorOf(dn: string): Promise<string | undefined>
  /** Told of an entry that was read anyway. */
  learn(dn: string, anchor: string): void
}

/** So many are remembered; those of managers are asked for again and again. */
const rememberedMax = 100_000

export function createReferences(read: DirectoryRead): References {
  const remembered = new Map<string, string | undefined>()
  const remember = (key: string, anchor: string | undefined): void => {
    const [oldest] = remembered.keys()
    if (remembered.size >= rememberedMax && oldest !== undefined) remembered.delete(oldest)
    remembered.set(key, anchor)
  }
  return {
    learn: (dn, anchor) => remember(foldDn(dn), anchor),
    anchorOf: async (dn) => {
      const key = foldDn(dn)
      if (remembered.has(key)) return remembered.get(key)
      const anchor = await look(read, dn)
      remember(key, anchor)
      return anchor
    },
  }
}

/** Undefined: there is none, or none that we may see. Throws LdapError. */
async function look({ session, source, signal }: DirectoryRead, dn: string): Promise<string | undefined> {
  const search = {
    base: dn,
    scope: 'base',
    filter: { kind: 'present', attribute: 'objectClass' },
    attributes: [source.idAttribute, ...(source.anchor === source.idAttribute ? [] : [source.anchor])],
  } as const
  try {
    const [entry] = await session.search(search, signal)
    return entry === undefined ? undefined : anchorOf(toColumns(entry, source), source)
  } catch (error) {
    const names = ['noSuchObject', 'invalidDnSyntax', 'insufficientAccessRights', 'referral'] as const
    if (names.some((name) => isResult(error, name))) return undefined
    throw error
  }
}
