import {
  type AttributeRef,
  bindFilter,
  type BoundFilter,
  type JsonObject,
  matchFilter,
  parseFilter,
  type ResourceType,
} from '@rollcall/scim'
import { interests, isEnabled, type Subject } from './attributes.ts'

/** A SCIM filter as a scope: over the resource as SCIM shows it. Throws ScimError for what is no filter. */
export type SubjectFilter = {
  readonly text: string
  readonly roots: readonly string[]
  readonly matches: (subject: Subject) => boolean
}

export function compileFilter(text: string, type: ResourceType): SubjectFilter {
  const bound = bindFilter(parseFilter(text), type)
  return {
    text,
    roots: [...new Set(listRefs(bound).map(printRoot))],
    matches: (subject) => matchFilter(bound, toResource(subject)),
  }
}

function toResource({ source }: Subject): JsonObject {
  const { attributes, id, externalId } = source
  const groups = 'teams' in source ? source.teams.map((team) => ({ value: team.id, display: team.display })) : undefined
  const active = 'state' in source ? isEnabled(source) : undefined
  return { ...attributes, id, externalId, active, ...(groups && { groups }) }
}

function listRefs(filter: BoundFilter): readonly AttributeRef[] {
  switch (filter.kind) {
    case 'compare':
    case 'present':
    case 'element':
      return [filter.ref]
    case 'and':
    case 'or':
      return filter.filters.flatMap(listRefs)
    case 'not':
      return listRefs(filter.filter)
    default:
      return []
  }
}

function printRoot({ schema, attribute }: AttributeRef): string {
  if (schema === undefined && attribute.name === 'groups') return interests.teams
  return schema === undefined ? attribute.name : `${schema}:${attribute.name}`
}
