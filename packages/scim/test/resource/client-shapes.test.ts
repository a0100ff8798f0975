import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTolerance, profiles } from '@rollcall/scim'
import { allowing, assertRefused, toUser } from './subject.ts'

test('AC-O22: an element of a list with nothing but its type in it is left out for Okta', () => {
  const body = {
    phoneNumbers: [
      { type: 'mobile', value: '' },
      { type: 'work', value: '+1' },
    ],
    emails: [{ type: 'work', primary: true, value: null }],
    addresses: [{ type: 'work', locality: '', country: '' }],
    ims: [{ type: 'xmpp' }],
  }
  const { attributes } = toUser(body, { tolerance: createTolerance(profiles.okta) })
  assert.deepEqual(attributes['phoneNumbers'], [{ type: 'work', value: '+1' }])
  assert.ok(!('emails' in attributes) && !('addresses' in attributes))
  assert.deepEqual(attributes['ims'], [{ type: 'xmpp' }])
  assert.deepEqual(toUser(body).attributes['emails'], [{ type: 'work', primary: true }])
})

test('the schema URN that RFC 7644 §3.7.3 misprints is taken for that of the resource by the profile only', () => {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:User'] }
  assert.equal(toUser(body, { tolerance: allowing('misspeltSchema') }).attributes['userName'], 'bjensen')
  assertRefused(() => toUser(body), 'invalidSyntax')
})
