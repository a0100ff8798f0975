import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type AttributeInput,
  type AttributePath,
  bindFilter,
  bindPath,
  createRegistry,
  defineSchema,
  type Filter,
  findResourceType,
  foldDateTime,
  isJsonObject,
  type JsonObject,
  matchFilter,
  parseFilter,
  parsePath,
  type ResourceType,
  ScimError,
} from '@rollcall/scim'

// The vectors are shared between implementations and stand beside the repository, not in it.
const file = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'vectors', 'filters.json')

type Vector = {
  readonly id: string
  readonly tier: string
  readonly kind: 'filter' | 'patchPath'
  readonly filter: string
  readonly syntax: 'valid' | 'invalid'
  readonly matches?: readonly number[]
  readonly resources?: readonly JsonObject[]
  readonly resourceSet?: string
  readonly caseExact?: 'all' | readonly string[]
  readonly schemaCheck?: { readonly expect: { readonly scimType: string | readonly string[] } }
}

type Vectors = {
  readonly resourceSets: { readonly [name: string]: readonly JsonObject[] }
  readonly vectors: readonly Vector[]
}

if (!existsSync(file)) {
  test('the shared filter vectors are not beside this repository: nothing to play', (t) => {
    t.diagnostic(`not found: ${file}`)
  })
} else {
  const content: Vectors = JSON.parse(readFileSync(file, 'utf8'))
  for (const vector of content.vectors) {
    test(`vector ${vector.id} (tier ${vector.tier}): ${vector.filter}`, () => {
      play(vector, vector.resources ?? content.resourceSets[vector.resourceSet ?? ''] ?? [])
    })
  }
}

function play(vector: Vector, resources: readonly JsonObject[]): void {
  if (vector.schemaCheck !== undefined) return checkSchema(vector, [vector.schemaCheck.expect.scimType].flat())
  const parse = vector.kind === 'patchPath' ? parsePath : parseFilter
  if (vector.syntax === 'invalid') {
    assert.throws(() => parse(vector.filter), ScimError)
    return
  }
  parse(vector.filter)
  if (vector.matches === undefined) return
  const filter = parseFilter(vector.filter)
  const bound = bindFilter(filter, toResourceType(resources, filter, vector.caseExact))
  const matches = resources.flatMap((resource, index) => (matchFilter(bound, resource) ? [index] : []))
  assert.deepEqual(matches, vector.matches)
}

function checkSchema(vector: Vector, scimTypes: readonly string[]): void {
  const user = findResourceType(createRegistry(), 'User')
  assert.ok(user)
  const bind = () =>
    vector.kind === 'patchPath'
      ? bindPath(parsePath(vector.filter), user)
      : bindFilter(parseFilter(vector.filter), user)
  assert.throws(bind, (error) => error instanceof ScimError && scimTypes.includes(error.scimType ?? ''))
}

// A schema made by looking at the resources of the vector and at the names in its filter.

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
type CaseExact = Vector['caseExact']
type Draft = Map<string, { values: unknown[]; subNames: Set<string>; isMultiple: boolean }>

function toResourceType(resources: readonly JsonObject[], filter: Filter, caseExact: CaseExact): ResourceType {
  const schemas = new Map<string, Draft>([[coreUrn, new Map()]])
  for (const resource of resources) addObject(schemas, coreUrn, resource)
  addNames(schemas, filter)
  const defined = [...schemas].map(([id, draft]) =>
    defineSchema({ id, name: 'Any', attributes: toAttributes(draft, caseExact) }),
  )
  const schemaExtensions = defined.slice(1).map((schema) => ({ schema: schema.id, required: false }))
  const registry = createRegistry({
    schemas: defined,
    resourceTypes: [{ name: 'User', endpoint: '/Users', schema: coreUrn, schemaExtensions }],
  })
  const type = findResourceType(registry, 'User')
  assert.ok(type)
  return type
}

function addObject(schemas: Map<string, Draft>, urn: string, object: JsonObject): void {
  for (const [key, value] of Object.entries(object)) {
    if (key.startsWith('urn:') && isJsonObject(value)) addObject(schemas, key, value)
    else addValue(getDraft(schemas, urn), key, value)
  }
}

function addValue(draft: Draft, name: string, value: unknown): void {
  const entry = getEntry(draft, name)
  entry.isMultiple ||= Array.isArray(value)
  entry.values.push(...(Array.isArray(value) ? value : [value]))
}

// `owner` is the path before the brackets that the filter stands in.
function addNames(schemas: Map<string, Draft>, filter: Filter, owner?: AttributePath): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.forEach((part) => addNames(schemas, part, owner))
    case 'not':
      return addNames(schemas, filter.filter, owner)
    case 'valuePath':
      return addNames(schemas, filter.filter, filter.path)
    default: {
      const path = owner ?? filter.path
      const entry = getEntry(getDraft(schemas, path.schema ?? coreUrn), path.attribute)
      const subName = owner === undefined ? path.subAttribute : filter.path.attribute
      if (subName !== undefined) entry.subNames.add(subName)
    }
  }
}

function getDraft(schemas: Map<string, Draft>, urn: string): Draft {
  const known = [...schemas.keys()].find((key) => key.toLowerCase() === urn.toLowerCase())
  const draft = schemas.get(known ?? urn) ?? new Map()
  schemas.set(known ?? urn, draft)
  return draft
}

function getEntry(draft: Draft, name: string) {
  const known = [...draft.keys()].find((key) => key.toLowerCase() === name.toLowerCase())
  const entry = draft.get(known ?? name) ?? { values: [], subNames: new Set(), isMultiple: false }
  draft.set(known ?? name, entry)
  return entry
}

const commonNames = new Set(['schemas', 'id', 'meta'])

function toAttributes(draft: Draft, caseExact: CaseExact): readonly AttributeInput[] {
  return [...draft].flatMap(([name, { values, subNames, isMultiple }]): readonly AttributeInput[] => {
    if (commonNames.has(name.toLowerCase())) return []
    const plain = { name, multiValued: isMultiple }
    const parts = values.filter(isJsonObject)
    if (parts.length === 0 && subNames.size === 0) return [{ ...plain, ...toSimple(name, values, caseExact) }]
    const subDraft: Draft = new Map()
    for (const part of parts) for (const [key, value] of Object.entries(part)) addValue(subDraft, key, value)
    for (const subName of subNames) getEntry(subDraft, subName)
    return [{ ...plain, type: 'complex', subAttributes: toAttributes(subDraft, caseExact) }]
  })
}

function toSimple(name: string, values: readonly unknown[], caseExact: CaseExact): Partial<AttributeInput> {
  const present = values.filter((value) => value !== null)
  const isAll = (test: (value: unknown) => boolean) => present.length > 0 && present.every(test)
  if (isAll((value) => typeof value === 'boolean')) return { type: 'boolean' }
  if (isAll((value) => typeof value === 'number')) return { type: 'decimal' }
  if (isAll((value) => typeof value === 'string' && foldDateTime(value) !== undefined)) return { type: 'dateTime' }
  const key = name.toLowerCase()
  return { caseExact: key === 'externalid' || caseExact === 'all' || (caseExact?.includes(key) ?? false) }
}
