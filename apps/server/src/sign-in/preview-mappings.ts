import { countUnlinkedPeople, selectLinkedPeople, type LinkedPerson } from '../db/queries/identity-links.ts'
import type { SealedIdentityProvider } from '../db/queries/identity-providers.ts'
import type { Queryable } from '../db/pool.ts'
import { nameRoles, proposeRoles, type MappingSetCommand } from './change-mappings.ts'
import { fromStoredAttributes, matchMappings, toSignInMappings, type MappingSet } from './mappings.ts'

/** So many people are looked at, those who signed in last first. */
const peopleMax = 20_000
/** So many are named; the counts tell of all. */
const namedPeopleMax = 1_000

type NamedRole = { readonly id: string; readonly name: string }

export type PreviewedPerson = Omit<LinkedPerson, 'attributes' | 'roleIds'> & {
  readonly gains: readonly NamedRole[]
  readonly loses: readonly NamedRole[]
  readonly keeps: readonly NamedRole[]
  readonly losesAllRoles: boolean
  readonly withoutSignIn: boolean
}

export type SignInMappingPreview = {
  readonly counts: {
    readonly people: number
    readonly losingAllRoles: number
    readonly withoutSignIn: number
    readonly unknown: number
  }
  readonly warnings: readonly string[]
  readonly people: readonly PreviewedPerson[]
}

/** What the next sign-in of everybody would do, by the values that came with the last one; the endangered come first (AC-D31). */
export async function previewSignInMappings(
  db: Queryable,
  provider: SealedIdentityProvider,
  command: MappingSetCommand,
): Promise<SignInMappingPreview> {
  const { organizationId, id: providerId } = provider
  const proposed = await proposeRoles(db, organizationId, toSignInMappings(provider.mappings), command)
  const linked = await selectLinkedPeople(db, { organizationId, providerId, rowsMax: peopleMax })
  const names = await nameRoles(db, organizationId, [
    ...linked.flatMap(({ roleIds }) => roleIds),
    ...proposed.mappings.map(({ targetId }) => targetId),
  ])
  const concerned = linked
    .map((person) => judge(person, proposed, names))
    .filter(({ gains, loses, withoutSignIn }) => withoutSignIn || gains.length > 0 || loses.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
  const counts = {
    people: concerned.length,
    losingAllRoles: concerned.filter(({ losesAllRoles }) => losesAllRoles).length,
    withoutSignIn: concerned.filter(({ withoutSignIn }) => withoutSignIn).length,
    unknown: await countUnlinkedPeople(db, { organizationId, providerId }),
  }
  return { counts, warnings: warn(proposed, counts), people: concerned.slice(0, namedPeopleMax) }
}

function judge(person: LinkedPerson, proposed: MappingSet, names: ReadonlyMap<string, string>): PreviewedPerson {
  const { attributes, roleIds, ...known } = person
  const matched = matchMappings(proposed, fromStoredAttributes(attributes)).filter((id) => names.has(id))
  const later = proposed.isOn ? matched : roleIds
  const named = (ids: readonly string[]): readonly NamedRole[] => ids.map((id) => ({ id, name: names.get(id) ?? '' }))
  return {
    ...known,
    gains: named(later.filter((id) => !roleIds.includes(id))),
    loses: named(roleIds.filter((id) => !later.includes(id))),
    keeps: named(roleIds.filter((id) => later.includes(id))),
    losesAllRoles: roleIds.length > 0 && later.length === 0,
    withoutSignIn: proposed.isOn && later.length === 0,
  }
}

function rank({ losesAllRoles, withoutSignIn, loses }: PreviewedPerson): number {
  if (losesAllRoles) return 0
  if (withoutSignIn) return 1
  return loses.length > 0 ? 2 : 3
}

function warn({ isOn }: MappingSet, counts: SignInMappingPreview['counts']): readonly string[] {
  if (!isOn) return []
  const { losingAllRoles, withoutSignIn, unknown } = counts
  return [
    ...(losingAllRoles > 0 ? [`${losingAllRoles} would lose all roles at the next sign-in`] : []),
    ...(withoutSignIn > 0 ? [`${withoutSignIn} match no mapping and could not sign in`] : []),
    ...(unknown > 0
      ? [`${unknown} have not signed in by this identity provider yet: nobody knows what they would get`]
      : []),
  ]
}
