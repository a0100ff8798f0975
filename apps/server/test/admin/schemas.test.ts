import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminHarness, type AdminHarness } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

const path = '/api/v1/organizations/acme/schemas'
const badge = 'urn:example:params:scim:schemas:Badge'

test('a schema registered for an organization is served over SCIM within a second, and found by its attributes', async () => {
  const { key } = await admin.createOrganization('acme')
  const schema = {
    id: badge,
    name: 'Badge',
    attributes: [
      { name: 'number', caseExact: true },
      { name: 'floor', type: 'integer' },
    ],
  }
  const made = await admin.send('POST', path, {
    key,
    body: { schema, use: { kind: 'extension', resourceType: 'User' } },
  })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body.use, { kind: 'extension', resourceType: 'User', required: false })
  assert.equal(made.body.schema.attributes[1].returned, 'default')
  assert.deepEqual((await admin.send('GET', path, { key })).body.data, [made.body])
  await sleep(1_000)
  const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const body = { schemas: [core, badge], userName: 'ada', [badge]: { number: 'A-7', floor: 3 } }
  assert.equal((await admin.send('POST', '/scim/v2/Users', { key, body })).status, 201)
  const filter = encodeURIComponent(`${badge}:number eq "A-7"`)
  assert.equal((await admin.send('GET', `/scim/v2/Users?filter=${filter}`, { key })).body.totalResults, 1)
})

test('a schema that cannot be is refused by name, one that is there already too, and nothing is kept of it', async () => {
  const { key } = await admin.createOrganization('beta')
  const send = (schema: object, use: object) =>
    admin.send('POST', '/api/v1/organizations/beta/schemas', { key, body: { schema, use } })
  const good = { id: badge, name: 'Badge', attributes: [{ name: 'number' }] }
  const extension = { kind: 'extension', resourceType: 'User' }
  const wrongType = await send({ ...good, attributes: [{ name: 'number', type: 'text' }] }, extension)
  assert.deepEqual([wrongType.status, wrongType.body.errors[0].pointer], [400, '/schema/attributes/0/type'])
  assert.equal((await send({ ...good, id: 'no urn' }, extension)).status, 400)
  assert.equal((await send(good, { kind: 'extension', resourceType: 'Nobody' })).status, 400)
  assert.equal((await send(good, { kind: 'resourceType', name: 'User', endpoint: '/Users' })).status, 400)
  assert.deepEqual((await admin.send('GET', '/api/v1/organizations/beta/schemas', { key })).body.data, [])
  assert.equal((await send(good, extension)).status, 201)
  const again = await send({ ...good, id: badge.toUpperCase() }, extension)
  assert.deepEqual([again.status, again.body.errors[0].pointer], [409, '/schema/id'])
  const core = await send({ ...good, id: 'urn:ietf:params:scim:schemas:core:2.0:User' }, extension)
  assert.equal(core.status, 409)
  const race = await Promise.all([1, 2, 3].map(() => send({ ...good, id: 'urn:example:race' }, extension)))
  assert.deepEqual(race.map(({ status }) => status).toSorted(), [201, 409, 409])
})
