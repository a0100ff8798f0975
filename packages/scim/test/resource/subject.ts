import assert from 'node:assert/strict'
import {
  coreDefinitions,
  createRegistry,
  createTolerance,
  defineSchema,
  enterpriseUserSchema,
  findResourceType,
  groupSchema,
  type JsonObject,
  type Leniency,
  normaliseResource,
  profiles,
  type RecordingTolerance,
  type ResourceDraft,
  type ResourceType,
  ScimError,
  type ScimErrorCode,
  userSchema,
} from '@rollcall/scim'

export const enterprise = enterpriseUserSchema.id

/** An extension with what User lacks: every mutability, every "returned", every type. */
export const fixtureSchema = defineSchema({
  id: 'urn:example:params:scim:schemas:fixture:1.0:User',
  name: 'Fixture',
  attributes: [
    { name: 'serial', mutability: 'immutable' },
    { name: 'computed', mutability: 'readOnly' },
    { name: 'pin', mutability: 'writeOnly' },
    { name: 'level', type: 'integer' },
    { name: 'weight', type: 'decimal' },
    { name: 'issued', type: 'dateTime' },
    { name: 'key', type: 'binary' },
    { name: 'page', type: 'reference' },
    { name: 'tags', multiValued: true },
    { name: 'onRequest', returned: 'request' },
    { name: 'onlyAlways', returned: 'always' },
    { name: 'hidden', returned: 'never' },
    {
      name: 'seat',
      type: 'complex',
      subAttributes: [
        { name: 'room', required: true },
        { name: 'building', mutability: 'immutable' },
        { name: 'note', returned: 'request' },
        { name: 'plan', returned: 'always' },
        { name: 'secret', returned: 'never' },
      ],
    },
    {
      name: 'devices',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value', mutability: 'immutable' },
        { name: 'label' },
        { name: 'primary', type: 'boolean' },
        { name: 'seen', type: 'dateTime', mutability: 'readOnly' },
      ],
    },
  ],
})
export const fixture = fixtureSchema.id

const registry = createRegistry({
  schemas: [...coreDefinitions.schemas, fixtureSchema],
  resourceTypes: coreDefinitions.resourceTypes.map((type) => ({
    ...type,
    schemaExtensions: type.name === 'User' ? [enterprise, fixture].map((schema) => ({ schema, required: false })) : [],
  })),
})

export const user = getType('User')
export const group = getType('Group')

function getType(name: string): ResourceType {
  const type = findResourceType(registry, name)
  assert.ok(type)
  return type
}

/** A tolerance that grants these rules and no other. */
export function allowing(...rules: readonly Leniency[]): RecordingTolerance {
  return createTolerance({ ...profiles.strict, rules: new Set(rules) })
}

type Options = Partial<Parameters<typeof normaliseResource>[2]>

/** Normalises the body of a user; `schemas` lists everything unless given. */
export function toUser(body: JsonObject, options: Options = {}): ResourceDraft {
  const schemas = [userSchema.id, enterprise, fixture]
  return normaliseResource({ schemas, userName: 'bjensen', ...body }, user, { tolerance: allowing(), ...options })
}

/** Normalises the body of a group. */
export function toGroup(body: JsonObject, options: Options = {}): ResourceDraft {
  const full = { schemas: [groupSchema.id], displayName: 'Tour Guides', ...body }
  return normaliseResource(full, group, { tolerance: allowing(), ...options })
}

/** Asserts that the work throws a ScimError of that code, and gives it back. */
export function assertRefused(work: () => unknown, code: ScimErrorCode, message?: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof ScimError, String(error))
    assert.equal(error.code, code, error.message)
    if (message !== undefined) assert.match(error.message, message)
    return true
  })
}
