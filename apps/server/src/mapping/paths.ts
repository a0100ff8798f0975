import {
  bindPath,
  type BoundElementFilter,
  isJsonObject,
  type JsonObject,
  matchElement,
  parsePath,
  type ResourceType,
  ScimError,
} from '@rollcall/scim'
import type { SchemaAttribute } from '@rollcall/expressions'

/** An attribute path of a resource type: how it is read, and what it holds. */
export type PathReader = {
  readonly attribute: SchemaAttribute
  /** The attribute that the path begins with, canonical: `emails`, `urn:…:User:manager`. */
  readonly root: string
  readonly read: (resource: JsonObject) => unknown
}

/** Reads `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`; undefined for what the type lacks. */
export function compilePath(text: string, type: ResourceType): PathReader | undefined {
  const bound = bind(text, type)
  if (bound === undefined || bound.kind !== 'attribute') return undefined
  const { filter, ref } = bound
  const { schema, attribute, subAttribute } = ref
  const leaf = subAttribute ?? attribute
  const isMultiValued = (attribute.multiValued && filter === undefined) || leaf.multiValued
  const readRoot = (resource: JsonObject): unknown => {
    const holder = schema === undefined ? resource : resource[schema]
    return isJsonObject(holder) ? holder[attribute.name] : undefined
  }
  const pick = filter === undefined ? undefined : (value: unknown) => pickElement(value, filter)
  const name = subAttribute?.name
  return {
    root: schema === undefined ? attribute.name : `${schema}:${attribute.name}`,
    attribute: {
      name: text,
      type: leaf.type,
      isMultiValued: isMultiValued && !(attribute.multiValued && filter !== undefined),
      isRequired: attribute.required && subAttribute === undefined,
      isReadOnly: leaf.mutability === 'readOnly' || attribute.mutability === 'readOnly',
    },
    read: (resource) => {
      const value = readRoot(resource)
      const element = pick === undefined ? value : pick(value)
      return name === undefined ? element : readPart(element, name)
    },
  }
}

function bind(text: string, type: ResourceType): ReturnType<typeof bindPath> | undefined {
  try {
    return bindPath(parsePath(text), type)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

function pickElement(value: unknown, filter: BoundElementFilter): unknown {
  return Array.isArray(value) ? value.find((element) => matchElement(filter, element)) : undefined
}

function readPart(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((element) => readPart(element, name)).filter((part) => part !== undefined)
  return isJsonObject(value) ? value[name] : undefined
}
