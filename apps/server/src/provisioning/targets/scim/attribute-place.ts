import { type Filter, parsePath } from '@rollcall/scim'

/** Where in a resource the value of a mapping stands. */
export type AttributePlace = {
  /** The path as the mapping has it. */
  readonly text: string
  /** URN of an extension; undefined: the resource itself. */
  readonly schema: string | undefined
  readonly attribute: string
  /** All hold of the one element that is meant. */
  readonly element: readonly ElementTest[] | undefined
  readonly sub: string | undefined
  /** The same for all paths into one element. */
  readonly elementKey: string
}

export type ElementTest = { readonly name: string; readonly value: string | number | boolean }

const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group)$/i
const enterpriseUser = /^urn:ietf:params:scim:schemas:extension:enterprise:2\.0:User$/i

/** A path that is no path of an attribute, or that names an element otherwise than by equality. */
export class PlaceError extends Error {}

/** Throws PlaceError. */
export function toPlace(text: string): AttributePlace {
  const { path, filter, subAttribute } = parse(text)
  const schema = path.schema === undefined || coreSchema.test(path.schema) ? undefined : path.schema
  const element = filter === undefined ? undefined : toTests(filter, text)
  // RFC 7643 §4.3: manager is complex; mappings mean its value.
  const isManager = schema !== undefined && enterpriseUser.test(schema) && path.attribute.toLowerCase() === 'manager'
  const sub = element === undefined ? (path.subAttribute ?? (isManager ? 'value' : undefined)) : subAttribute
  return {
    text,
    schema,
    attribute: path.attribute,
    element,
    sub,
    elementKey: JSON.stringify([schema?.toLowerCase(), path.attribute.toLowerCase(), element]),
  }
}

function parse(text: string): ReturnType<typeof parsePath> {
  try {
    return parsePath(text)
  } catch (cause) {
    throw new PlaceError(`"${text}" is no path of an attribute`, { cause })
  }
}

function toTests(filter: Filter, text: string): readonly ElementTest[] {
  if (filter.kind === 'and') return filter.filters.flatMap((inner) => toTests(inner, text))
  if (filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null)
    return [{ name: filter.path.attribute, value: filter.value }]
  throw new PlaceError(`"${text}" names its element otherwise than by "eq"`)
}

/** `attribute`, with its URN. */
export function printAttribute({ schema, attribute }: AttributePlace): string {
  return schema === undefined ? attribute : `${schema}:${attribute}`
}

/** `attribute[type eq "work"]`, with its URN. */
export function printElement(place: AttributePlace): string {
  const tests = (place.element ?? []).map(({ name, value }) => `${name} eq ${JSON.stringify(value)}`)
  return `${printAttribute(place)}[${tests.join(' and ')}]`
}
