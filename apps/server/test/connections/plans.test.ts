import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

// A switch of the plan is in force in every process within a second.
const effectMs = 1_000

let admin: AdminHarness
let key = ''
let owner = ''
const path = '/api/v1/organizations/acme'

before(async () => {
  admin = await createAdminHarness()
  owner = (await admin.createOrganization('acme')).key
  key = (await admin.send('POST', `${path}/keys`, { body: { scopes: ['scim'] } })).body.key
})
after(() => admin[Symbol.asyncDispose]())

const scim = (method: string, resource: string, body?: unknown) =>
  admin.send(method, `/scim/v2${resource}`, { key, body })
const userOf = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })
const groupOf = (displayName: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName,
})

test('AC-D34: a new organization has everything; a smaller plan takes SCIM away within a second and says why', async () => {
  const before = await admin.send('GET', `${path}/plan`, { key: owner })
  assert.equal(before.body.plan, 'everything')
  assert.ok(before.body.features.every((each: { included: boolean }) => each.included))
  assert.equal((await scim('POST', '/Users', userOf('ada'))).status, 201)

  await admin.send('PATCH', `${path}/plan`, { body: { plan: 'free' } })
  await sleep(effectMs)
  const refused = await scim('GET', '/Users')
  assert.deepEqual([refused.status, refused.body.schemas[0]], [403, 'urn:ietf:params:scim:api:messages:2.0:Error'])
  const shown = await admin.send('GET', `${path}/plan`, { key: owner })
  const missing = shown.body.features.find((each: { name: string }) => each.name === 'scim')
  assert.equal(missing.included, false)
  assert.match(missing.explanation, /plan "free".*"startup", "pro", "enterprise"/)
  assert.ok(refused.body.detail.startsWith(missing.explanation), 'SCIM says the same words')
  assert.match(refused.body.detail, /https:\/\/rollcall\.test\/errors\/planRequired$/)

  const made = await admin.send('POST', `${path}/connections`, { key: owner, body: { type: 'scim' } })
  assert.deepEqual([made.status, made.body.code, made.body.detail], [403, 'planRequired', missing.explanation])
  assert.equal((await admin.application.fetch('/errors/planRequired')).status, 200)

  await admin.send('PATCH', `${path}/plan`, { body: { plan: 'startup' } })
  await sleep(effectMs)
  assert.equal((await scim('GET', '/Users')).status, 200)
})

test('AC-D34: a plan without groups refuses them alone, in bulk too; a single feature is given and taken besides the plan', async () => {
  await admin.send('PATCH', `${path}/plan`, { body: { plan: 'startup' } })
  await sleep(effectMs)
  assert.equal((await scim('GET', '/Users')).status, 200)
  for (const [method, resource, body] of [
    ['POST', '/Groups', groupOf('a')],
    ['GET', '/Groups', undefined],
    ['DELETE', '/Groups/x', undefined],
  ] as const) {
    const refused = await scim(method, resource, body)
    assert.equal(refused.status, 403, `${method} ${resource}`)
    assert.match(refused.body.detail, /^Managed teams .* not part of the plan "startup"/)
  }
  const bulk = await scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Groups', bulkId: 'g', data: groupOf('b') },
      { method: 'POST', path: '/Users', bulkId: 'u', data: userOf('bea') },
    ],
  })
  assert.deepEqual(
    bulk.body.Operations.map((each: { status: string }) => each.status),
    ['403', '201'],
  )
  const given = await admin.send('PATCH', `${path}/plan`, { body: { features: { groups: true }, seatsMax: 5 } })
  assert.deepEqual(given.body.overrides, { groups: true })
  assert.equal(given.body.seats.max, 5)
  await sleep(effectMs)
  assert.equal((await scim('POST', '/Groups', groupOf('a'))).status, 201)
  const taken = await admin.send('PATCH', `${path}/plan`, {
    body: { plan: 'everything', features: { groups: false }, seatsMax: null },
  })
  assert.equal(taken.body.seats.max, null)
  await sleep(effectMs)
  assert.match((await scim('GET', '/Groups')).body.detail, /: taken from this organization/)
  await admin.send('PATCH', `${path}/plan`, { body: { features: { groups: null } } })
  await sleep(effectMs)
  assert.equal((await scim('GET', '/Groups')).status, 200)
})

test('AC-D34: plans are listed with their features; only the operator of the server gives one, by a name that there is', async () => {
  const { body } = await admin.send('GET', '/api/v1/plans?total=true', { key: owner })
  assert.equal(body.data[0].name, 'everything')
  assert.equal(body.total, body.data.length)
  const own = await admin.send('PATCH', `${path}/plan`, { key: owner, body: { plan: 'enterprise' } })
  assert.equal(own.body.code, 'forbidden')
  const unknown = await admin.send('PATCH', `${path}/plan`, { body: { plan: 'constructor' } })
  assert.deepEqual([unknown.status, unknown.body.errors[0].pointer], [400, '/plan'])
  const feature = await admin.send('PATCH', `${path}/plan`, { body: { features: { everything: true } } })
  assert.equal(feature.status, 400)
  const again = await admin.send('PATCH', `${path}/plan`, { body: { plan: 'everything' } })
  const twice = await admin.send('PATCH', `${path}/plan`, { body: { plan: 'everything' } })
  assert.equal(again.body.version, twice.body.version, 'a change that changes nothing changes nothing')
})
