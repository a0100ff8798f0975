import {
  bindPath,
  isJsonObject,
  parsePath,
  ScimError,
  type Json,
  type JsonObject,
  type ResourceType,
} from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { entraUserNames } from '../source/entra-names.ts'
import type { SourceObject } from '../source/source-object.ts'

/** Attributes as they might be, by their SCIM path or Entra's name; null: without a value. */
export type Overrides = { readonly [path: string]: Json }

/** The object as it would be. Throws `unknownAttribute` for what the schema lacks, or what has no one place. */
export function overlay(source: SourceObject, overrides: Overrides, type: ResourceType): SourceObject {
  let changed = source
  for (const [path, value] of Object.entries(overrides)) changed = overlayOne(changed, { path, value }, type)
  return changed
}

type Override = { readonly path: string; readonly value: Json }

function overlayOne(source: SourceObject, { path, value }: Override, type: ResourceType): SourceObject {
  const key = path.toLowerCase()
  if (key === 'active' || key === 'accountenabled') return setState(source, path, value)
  const place = findPlace(path, type)
  const changed = { ...source, attributes: setPlace(source.attributes, place, value) }
  return place.schema === undefined
    ? withOwn(changed, place.attribute, typeof value === 'string' ? value : null)
    : changed
}

/** What the directory keeps in columns of its own is read from there. */
function withOwn(source: SourceObject, attribute: string, text: string | null): SourceObject {
  if (attribute === 'externalId') return { ...source, externalId: text }
  if (attribute === 'displayName' && text !== null) return { ...source, display: text }
  return attribute === 'userName' && source.kind === 'user' ? { ...source, login: text } : source
}

function setState(source: SourceObject, path: string, value: Json): SourceObject {
  const isOn = typeof value === 'string' ? value.toLowerCase() === 'true' : value === true
  if (source.kind !== 'user') throw unknown(path)
  return { ...source, state: isOn ? 'active' : 'suspended' }
}

type Place = { readonly schema: string | undefined; readonly attribute: string; readonly part: string | undefined }

function findPlace(path: string, type: ResourceType): Place {
  const known = Object.entries(entraUserNames).find(([name]) => name.toLowerCase() === path.toLowerCase())
  const text = type.name === 'User' ? (known?.[1].paths[0] ?? path) : path
  try {
    const bound = bindPath(parsePath(text), type)
    if (bound.kind !== 'attribute' || bound.filter !== undefined) throw unknown(path)
    const { schema, attribute, subAttribute } = bound.ref
    if (subAttribute !== undefined && attribute.multiValued) throw unknown(path)
    return { schema, attribute: attribute.name, part: subAttribute?.name }
  } catch (error) {
    if (error instanceof ScimError) throw unknown(path)
    throw error
  }
}

function unknown(path: string): AccessError {
  const message = `"${path}" cannot be set here: name a whole attribute by its SCIM path, such as title, name.givenName or emails`
  return new AccessError('unknownAttribute', message, { field: `attributes/${path.replaceAll('/', '~1')}` })
}

function setPlace(attributes: JsonObject, { schema, attribute, part }: Place, value: Json): JsonObject {
  if (schema !== undefined) {
    const extension = objectOf(attributes[schema])
    return { ...attributes, [schema]: setPlace(extension, { schema: undefined, attribute, part }, value) }
  }
  if (part !== undefined) return { ...attributes, [attribute]: { ...objectOf(attributes[attribute]), [part]: value } }
  return { ...attributes, [attribute]: value }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
