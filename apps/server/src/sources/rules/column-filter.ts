import type { SourceRules } from '@rollcall/admin-api'
import {
  type AttributePath,
  bindFilter,
  type BoundFilter,
  createRegistry,
  defineSchema,
  type Filter,
  findResourceType,
  type Json,
  type JsonObject,
  matchFilter,
  parseFilter,
  type ResourceType,
  ScimError,
} from '@rollcall/scim'

/** A SCIM filter over the columns of records. */
export type ColumnFilter = {
  readonly columns: readonly string[]
  readonly matches: (record: JsonObject) => boolean
}

const schema = 'urn:rollcall:columns'

/**
 * Compiles the text of a filter (RFC 7644 §3.4.2.2) whose names are columns, compared in the types that the rules give them. Throws
 * ScimError, with the position, for what is no filter, and for a value that its column cannot have.
 */
export function compileColumnFilter(text: string, types: SourceRules['columns']): ColumnFilter {
  const columns: string[] = []
  const filter = rename(parseFilter(text), columns)
  const attributes = columns.map((column, index) => {
    const { type, isExact } = kinds[types[column]?.type ?? 'string']
    return { name: `c${index}`, type, multiValued: true, caseExact: isExact }
  })
  const registry = createRegistry({
    schemas: [defineSchema({ id: schema, name: 'Record', attributes })],
    resourceTypes: [{ name: 'Record', endpoint: '/Records', schema }],
  })
  const type = findResourceType(registry, 'Record')
  if (type === undefined) throw new Error('The registry lost its resource type')
  const bound = bind(filter, type, columns)
  return { columns, matches: (record) => matchFilter(bound, toResource(columns, record)) }
}

function bind(filter: Filter, type: ResourceType, columns: readonly string[]): BoundFilter {
  try {
    return bindFilter(filter, type)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    const { code, message, position } = error
    const named = message.replaceAll(/\bc(\d+)\b/g, (own, index: string) => columns[Number(index)] ?? own)
    throw new ScimError(code, named, position === undefined ? {} : { position })
  }
}

// Days compare as text.
const kinds = {
  string: { type: 'string', isExact: false },
  number: { type: 'decimal', isExact: false },
  boolean: { type: 'boolean', isExact: false },
  date: { type: 'string', isExact: true },
  dateTime: { type: 'dateTime', isExact: false },
} as const

/** Names of columns may hold dots and URNs, which mean something else in a filter: each gets a plain one. */
function rename(filter: Filter, columns: string[]): Filter {
  switch (filter.kind) {
    case 'compare':
    case 'present':
      return { ...filter, path: { ...filter.path, ...plain, attribute: nameOf(filter.path, columns) } }
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((each) => rename(each, columns)) }
    case 'not':
      return { ...filter, filter: rename(filter.filter, columns) }
    case 'valuePath':
      throw new ScimError('invalidFilter', 'A column has no parts to be filtered by', {
        position: filter.path.position,
      })
    default:
      return filter satisfies never
  }
}

const plain = { schema: undefined, subAttribute: undefined } as const

function nameOf({ schema: urn, attribute, subAttribute }: AttributePath, columns: string[]): string {
  const column = `${urn === undefined ? '' : `${urn}:`}${attribute}${subAttribute === undefined ? '' : `.${subAttribute}`}`
  const known = columns.indexOf(column)
  return `c${known < 0 ? columns.push(column) - 1 : known}`
}

function toResource(columns: readonly string[], record: JsonObject): JsonObject {
  const values = columns.flatMap((column, index): readonly (readonly [string, Json])[] => {
    const value = Object.hasOwn(record, column) ? record[column] : undefined
    return value === undefined ? [] : [[`c${index}`, Array.isArray(value) ? value : [value]]]
  })
  return Object.fromEntries(values)
}
