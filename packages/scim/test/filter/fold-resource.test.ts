import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attribute, findAttribute, foldResource, foldValue } from '@rollcall/scim'
import { badge, enterprise, user } from './subject.ts'

function attribute(name: string, schema?: string): Attribute {
  const ref = findAttribute(user, { schema, attribute: name, subAttribute: undefined })
  assert.ok(ref)
  return ref.attribute
}

test('the search document holds folded leaves under canonical names', () => {
  const resource = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: 'AbC',
    userName: 'BJensen',
    active: false,
    name: { familyName: 'STRASSE', givenName: null },
    emails: [{ value: 'A@Example.com', primary: true }, { value: null }],
    meta: { created: '2011-05-13T05:42:34+02:00' },
    [enterprise]: { manager: { value: 'M1', displayName: 'Boss' } },
    [badge]: { level: 3, tags: ['A', 'b'], key: 'aGVs' },
  }
  assert.deepEqual(foldResource(resource, user), {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:user'],
    id: 'AbC',
    userName: 'bjensen',
    active: false,
    name: { familyName: 'strasse' },
    emails: [{ value: 'a@example.com', primary: true }],
    meta: { created: '2011-05-13T03:42:34.000000000Z' },
    [enterprise]: { manager: { value: 'm1', displayName: 'boss' } },
    [badge]: { level: 3, tags: ['a', 'b'], key: 'aGVs' },
  })
})

test('the search document leaves out what is unassigned, unknown, never returned or of the wrong type', () => {
  const resource = {
    title: null,
    emails: [],
    name: {},
    roles: [{}],
    ims: [{ value: null }],
    password: 'secret',
    nope: 'x',
    active: 'yes',
    userName: 5,
    meta: { created: 'yesterday' },
    [enterprise]: { manager: {} },
    [badge]: { secrets: [{ value: 's' }], place: { rooms: [] } },
    constructor: 'x',
  }
  assert.deepEqual(foldResource(resource, user), {})
})

test('the search document keeps "", which is a value (RFC 7643 §2.5)', () => {
  assert.deepEqual(foldResource({ title: '' }, user), { title: '' })
})

test('a value that does not fit its attribute has no folded form', () => {
  assert.equal(foldValue(attribute('userName'), 'É'), 'é')
  assert.equal(foldValue(attribute('userName'), 1), undefined)
  assert.equal(foldValue(attribute('active'), 'true'), undefined)
  assert.equal(foldValue(attribute('level', badge), Number.NaN), undefined)
  assert.equal(foldValue(attribute('issued', badge), '2020-13-01T00:00:00Z'), undefined)
  assert.equal(foldValue(attribute('name'), {}), undefined)
  assert.equal(foldValue(attribute('profileUrl'), 'https://A'), 'https://A')
})
