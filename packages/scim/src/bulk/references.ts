import { isJsonArray, type Json, type JsonObject, isJsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'

const prefix = 'bulkId:'

/** What stands for a reference: the id of the resource; undefined: not known yet, the reference is left out. */
export type ReferenceResolver = (bulkId: string) => string | undefined

/** The bulkId in a text such as `bulkId:qwerty`; undefined when it is none (RFC 7644 §3.7.2). */
export function findBulkId(text: string): string | undefined {
  return text.startsWith(prefix) && text.length > prefix.length ? text.slice(prefix.length) : undefined
}

/**
 * The bulkIds that the data of an operation refers to, in attributes that may refer to resources and nowhere else:
 * a displayName of `bulkId:x` is a name (TRAP-G3).
 */
export function listReferences(data: JsonObject, type: ResourceType): readonly string[] {
  const found = new Set<string>()
  resolveReferences(data, type, (bulkId) => {
    found.add(bulkId)
    return bulkId
  })
  return [...found]
}

/**
 * The data of an operation with every reference replaced, in resources, in PATCH values and in PATCH paths.
 * Names count in every form that the parsers accept: any case, with a URN, with a dot, inside an extension object.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, resolveReferences } from '@rollcall/scim'
 *
 * const group = findResourceType(createRegistry(), 'Group')
 * if (group !== undefined) {
 *   const data = { displayName: 'bulkId:u', members: [{ value: 'bulkId:u' }] }
 *   console.log(JSON.stringify(resolveReferences(data, group, () => '2819c223'))) // {"displayName":"bulkId:u","members":[{"value":"2819c223"}]}
 * }
 * ```
 */
export function resolveReferences(data: JsonObject, type: ResourceType, resolve: ReferenceResolver): JsonObject {
  const names = referenceNames(type)
  if (names.size === 0 || !mentionsReference(data)) return data
  const operations = Object.entries(data).find(([name]) => name.toLowerCase() === 'operations')
  const context: Context = { names, resolve, type }
  if (operations === undefined) return mapResource(data, context)
  const [name, list] = operations
  if (!isJsonArray(list)) return data
  return {
    ...data,
    [name]: list.map((operation) => (isJsonObject(operation) ? mapOperation(operation, context) : operation)),
  }
}

// Most operations refer to nothing, and looking is much cheaper than rewriting.
function mentionsReference(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.includes(prefix)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(mentionsReference)
}

/**
 * Only the references of a resource, resolved: the value of a path-less PATCH `add` that completes a resource which
 * was created without them.
 */
export function pickReferences(data: JsonObject, type: ResourceType, resolve: ReferenceResolver): JsonObject {
  const context: Context = { names: referenceNames(type), resolve, type }
  const picked: [string, Json | undefined][] = []
  for (const [key, value] of Object.entries(data)) {
    if (isReference(key, context)) picked.push([key, mapReference(value, context)])
    else if (type.extensions.has(key.toLowerCase()) && isJsonObject(value)) {
      const inner = pickReferences(value, type, resolve)
      if (Object.keys(inner).length > 0) picked.push([key, inner])
    }
  }
  return Object.fromEntries(picked)
}

type Context = { readonly names: ReadonlySet<string>; readonly resolve: ReferenceResolver; readonly type: ResourceType }

function mapResource(resource: JsonObject, context: Context): JsonObject {
  const mapped: [string, Json | undefined][] = []
  for (const [key, value] of Object.entries(resource)) {
    if (context.type.extensions.has(key.toLowerCase()) && isJsonObject(value))
      mapped.push([key, mapResource(value, context)])
    else if (isReference(key, context)) {
      const replaced = mapReference(value, context)
      if (replaced !== undefined) mapped.push([key, replaced])
    } else mapped.push([key, value])
  }
  return Object.fromEntries(mapped)
}

function mapOperation(operation: JsonObject, context: Context): JsonObject {
  const path = Object.entries(operation).find(([name]) => name.toLowerCase() === 'path')
  const text = typeof path?.[1] === 'string' ? path[1] : undefined
  const isOnReference = text !== undefined && isReference(text.replace(/\[.*$/s, ''), context)
  const mapped: [string, Json | undefined][] = []
  for (const [name, value] of Object.entries(operation)) {
    if (name === path?.[0] && isOnReference) mapped.push([name, mapPath(text, context)])
    else if (name.toLowerCase() !== 'value') mapped.push([name, value])
    else if (isOnReference) mapped.push([name, mapReference(value, context)])
    else if (text === undefined && isJsonObject(value)) mapped.push([name, mapResource(value, context)])
    else if (text !== undefined && context.type.extensions.has(text.toLowerCase()) && isJsonObject(value))
      mapped.push([name, mapResource(value, context)])
    else mapped.push([name, value])
  }
  return Object.fromEntries(mapped)
}

/** `members[value eq "bulkId:x"]`: the literal names a resource, so it is replaced where it stands. */
function mapPath(path: string, context: Context): string {
  return path.replace(/(["'])bulkId:([^"'\\]+)\1/g, (literal, quote: string, bulkId: string) => {
    const id = context.resolve(bulkId)
    return id === undefined ? literal : `${quote}${id}${quote}`
  })
}

/** A value of a reference attribute: text, `{ value, $ref }` or a list of those; undefined: it is not known yet. */
function mapReference(value: Json | undefined, context: Context): Json | undefined {
  if (typeof value === 'string') return mapText(value, context)
  if (Array.isArray(value)) {
    const elements: readonly Json[] = value
    return elements.map((element) => mapReference(element, context)).filter((element) => element !== undefined)
  }
  if (!isJsonObject(value)) return value
  const mapped: [string, Json | undefined][] = []
  for (const [name, part] of Object.entries(value)) {
    const isTarget = typeof part === 'string' && /^(value|\$ref)$/i.test(name)
    const replaced = isTarget ? mapText(part, context) : part
    if (isTarget && replaced === undefined) return undefined
    mapped.push([name, replaced])
  }
  return Object.fromEntries(mapped)
}

function mapText(text: string, context: Context): string | undefined {
  // A $ref may also be a relative URI whose last segment is the reference: ../Users/bulkId:qwerty.
  const slash = text.lastIndexOf('/') + 1
  const bulkId = findBulkId(text.slice(slash))
  if (bulkId === undefined) return text
  const id = context.resolve(bulkId)
  return id === undefined ? undefined : text.slice(0, slash) + id
}

/** Whether a key or path such as `members`, `manager.value` or `urn:…:User:manager` names a reference. */
function isReference(name: string, context: Context): boolean {
  const short = name.slice(name.lastIndexOf(':') + 1)
  const dot = short.indexOf('.')
  return context.names.has((dot === -1 ? short : short.slice(0, dot)).toLowerCase())
}

const namesOf = new WeakMap<ResourceType, ReadonlySet<string>>()

/** The names, in lower case, of the attributes whose values refer to resources (RFC 7643 §2.3.7 "referenceTypes"). */
function referenceNames(type: ResourceType): ReadonlySet<string> {
  const known = namesOf.get(type)
  if (known !== undefined) return known
  const owners = [type, ...type.extensions.values()]
  const attributes = owners.flatMap((owner) => [...owner.attributes.values()])
  const names = new Set(attributes.filter(isReferring).map((attribute) => attribute.name.toLowerCase()))
  namesOf.set(type, names)
  return names
}

function isReferring(attribute: Attribute): boolean {
  if (attribute.mutability === 'readOnly') return false
  return namesResource(attribute) || attribute.subAttributes.some((sub) => sub.name === '$ref' && namesResource(sub))
}

function namesResource({ type, referenceTypes }: Attribute): boolean {
  return type === 'reference' && referenceTypes.some((name) => name !== 'uri' && name !== 'external')
}
