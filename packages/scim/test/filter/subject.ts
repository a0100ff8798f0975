import assert from 'node:assert/strict'
import {
  bindFilter,
  coreDefinitions,
  createRegistry,
  defineSchema,
  enterpriseUserSchema,
  findResourceType,
  type JsonObject,
  type Leniency,
  matchFilter,
  parseFilter,
  type ResourceType,
  ScimError,
  type ScimErrorCode,
  type Tolerance,
} from '@rollcall/scim'

export const enterprise = enterpriseUserSchema.id

/** An extension with one attribute of each type that User lacks. */
export const badgeSchema = defineSchema({
  id: 'urn:example:params:scim:schemas:Badge:1.0',
  name: 'Badge',
  attributes: [
    { name: 'level', type: 'integer' },
    { name: 'weight', type: 'decimal' },
    { name: 'issued', type: 'dateTime' },
    { name: 'key', type: 'binary' },
    { name: 'code', caseExact: true },
    // Also in the enterprise extension, and in User with another shape.
    { name: 'division' },
    { name: 'nickName', type: 'complex', subAttributes: [{ name: 'value' }] },
    { name: 'tags', multiValued: true },
    {
      name: 'place',
      type: 'complex',
      subAttributes: [
        { name: 'floor', type: 'integer' },
        { name: 'rooms', multiValued: true },
      ],
    },
    {
      name: 'secrets',
      type: 'complex',
      multiValued: true,
      subAttributes: [{ name: 'value', returned: 'never' }, { name: 'type' }],
    },
  ],
})
export const badge = badgeSchema.id

const registry = createRegistry({
  schemas: [...coreDefinitions.schemas, badgeSchema],
  resourceTypes: coreDefinitions.resourceTypes.map((type) => ({
    ...type,
    schemaExtensions: type.name === 'User' ? [enterprise, badge].map((schema) => ({ schema, required: false })) : [],
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
export function allowing(...rules: readonly Leniency[]): Tolerance {
  return { allows: (rule) => rules.includes(rule), replaceComplex: 'merge' }
}

/** Whether a user fulfils a filter, given as text. */
export function matches(text: string, resource: JsonObject, tolerance: Tolerance = allowing()): boolean {
  return matchFilter(bindFilter(parseFilter(text, { tolerance }), user, { tolerance }), resource)
}

/** Asserts that the work throws a ScimError of that code, and gives it back. */
export function assertRefused(work: () => unknown, code: ScimErrorCode): ScimError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof ScimError, String(error))
    assert.equal(error.code, code, error.message)
    return error
  }
  throw new assert.AssertionError({ message: `not refused as ${code}` })
}
