import {
  bindPath,
  type BoundElementFilter,
  isJsonObject,
  type Json,
  type JsonObject,
  matchElement,
  parsePath,
  type ResourceType,
  ScimError,
  type Attribute,
} from '@rollcall/scim'

/** Where in a person a value stands, in canonical names. */
export type Place = {
  /** URN of an extension; undefined: the person itself. */
  readonly schema: string | undefined
  readonly attribute: Attribute
  /** The one element of a list that is meant, and what a new one begins as; undefined: no list, or all of it. */
  readonly element: { readonly filter: BoundElementFilter; readonly seed: JsonObject } | undefined
  readonly sub: Attribute | undefined
}

/** The place that a path names, or why it is none. */
export function compilePlace(path: string, type: ResourceType): Place | string {
  const place = findPlace(path, type)
  if (typeof place === 'string' || !isWholeList(place)) return place
  return `${path} is a list: name the element, such as ${place.attribute.name}[type eq "work"].value`
}

/** The same, where a list with all of its elements is a value too. */
export function findPlace(path: string, type: ResourceType): Place | string {
  const bound = bind(path, type)
  if (bound === undefined || bound.kind === 'extension') return `People have no attribute ${path}`
  const { schema, attribute, subAttribute } = bound.ref
  const seed = bound.filter === undefined ? undefined : toSeed(bound.filter)
  if (seed === null) return `${path} names its element otherwise than by "eq"`
  const element = bound.filter && seed && { filter: bound.filter, seed }
  if (attribute.multiValued && attribute.type === 'complex' && element === undefined && subAttribute === undefined)
    return { schema, attribute, element, sub: undefined }
  // RFC 7643 §4.3: manager is complex, and a mapping means its value.
  const sub =
    subAttribute ?? attribute.subAttributes.find(({ name }) => attribute.type === 'complex' && name === 'value')
  if (attribute.type === 'complex' && sub === undefined) return `${path} has parts: name one of them`
  return { schema, attribute, element, sub }
}

export function isWholeList({ attribute, element }: Place): boolean {
  return attribute.multiValued && attribute.type === 'complex' && element === undefined
}

function bind(path: string, type: ResourceType): ReturnType<typeof bindPath> | undefined {
  try {
    return bindPath(parsePath(path), type)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** Null: the element is named otherwise than by equality. */
function toSeed(filter: BoundElementFilter): JsonObject | null {
  if (filter.kind === 'compare' && filter.operator === 'eq') return { [filter.attribute.name]: filter.value }
  if (filter.kind !== 'and') return null
  const seed: PersonDraft = {}
  for (const part of filter.filters.map(toSeed)) {
    if (part === null) return null
    Object.assign(seed, part)
  }
  return seed
}

/** A person that is being written: nothing of what was stored is changed. */
export type PersonDraft = { [name: string]: Json | undefined }

/** Puts a value in its place; null takes it away, and an element or extension that holds nothing else with it. */
export function setAt(draft: PersonDraft, { schema, attribute, element, sub }: Place, value: Json): void {
  const outer = schema === undefined ? undefined : draft[schema]
  const holder: PersonDraft = schema === undefined ? draft : { ...(isJsonObject(outer) ? outer : {}) }
  const before = holder[attribute.name]
  const after = element === undefined ? setSub(before, sub, value) : setInElement(before, { element, sub }, value)
  if (after === undefined) delete holder[attribute.name]
  else holder[attribute.name] = after
  if (schema === undefined) return
  if (Object.keys(holder).length === 0) delete draft[schema]
  else draft[schema] = holder
}

function setSub(before: Json | undefined, sub: Attribute | undefined, value: Json): Json | undefined {
  if (sub === undefined) return value ?? undefined
  const { [sub.name]: _, ...others } = isJsonObject(before) ? before : {}
  const after = value === null ? others : { ...others, [sub.name]: value }
  return Object.keys(after).length === 0 ? undefined : after
}

type InElement = { readonly element: NonNullable<Place['element']>; readonly sub: Attribute | undefined }

function setInElement(before: Json | undefined, { element, sub }: InElement, value: Json): Json | undefined {
  // Array.isArray makes any[] of a readonly array; what is in JSON is JSON.
  const items: readonly Json[] = Array.isArray(before) ? (before as readonly Json[]) : []
  const at = items.findIndex((item) => matchElement(element.filter, item))
  const found = at < 0 ? undefined : items[at]
  if (found === undefined) {
    const made = value === null ? undefined : setSub(element.seed, sub, value)
    return made === undefined ? nonEmpty(items) : [...items, made]
  }
  const changed = setSub(found, sub, value)
  const isBare = changed === undefined || (isJsonObject(changed) && isOnlyNamed(changed, element.seed))
  return isBare ? nonEmpty(items.filter((_, index) => index !== at)) : items.with(at, changed)
}

function nonEmpty(items: readonly Json[]): readonly Json[] | undefined {
  return items.length === 0 ? undefined : items
}

function isOnlyNamed(item: JsonObject, seed: JsonObject): boolean {
  return Object.keys(item).every((name) => Object.hasOwn(seed, name) || name === 'primary')
}

/** What stands in the place. */
export function readAt(person: JsonObject, { schema, attribute, element, sub }: Place): Json | undefined {
  const holder = schema === undefined ? person : person[schema]
  const value = isJsonObject(holder) ? holder[attribute.name] : undefined
  const found =
    element === undefined || !Array.isArray(value)
      ? value
      : (value as readonly Json[]).find((item) => matchElement(element.filter, item)) // As above.
  if (sub === undefined) return found
  return isJsonObject(found) ? found[sub.name] : undefined
}
