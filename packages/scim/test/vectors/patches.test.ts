import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  applyPatch,
  type Attribute,
  type AttributeInput,
  createRegistry,
  createTolerance,
  defineSchema,
  enterpriseUserSchema,
  findResourceType,
  groupSchema,
  isJsonObject,
  isUnassigned,
  type Json,
  type JsonObject,
  type Leniency,
  parsePatch,
  type Profile,
  profiles,
  type ResourceType,
  ScimError,
  userSchema,
} from '@rollcall/scim'

// The vectors are shared between implementations and stand beside the repository, not in it.
const file = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'vectors', 'patches.json')

type Vector = {
  readonly id: string
  readonly tier: 'A' | 'S' | 'SEC' | 'B' | 'Q' | 'C'
  readonly kind: 'patch' | 'request-validation'
  readonly before?: JsonObject
  readonly operations?: Json
  readonly requestBody?: Json
  readonly after?: JsonObject
  readonly asserts?: readonly {
    readonly path: readonly (string | number)[]
    readonly equals?: Json
    readonly length?: number
  }[]
  readonly error?: boolean
  readonly scimType?: readonly string[]
}

/** Vectors of the tiers A, S and SEC that the letter of the RFC does not give; each says why. */
const needed: ReadonlyMap<string, readonly Leniency[]> = new Map([
  // A URN-qualified key in a value: RFC 7643 §3.3 knows only extension objects there; TRAP-D14 calls it interop.
  ['P0090', ['urnKeys']],
  // "Replace": RFC 7644 §3.5.2 spells the operations in lower case.
  ['P0045', ['operationCase']],
  // readOnly `groups` in a value: RFC 7644 §3.5.2 demands an error, the vector ignores it as TRAP-D15 allows.
  ['P0357', ['readOnlyValues']],
  // readOnly `meta` in a value, likewise; without the leniency it is refused, which is as safe.
  ['P0373', ['readOnlyValues']],
])

/** Vectors whose scimType the RFC would word otherwise; that they fail is checked. */
const otherScimTypes: ReadonlyMap<string, string> = new Map([
  // The op is unknown, so the message is malformed: invalidSyntax as for P0024.
  ['P0169', 'invalidSyntax'],
  // The path is malformed: invalidPath rather than the vector's invalidSyntax (RFC 7644 table 9).
  ['P0075', 'invalidPath'],
])

// RFC 7643 §2.3.8 forbids complex inside complex, so no schema can describe this one (TRAP-A19).
const indescribable = 'P0298'

if (!existsSync(file)) {
  test('the shared PATCH vectors are not beside this repository: nothing to play', (t) => {
    t.diagnostic(`not found: ${file}`)
  })
} else {
  // The shape is the file's own promise; a vector that breaks it fails its test.
  const content = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }
  for (const vector of content.vectors) playAsTest(vector)
}

function playAsTest(vector: Vector): void {
  const name = `vector ${vector.id} (tier ${vector.tier}): ${JSON.stringify(vector.operations ?? vector.requestBody).slice(0, 80)}`
  if (vector.id === indescribable) {
    test(name, () => assert.throws(() => toResourceType(vector), /complex inside a complex attribute/))
    return
  }
  switch (vector.tier) {
    case 'A':
    case 'S':
    case 'SEC':
      test(name, () => play(vector, { ...profiles.strict, rules: new Set(needed.get(vector.id)) }))
      return
    case 'Q':
      test(name, () => play(vector, profiles.entra))
      return
    case 'B':
      test(name, () => play(vector, profiles.default))
      return
    case 'C':
      // Disputed: told, not judged.
      test(name, (t) => {
        t.diagnostic(`${vector.id} under the default profile: ${describe(vector, profiles.default)}`)
      })
      return
    default:
      vector.tier satisfies never
  }
}

