import type { SchemaAttribute, SchemaType } from '@rollcall/expressions'
import { isJsonObject, type ResourceType } from '@rollcall/scim'
import type { ObjectKind } from '../object.ts'
import { computedUserNames, entraUserNames } from './entra-names.ts'
import { compilePath } from '../../mapping/paths.ts'
import type { SourceManager, SourceObject } from './source-object.ts'

/** An object, and whether the app should take it for gone. */
export type Subject = { readonly source: SourceObject | SourceManager; readonly isSoftDeleted: boolean }

/** An attribute of the directory under one of its names. */
export type SourceAttribute = {
  readonly schema: SchemaAttribute
  /** What of the directory it is made of; a change of anything else does not concern it. */
  readonly interests: readonly string[]
  readonly read: (subject: Subject) => unknown
}

/** The attribute that names the manager, as changes of a person spell it. */
const managerRoot = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'

/** What attributes are made of besides attributes of SCIM. */
export const interests = { state: 'state', assignment: 'assignment', manager: 'manager', teams: 'teams' } as const

/**
 * The attribute of that name: Entra's (`userPrincipalName`, `manager.mail`) or a path of SCIM
 * (`emails[type eq "work"].value`), without regard to case; undefined when there is none.
 */
export function findSourceAttribute(name: string, kind: ObjectKind, type: ResourceType): SourceAttribute | undefined {
  const key = name.toLowerCase()
  const own = (kind === 'user' ? ownUserNames : ownTeamNames).get(key)
  if (own !== undefined) return { ...own, schema: { ...own.schema, name } }
  if (kind === 'user' && key.startsWith('manager.')) return findManagerAttribute(name, type)
  return (kind === 'user' ? findEntra(name, type) : undefined) ?? findPath(name, type)
}

function findManagerAttribute(name: string, type: ResourceType): SourceAttribute | undefined {
  const inner = name.slice('manager.'.length)
  // One step only: who leads the manager is not read.
  if (/^manager\b/i.test(inner)) return undefined
  const found = findSourceAttribute(inner, 'user', type)
  return (
    found && {
      schema: { ...found.schema, name },
      interests: [
        interests.manager,
        managerRoot,
        ...found.interests.map((interest) => `${interests.manager}.${interest}`),
      ],
      read: ({ source }) => {
        const manager = 'manager' in source ? source.manager : null
        return manager === null ? undefined : found.read({ source: manager, isSoftDeleted: !isEnabled(manager) })
      },
    }
  )
}

function findEntra(name: string, type: ResourceType): SourceAttribute | undefined {
  const computed = findByName(computedUserNames, name)
  if (computed !== undefined) {
    const { type: valueType, isMultiValued = false, roots, read } = computed
    return {
      schema: { name, type: valueType, isMultiValued },
      interests: roots,
      read: ({ source }) => read(source.attributes),
    }
  }
  const known = findByName(entraUserNames, name)
  if (known === undefined) return undefined
  const readers = known.paths.map((path) => compilePath(path, type)).filter((reader) => reader !== undefined)
  const [first] = readers
  if (first === undefined) return undefined
  return {
    schema: { name, type: first.attribute.type, isMultiValued: first.attribute.isMultiValued ?? false },
    interests: [...new Set(readers.map(({ root }) => root))],
    read: ({ source }) => {
      for (const { read } of readers) {
        const value = read(source.attributes)
        if (value !== undefined && value !== null && value !== '') return value
      }
      return undefined
    },
  }
}

/**
 * An attribute of an extension that was not registered when the rules were read: what people have of it, to the letter.
 */
export function readUnregistered(name: string): SourceAttribute {
  const colon = name.lastIndexOf(':')
  const [attribute = '', part] = name.slice(colon + 1).split('.')
  const urn = colon < 0 ? undefined : name.slice(0, colon)
  return {
    schema: { name, type: 'string' },
    interests: urn === undefined ? [] : [`${urn}:${attribute}`],
    read: ({ source }) => {
      const extension = urn === undefined ? undefined : source.attributes[urn]
      const value = isJsonObject(extension) ? extension[attribute] : undefined
      return part === undefined ? value : isJsonObject(value) ? value[part] : undefined
    },
  }
}

