import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AttributeInput,
  coreDefinitions,
  createRegistry,
  defineSchema,
  enterpriseUserSchema,
  extendRegistry,
  findAttribute,
  findResourceType,
  groupSchema,
  userSchema,
} from '@rollcall/scim'
import { assertRefused } from '../filter/subject.ts'

const define = (...attributes: readonly AttributeInput[]) =>
  defineSchema({ id: 'urn:example:Badge', name: 'Badge', attributes })
const refused = (work: () => unknown) => assertRefused(work, 'invalidValue')
const registry = createRegistry()

const addToUser = (...attributes: readonly AttributeInput[]) =>
  extendRegistry(registry, {
    schemas: [define(...attributes)],
    schemaExtensions: [{ resourceType: 'User', schema: 'urn:example:Badge', required: false }],
  })

test('TRAP-A19: a complex attribute inside a complex one is refused (RFC 7643 §2.3.8)', () => {
  const inner: AttributeInput = { name: 'inner', type: 'complex', subAttributes: [{ name: 'a' }] }
  refused(() => define({ name: 'outer', type: 'complex', subAttributes: [inner] }))
})

test('a schema fills in the defaults of RFC 7643 §2.2', () => {
  const [plain, secret, reference] = define(
    { name: 'a' },
    { name: 'b', mutability: 'writeOnly' },
    { name: 'c', type: 'reference' },
  ).attributes
  assert.deepEqual(plain, {
    name: 'a',
    type: 'string',
    multiValued: false,
    description: '',
    required: false,
    canonicalValues: [],
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    referenceTypes: [],
    subAttributes: [],
  })
  assert.equal(secret?.returned, 'never')
  assert.equal(reference?.caseExact, true)
})

test('a schema refuses malformed names, names used twice and sub-attributes in the wrong place', () => {
  for (const name of ['', '1a', '_a', 'a b', 'a.b', 'a:b', 'a[b', 'é', '__proto__', 'a"b'])
    refused(() => define({ name }))
  refused(() => define({ name: 'a' }, { name: 'A' }))
  refused(() => define({ name: 'a', type: 'complex' }))
  refused(() => define({ name: 'a', subAttributes: [{ name: 'b' }] }))
})

test('TRAP-D17: a schema cannot define a name that every object inherits', () => {
  for (const name of ['constructor', 'toString', 'VALUEOF', 'hasOwnProperty', 'prototype']) {
    refused(() => define({ name }))
    refused(() => define({ name: 'a', type: 'complex', subAttributes: [{ name }] }))
  }
})

test('a schema refuses a URN that could not stand in a filter', () => {
  for (const id of [
    'Badge',
    'http://example.com/Badge',
    'urn:',
    'urn:example',
    'urn:example:',
    'urn:example:a b',
    'urn:example:(a)',
    'urn:example:[a]',
    'urn:example:"a"',
    'urn:example:a:',
  ]) {
    refused(() => defineSchema({ id, name: 'x', attributes: [] }))
  }
})

test('a registry gains an extension at run time and the old one stays as it was', () => {
  const extended = addToUser({ name: 'number' })
  const path = { schema: 'URN:example:badge', attribute: 'Number', subAttribute: undefined }
  const find = (from: typeof registry) => {
    const user = findResourceType(from, 'User')
    return user && findAttribute(user, path)?.attribute.name
  }
  assert.equal(find(extended), 'number')
  assert.equal(find(registry), undefined)
  const user = findResourceType(extended, 'User')
  assert.deepEqual([...(user?.extensions.keys() ?? [])], [enterpriseUserSchema.id.toLowerCase(), 'urn:example:badge'])
  assert.equal(findResourceType(extended, 'Group')?.extensions.size, 0)
})

test('a registry gains a resource type at run time, with extensions of its own', () => {
  const device = defineSchema({
    id: 'urn:example:Device',
    name: 'Device',
    attributes: [{ name: 'serial', required: true }],
  })
  const extended = extendRegistry(registry, {
    schemas: [device, define({ name: 'number' })],
    resourceTypes: [{ name: 'Device', endpoint: '/Devices', schema: device.id }],
    schemaExtensions: [{ resourceType: 'Device', schema: 'urn:example:Badge', required: true }],
  })
  const type = findResourceType(extended, 'Device')
  assert.equal(type?.extensions.get('urn:example:badge')?.required, true)
  assert.equal(type?.attributes.get('externalid')?.caseExact, true)
  assert.deepEqual(
    extended.resourceTypes.map(({ name }) => name),
    ['User', 'Group', 'Device'],
  )
})

test('an extension cannot define names that are reserved, such as groups', () => {
  for (const name of ['groups', 'GROUPS', 'id', 'externalId', 'meta', 'schemas']) refused(() => addToUser({ name }))
  const thing = (name: string) => defineSchema({ id: 'urn:example:Thing', name: 'Thing', attributes: [{ name }] })
  const add = (name: string) =>
    extendRegistry(registry, {
      schemas: [thing(name)],
      resourceTypes: [{ name: 'Thing', endpoint: '/Things', schema: 'urn:example:Thing' }],
    })
  for (const name of ['id', 'meta', 'schemas']) refused(() => add(name))
  // A base schema may say more about externalId than RFC 7643 §3.1.
  assert.equal(add('externalId').resourceTypes.length, 3)
})

test('a registry refuses what is registered twice, is missing or takes an endpoint of the protocol', () => {
  const type = { name: 'Thing', endpoint: '/Things', schema: userSchema.id }
  refused(() => extendRegistry(registry, { schemas: [userSchema] }))
  refused(() => extendRegistry(registry, { resourceTypes: [{ ...type, schema: 'urn:example:nope' }] }))
  refused(() => extendRegistry(registry, { resourceTypes: [{ ...type, name: 'USER' }] }))
  refused(() => extendRegistry(registry, { resourceTypes: [{ ...type, endpoint: '/users' }] }))
  refused(() => extendRegistry(registry, { resourceTypes: [{ ...type, name: 'a b' }] }))
  for (const endpoint of [
    'Things',
    '/',
    '/a/b',
    '/Schemas',
    '/bulk',
    '/Me',
    '/ResourceTypes',
    '/ServiceProviderConfig',
    '/.search',
    '/a?b',
  ]) {
    refused(() => extendRegistry(registry, { resourceTypes: [{ ...type, endpoint }] }))
  }
  const extension = { resourceType: 'User', schema: enterpriseUserSchema.id, required: false }
  refused(() => extendRegistry(registry, { schemaExtensions: [extension] }))
  refused(() =>
    extendRegistry(registry, { schemaExtensions: [{ ...extension, resourceType: 'Group', schema: groupSchema.id }] }),
  )
  refused(() => extendRegistry(registry, { schemaExtensions: [{ ...extension, resourceType: 'Nope' }] }))
  refused(() => createRegistry({ ...coreDefinitions, schemas: [userSchema] }))
})