function describe(vector: Vector, profile: Profile): string {
  try {
    play(vector, profile)
    return 'as the vector says'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function play(vector: Vector, profile: Profile): void {
  if (vector.error === true) {
    const expected = otherScimTypes.get(vector.id)
    const scimTypes = expected === undefined ? vector.scimType : [expected]
    assert.throws(
      () => patch(vector, profile),
      (error) => {
        assert.ok(error instanceof ScimError, String(error))
        assert.ok(scimTypes?.includes(error.scimType ?? ''), `${error.scimType} instead of ${scimTypes?.join()}`)
        return true
      },
    )
    return
  }
  const result = patch(vector, profile)
  if (vector.after !== undefined) assert.deepEqual(toComparable(result), toComparable(vector.after))
  for (const { path, equals, length } of vector.asserts ?? []) {
    const found = path.reduce<Json | undefined>((value, key) => step(value, key), result)
    if (length === undefined) assert.deepEqual(found, equals)
    else assert.equal(isList(found) ? found.length : 0, length)
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function step(value: Json | undefined, key: string | number): Json | undefined {
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined
  return isJsonObject(value) ? value[key] : undefined
}

function patch(vector: Vector, profile: Profile): JsonObject {
  const tolerance = createTolerance(profile)
  const body = vector.requestBody ?? {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: vector.operations ?? [],
  }
  const operations = parsePatch(body, { tolerance })
  return applyPatch(vector.before ?? {}, operations, toResourceType(vector), { tolerance, members: 'inline' }).resource
}

/** Order of lists and keys, unassigned values and `primary: false` say nothing; `schemas` and `meta` are the provider's. */
function toComparable(resource: JsonObject): Json {
  const { schemas: _schemas, meta: _meta, ...rest } = resource
  return canonicalise(rest)
}

function canonicalise(value: Json): Json {
  if (isList(value)) {
    const texts = value.map((element) => JSON.stringify(canonicalise(element)))
    return texts.toSorted()
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value)
    .filter(
      ([key, member]) => member !== undefined && !isUnassigned(member) && !(key === 'primary' && member === false),
    )
    .map(([key, member]): [string, Json] => [key.toLowerCase(), canonicalise(member ?? null)])
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

// A resource type made by looking at the resources of the vector: the core attributes, and what else is in them.

function toResourceType(vector: Vector): ResourceType {
  const resources = [vector.before, vector.after].filter((resource) => resource !== undefined)
  const known = [...userSchema.attributes, ...groupSchema.attributes.filter(({ name }) => name === 'members')]
  const isUrn = (key: string): boolean => key.startsWith('urn:')
  const urns = new Set(resources.flatMap((resource) => Object.keys(resource).filter(isUrn)))
  urns.add(enterpriseUserSchema.id)
  const base = resources.map((resource) => Object.fromEntries(Object.entries(resource).filter(([key]) => !isUrn(key))))
  const extensions = [...urns].map((id) => {
    const found = resources.map((resource) => resource[id]).filter(isJsonObject)
    const attributes = id === enterpriseUserSchema.id ? enterpriseUserSchema.attributes : []
    return defineSchema({ id, name: id, attributes: describeAll(found, attributes) })
  })
  const core = defineSchema({ id: userSchema.id, name: 'User', attributes: describeAll(base, known) })
  const registry = createRegistry({
    schemas: [core, ...extensions],
    resourceTypes: [
      {
        name: 'User',
        endpoint: '/Users',
        schema: core.id,
        schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
      },
    ],
  })
  const type = findResourceType(registry, 'User')
  assert.ok(type)
  return type
}

const common = new Set(['schemas', 'id', 'externalid', 'meta'])

function describeAll(objects: readonly JsonObject[], known: readonly Attribute[]): readonly AttributeInput[] {
  const described = new Map<string, AttributeInput>(known.map((attribute) => [attribute.name.toLowerCase(), attribute]))
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const lower = key.toLowerCase()
    if (common.has(lower) || isUnassigned(value) || value === undefined) continue
    described.set(lower, describeOne(described.get(lower), key, value))
  }
  return [...described.values()]
}

function describeOne(known: AttributeInput | undefined, key: string, value: Json): AttributeInput {
  const values = isList(value) ? value : [value]
  const objects = values.filter(isJsonObject)
  if (objects.length === 0) return known ?? { name: key, type: typeOf(values[0]), multiValued: isList(value) }
  const subAttributes = new Map((known?.subAttributes ?? []).map((sub) => [sub.name.toLowerCase(), sub]))
  for (const [name, member] of objects.flatMap((object) => Object.entries(object))) {
    const present = subAttributes.get(name.toLowerCase())
    if (member === undefined || isUnassigned(member)) continue
    // The vector stores what RFC 7643 §4.3 makes readOnly (`manager.displayName`), so its schema lets clients write it.
    if (present === undefined || present.mutability === 'readOnly' || isJsonObject(member))
      subAttributes.set(name.toLowerCase(), describeOne(undefined, name, member))
  }
  return {
    name: key,
    ...known,
    type: 'complex',
    multiValued: isList(value),
    subAttributes: [...subAttributes.values()],
  }
}

function typeOf(value: Json | undefined): 'string' | 'boolean' | 'decimal' {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'decimal' : 'string'
}
