import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createRegistry,
  enterpriseUserSchema,
  groupSchema,
  isJsonObject,
  type Json,
  type Schema,
  type ServiceProviderFeatures,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
  userSchema,
} from '@rollcall/scim'
import { badgeSchema } from '../filter/subject.ts'

const baseUrl = 'https://example.com/scim/v2'

const features: ServiceProviderFeatures = {
  baseUrl,
  documentationUri: 'https://example.com/docs',
  patch: true,
  bulk: { maxOperations: 1000, maxPayloadSizeBytes: 1_048_576 },
  filter: { maxResults: 200 },
  changePassword: false,
  sort: true,
  etag: true,
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 200,
    cursorTimeoutSeconds: 3600,
  },
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: 'OAuth Bearer Token', description: 'RFC 6750', primary: true },
  ],
}

test('the service provider configuration says what RFC 7643 §5 and RFC 9865 §4 ask for', () => {
  assert.deepEqual(toServiceProviderConfig(features), {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    documentationUri: 'https://example.com/docs',
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 200,
      cursorTimeout: 3600,
    },
    authenticationSchemes: [
      { type: 'oauthbearertoken', name: 'OAuth Bearer Token', description: 'RFC 6750', primary: true },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: 'https://example.com/scim/v2/ServiceProviderConfig' },
  })
})

test('what is not supported is said so, with the numbers that the schema requires', () => {
  const config = toServiceProviderConfig({
    ...features,
    bulk: undefined,
    filter: undefined,
    etag: false,
    documentationUri: undefined,
    pagination: undefined,
  })
  assert.deepEqual(config['bulk'], { supported: false, maxOperations: 0, maxPayloadSize: 0 })
  assert.deepEqual(config['filter'], { supported: false, maxResults: 0 })
  assert.deepEqual(config['etag'], { supported: false })
  assert.ok(!('documentationUri' in config) && !('pagination' in config))
})

test('a resource type is described as in RFC 7643 §6', () => {
  const documents = createRegistry().resourceTypes.map((type) => toResourceTypeDocument(type, baseUrl))
  assert.deepEqual(documents, [
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'User',
      name: 'User',
      description: 'User Account',
      endpoint: '/Users',
      schema: userSchema.id,
      schemaExtensions: [{ schema: enterpriseUserSchema.id, required: false }],
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
    },
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'Group',
      name: 'Group',
      description: 'Group',
      endpoint: '/Groups',
      schema: groupSchema.id,
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/Group` },
    },
  ])
})

test('a schema document carries every characteristic that means something, and no null (RFC 7643 §7)', () => {
  const document = toSchemaDocument(badgeSchema, baseUrl)
  assert.deepEqual(document['meta'], { resourceType: 'Schema', location: `${baseUrl}/Schemas/${badgeSchema.id}` })
  const level = findByName(document['attributes'], 'level')
  const common = {
    multiValued: false,
    description: '',
    required: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
  }
  assert.deepEqual(level, { name: 'level', type: 'integer', ...common })
  assert.deepEqual(findByName(document['attributes'], 'code'), {
    name: 'code',
    type: 'string',
    caseExact: true,
    ...common,
  })
  const place = findByName(document['attributes'], 'place')
  assert.deepEqual(findByName(place['subAttributes'], 'floor'), { name: 'floor', type: 'integer', ...common })
  assert.ok(!('caseExact' in place))
})

for (const schema of [userSchema, groupSchema, enterpriseUserSchema, badgeSchema]) {
  test(`the document of ${schema.id} gives each attribute the fields of its type`, () => {
    const document = toSchemaDocument(schema, baseUrl)
    assert.equal(document['id'], schema.id)
    assert.ok(!JSON.stringify(document).includes('null'))
    checkAttributes(document['attributes'], schema)
  })
}

test('canonical values and reference types stand where they are known', () => {
  const user = toSchemaDocument(userSchema, baseUrl)
  const emails = findByName(user['attributes'], 'emails')
  assert.deepEqual(findByName(emails['subAttributes'], 'type')['canonicalValues'], ['work', 'home', 'other'])
  assert.deepEqual(findByName(user['attributes'], 'profileUrl')['referenceTypes'], ['external'])
  const group = toSchemaDocument(groupSchema, baseUrl)
  assert.deepEqual(findByName(findByName(group['attributes'], 'members')['subAttributes'], '$ref')['referenceTypes'], [
    'User',
    'Group',
  ])
})

function checkAttributes(attributes: Json | undefined, schema: Schema): void {
  assert.ok(Array.isArray(attributes) && attributes.length > 0)
  for (const attribute of attributes) {
    assert.ok(isJsonObject(attribute))
    for (const key of [
      'name',
      'type',
      'multiValued',
      'description',
      'required',
      'mutability',
      'returned',
      'uniqueness',
    ]) {
      assert.ok(key in attribute, `${schema.id}: ${String(attribute['name'])} has no ${key}`)
    }
    const { type } = attribute
    assert.equal('caseExact' in attribute, type === 'string' || type === 'reference' || type === 'binary')
    assert.equal('referenceTypes' in attribute, type === 'reference')
    assert.equal('subAttributes' in attribute, type === 'complex')
    if (type === 'complex') checkAttributes(attribute['subAttributes'], schema)
  }
}

function findByName(attributes: Json | undefined, name: string) {
  assert.ok(Array.isArray(attributes))
  const found: unknown = attributes.find((attribute) => isJsonObject(attribute) && attribute['name'] === name)
  assert.ok(isJsonObject(found), `no attribute ${name}`)
  return found
}
