import { sourceRules, type SourcePlace, type SourceRules } from '@rollcall/admin-api'
import { type Attribute, findResourceType, type Registry } from '@rollcall/scim'

type Mapping = Pick<SourceRules['mappings'][number], 'target' | 'kind' | 'source'>

/** What these rules leave alone: roles give rights, and `active` is no attribute but a state. */
const left = new Set(['active', 'roles', 'groups'])
const onPlaces: ReadonlySet<Attribute['mutability']> = new Set(['readWrite', 'immutable'])

/**
 * Rules for records that are SCIM users, as our own export writes them: every attribute of the organization's schemas that may be
 * written comes in as it is. Records are named by `id`; who is there already is found by externalId, then by userName.
 */
export function scimResourceRules(registry: Registry, kind: SourcePlace['kind']): SourceRules {
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  // Readers of SCIM name attributes as paths of SCIM do; all others join names by dots.
  const separator = kind === 'scim' || kind === 'upload' ? ':' : '.'
  const own = [...type.attributes.values()].flatMap((attribute) => mapAttribute(attribute, { target: '', source: '' }))
  const extended = [...type.extensions.values()].flatMap(({ schema, attributes }) =>
    [...attributes.values()].flatMap((attribute) =>
      mapAttribute(attribute, { target: `${schema.id}:`, source: schema.id + separator }),
    ),
  )
  return sourceRules.parse({
    anchor: 'id',
    mappings: [...own, ...extended],
    correlation: [[{ target: 'externalId', source: 'externalId' }], [{ target: 'userName', source: 'userName' }]],
    lifecycle: { active: '[active]', createInactive: true },
  })
}

/** Columns are the names within a record, joined by dots. */
function mapAttribute(
  { name, type, multiValued, mutability, subAttributes }: Attribute,
  prefix: { readonly target: string; readonly source: string },
): readonly Mapping[] {
  if (!onPlaces.has(mutability) || left.has(name) || name === 'id' || name === 'meta' || name === 'schemas') return []
  const target = prefix.target + name
  const source = prefix.source + name
  if (type !== 'complex' || multiValued) return [{ target, kind: 'direct', source }]
  // RFC 7643 §4.3: manager names another person.
  if (name === 'manager') return [{ target, kind: 'reference', source: `${source}.value` }]
  return subAttributes
    .filter((sub) => onPlaces.has(sub.mutability))
    .map((sub): Mapping => ({ target: `${target}.${sub.name}`, kind: 'direct', source: `${source}.${sub.name}` }))
}
