import type { Schema } from '@rollcall/expressions'
import { sourceGroupsRoot, selectGroupsOfPeople } from '../db/queries/groups-of-people.ts'
import type { Queryable } from '../db/pool.ts'
import type { SourceAttribute } from '../provisioning/source/attributes.ts'
import type { SourceGroups, SourcePerson } from '../provisioning/source/source-object.ts'

/** Attributes that only rules of teams have: what sources say of a person's groups, by name and by id. */
const parts: ReadonlyMap<string, keyof SourceGroups> = new Map([
  ['sourcegroups', 'names'],
  ['sourcegroupids', 'ids'],
])

export function findSourceGroups(name: string): SourceAttribute | undefined {
  const part = parts.get(name.toLowerCase())
  if (part === undefined) return undefined
  return {
    schema: { name, type: 'string', isMultiValued: true },
    interests: [sourceGroupsRoot],
    read: ({ source }) => ('sourceGroups' in source ? source.sourceGroups?.[part] : undefined),
  }
}

/** Those of them that clauses name. */
export function listSourceGroups(clauses: readonly { readonly attribute: string }[]): Schema {
  const names = [...new Set(clauses.map(({ attribute }) => attribute))]
  return names.flatMap((name) => findSourceGroups(name)?.schema ?? [])
}

/** The same people with the groups that sources list of them, where rules read these. */
export async function withSourceGroups(
  db: Queryable,
  organizationId: string,
  { people, rules }: { readonly people: readonly SourcePerson[]; readonly rules: readonly Reading[] },
): Promise<readonly SourcePerson[]> {
  if (!rules.some(({ interests }) => interests.includes(sourceGroupsRoot))) return people
  const ids = people.map(({ id }) => id)
  const byPerson = Map.groupBy(await selectGroupsOfPeople(db, organizationId, ids), ({ userId }) => userId)
  return people.map((person) => {
    const all = (byPerson.get(person.id) ?? []).map(({ groups }) => parse(groups))
    const join = (part: keyof SourceGroups) => [...new Set(all.flatMap((each) => each[part]))]
    return { ...person, sourceGroups: { names: join('names'), ids: join('ids') } }
  })
}

type Reading = { readonly interests: readonly string[] }

function parse(text: string): SourceGroups {
  // Settling wrote it.
  return JSON.parse(text) as SourceGroups
}
