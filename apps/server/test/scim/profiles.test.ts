import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertScimError, createTestProvisioning, scimInit, type TestProvisioning } from '../harness/provisioning.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

test('TRAP-F10: group names are unique per connection, but not for a strict one (RFC 7643 §4.2)', async () => {
  const tenant = await server.createTenant('names')
  const group = (displayName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName })
  const post = (key: string, displayName: string) =>
    server.send('/scim/v2/Groups', scimInit('POST', { key, body: group(displayName) }))
  assert.equal((await post(tenant.key, 'Sales')).status, 201)
  assertScimError(await post(tenant.key, 'SALES'), 409)
  const strict = await tenant.createConnection({ profile: 'strict', name: 'strict' })
  for (const name of ['Sales', 'sales']) assert.equal((await post(strict.key, name)).status, 201)
})
