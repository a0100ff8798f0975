import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAppCaller } from './app-caller.ts'
import { createEngineHarness } from './engine-harness.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'

const badge = 'urn:example:params:scim:schemas:Badge'
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'

test('rules that name a schema before it is registered read people as it says from then on, in every process', async () => {
  const mappings = usualMappings.filter(({ target }) => target !== 'displayName')
  const named = { target: 'displayName', kind: 'direct', source: `${badge}:NUMBER` }
  await using harness = await createEngineHarness({
    rules: rulesOf({ mappings: [...mappings, named] }, { assignment: 'everyone' }),
  })
  const { fake, tenant } = harness
  await harness.createPerson('ada@example.com')
  await harness.settle()
  const shown = (): unknown => fake.users.all().map(({ resource }) => resource['displayName'])
  assert.deepEqual(shown(), [undefined])

  const call = await createAppCaller(harness)
  const schema = { id: badge, name: 'Badge', attributes: [{ name: 'number', caseExact: true }] }
  const use = { kind: 'extension', resourceType: 'User' }
  const path = '/api/v1/organizations/acme/schemas'
  assert.equal((await call('POST', path, { schema, use })).status, 201)
  const { body: before } = await call('GET', '')
  await harness.settle()
  const { body: after } = await call('GET', '')
  assert.equal(after.version, before.version + 1)
  // Connections serve it within a second.
  await sleep(1_000)
  const { body: people } = await tenant.scim('GET', '/Users')
  const body = { schemas: [core, badge], userName: 'ada@example.com', [badge]: { number: 'A-7' } }
  assert.equal((await tenant.scim('PUT', `/Users/${people.Resources[0]?.id}`, body)).status, 200)
  await harness.settle()
  assert.deepEqual(shown(), ['A-7'])

  fake.clearCounts()
  const other = { ...schema, id: `${badge}:2` }
  assert.equal((await call('POST', path, { schema: other, use })).status, 201)
  await harness.settle()
  assert.equal((await call('GET', '')).body.version, after.version, 'that no rule names')
  assert.equal(fake.requests, 0)
})
