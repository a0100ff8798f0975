import { createRegistry, findResourceType, type Attribute, type ResourceType } from '@rollcall/scim'
import { loadRegistry } from '../access/custom-types.ts'
import { selectLiveSourceRules, type LiveSourceRules } from '../db/queries/source-rules.ts'
import type { Database } from '../db/pool.ts'
import { listPaths } from '../mapping/target-schema.ts'
import { forbiddenTargets } from './rules/forbidden.ts'
import { findPlace, type Place } from './rules/place.ts'
import { toRank } from './settle/authority.ts'

/** A source that says something of an attribute. */
export type AttributeWriter = {
  readonly sourceId: string
  readonly name: string
  readonly kind: 'direct' | 'constant' | 'expression' | 'reference' | 'generated'
  readonly rule: string
  readonly apply: 'always' | 'onCreate' | 'ifEmpty'
  readonly precedence: number
  readonly isOverridden: boolean
}

/** What people can have, and who says it. */
export type PersonAttribute = {
  readonly name: string
  readonly type: Attribute['type']
  readonly isMultiValued: boolean
  readonly isRequired: boolean
  readonly isReadOnly: boolean
  readonly isMappable: boolean
  readonly isCaseExact: boolean
  readonly uniqueness: Attribute['uniqueness']
  readonly canonicalValues: readonly string[]
  readonly description: string
  readonly schema: string
  readonly schemaName: string
  readonly isCustom: boolean
  readonly writers: readonly AttributeWriter[]
}

/** All attributes of people, by the order of their schemas, with the sources whose live rules give each. */
export async function listAttributes(database: Database, organizationId: string): Promise<readonly PersonAttribute[]> {
  const registry = await loadRegistry(database, organizationId, undefined)
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  const builtIn = findResourceType(createRegistry(), 'User')
  const writers = collectWriters(await selectLiveSourceRules(database, organizationId))
  const names = new Set([...listPaths(type), ...writers.keys()])
  return [...names].flatMap((name): readonly PersonAttribute[] => {
    const place = findPlace(name, type)
    if (typeof place === 'string') return []
    const { leaf, isWhole } = describe(place)
    const schema = place.schema === undefined ? type.schema : type.extensions.get(place.schema.toLowerCase())?.schema
    const root = place.schema === undefined ? place.attribute.name : name
    return [
      {
        name,
        type: isWhole ? 'complex' : leaf.type,
        isMultiValued: isWhole || leaf.multiValued || (place.attribute.multiValued && place.element === undefined),
        isRequired: place.attribute.required && (place.sub === undefined || isWhole),
        isReadOnly: leaf.mutability === 'readOnly' || place.attribute.mutability === 'readOnly',
        isMappable: !forbiddenTargets.has(root),
        isCaseExact: leaf.caseExact,
        uniqueness: leaf.uniqueness,
        canonicalValues: [...leaf.canonicalValues],
        description: leaf.description,
        schema: schema?.id ?? '',
        schemaName: schema?.name ?? '',
        isCustom: schema !== undefined && !isBuiltIn(schema.id, builtIn),
        writers: writers.get(name) ?? [],
      },
    ]
  })
}

function describe({ attribute, element, sub }: Place): { readonly leaf: Attribute; readonly isWhole: boolean } {
  const isWhole = attribute.multiValued && attribute.type === 'complex' && element === undefined
  return { leaf: isWhole ? attribute : (sub ?? attribute), isWhole }
}

function isBuiltIn(id: string, type: ResourceType | undefined): boolean {
  return type?.schema.id === id || type?.extensions.has(id.toLowerCase()) === true
}

function collectWriters(sources: readonly LiveSourceRules[]): ReadonlyMap<string, readonly AttributeWriter[]> {
  const all = sources.flatMap((source) => listWriters(source))
  const byName = Map.groupBy(all, ({ target }) => target)
  return new Map(
    [...byName].map(([target, found]) => [
      target,
      found.map(({ writer }) => writer).toSorted((left, right) => left.precedence - right.precedence),
    ]),
  )
}

type Written = { readonly target: string; readonly writer: AttributeWriter }

function listWriters({ id, name, precedence, settings, document }: LiveSourceRules): readonly Written[] {
  const { overrides } = toRank({ id, precedence, settings })
  const write = (target: string, rule: Pick<AttributeWriter, 'kind' | 'rule' | 'apply'>): Written => {
    const own = overrides.get(target)
    return {
      target,
      writer: { sourceId: id, name, ...rule, precedence: own ?? precedence, isOverridden: own !== undefined },
    }
  }
  const candidates = document.userName?.candidates ?? []
  return [
    ...document.mappings.map(({ target, kind, source, value, expression, apply }) =>
      write(target, { kind, rule: expression ?? source ?? String(value ?? ''), apply }),
    ),
    ...(candidates.length === 0
      ? []
      : [write('userName', { kind: 'generated', rule: candidates.join(' · '), apply: 'onCreate' })]),
  ]
}