function findPath(name: string, type: ResourceType): SourceAttribute | undefined {
  const reader = compilePath(name, type)
  if (reader === undefined) return undefined
  const { attribute, root, read } = reader
  return {
    schema: { name, type: attribute.type, isMultiValued: attribute.isMultiValued ?? false },
    interests: [root],
    read: ({ source }) => read(source.attributes),
  }
}

function findByName<Found>(names: { readonly [name: string]: Found }, name: string): Found | undefined {
  const key = name.toLowerCase()
  return Object.entries(names).find(([known]) => known.toLowerCase() === key)?.[1]
}

/** Whether an account can sign in, or could as soon as its invitation is accepted. */
export function isEnabled({ state }: Pick<SourceManager, 'state'>): boolean {
  return state === 'pending' || state === 'active'
}

type Own = readonly [
  name: string,
  type: SchemaType,
  interest: readonly string[],
  read: SourceAttribute['read'],
  isMultiValued?: boolean,
]

const shared: readonly Own[] = [
  ['objectId', 'string', [], ({ source }) => source.id],
  ['id', 'string', [], ({ source }) => source.id],
  ['externalId', 'string', ['externalId'], ({ source }) => source.externalId],
  ['IsSoftDeleted', 'boolean', [interests.state, interests.assignment], ({ isSoftDeleted }) => isSoftDeleted],
]

const ownUserNames = toMap([
  ...shared,
  ['accountEnabled', 'boolean', [interests.state], ({ source }) => 'state' in source && isEnabled(source)],
  ['active', 'boolean', [interests.state], ({ source }) => 'state' in source && isEnabled(source)],
  ['login', 'string', ['userName'], ({ source }) => ('login' in source ? source.login : undefined)],
  [
    'displayName',
    'string',
    ['displayName', 'name'],
    ({ source }) => source.attributes['displayName'] ?? source.display,
  ],
  ['manager', 'string', [interests.manager, managerRoot], ({ source }) => readManager(source)],
  ['groups', 'string', [interests.teams], ({ source }) => readTeamNames(source), true],
])

const ownTeamNames = toMap([
  ...shared,
  ['displayName', 'string', ['displayName'], ({ source }) => source.display],
  ['mailNickname', 'string', ['handle'], ({ source }) => ('handle' in source ? source.handle : undefined)],
  ['handle', 'string', ['handle'], ({ source }) => ('handle' in source ? source.handle : undefined)],
  [
    'description',
    'string',
    ['description'],
    ({ source }) => ('description' in source ? source.description : undefined),
  ],
])

function toMap(list: readonly Own[]): ReadonlyMap<string, SourceAttribute> {
  return new Map(
    list.map(([name, type, made, read, isMultiValued = false]) => [
      name.toLowerCase(),
      { schema: { name, type, isMultiValued }, interests: made, read },
    ]),
  )
}

/** Names that are no paths of SCIM, as they are written. */
export function listOwnNames(kind: ObjectKind): readonly string[] {
  const own = [...(kind === 'user' ? ownUserNames : ownTeamNames).values()].map(({ schema }) => schema.name)
  if (kind === 'team') return own
  const entra = [...own, ...Object.keys(entraUserNames), ...Object.keys(computedUserNames)]
  return [...entra, ...entra.filter((name) => name !== 'manager').map((name) => `manager.${name}`)]
}

function readManager(source: Subject['source']): string | null | undefined {
  return 'manager' in source ? (source.manager?.id ?? source.managerReference) : undefined
}

function readTeamNames(source: Subject['source']): readonly string[] | undefined {
  return 'teams' in source ? source.teams.map(({ display }) => display) : undefined
}
