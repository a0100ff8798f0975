import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTypeId } from '../../src/type-id.ts'
import { createAppCaller, type AppAnswer } from './app-caller.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { teamRules } from './team-rules.ts'

/** While the engine is at a request of that kind, somebody links the team to a group; what he is told. */
async function linkDuring(harness: EngineHarness, method: string, group: object): Promise<() => AppAnswer | undefined> {
  const { fake, tenant } = harness
  const call = await createAppCaller(harness)
  const answer = fake.fetch
  let told: AppAnswer | undefined
  let isLinking = false
  Object.assign(fake, {
    fetch: async (request: Request): Promise<Response> => {
      if (!isLinking && request.method === method && request.url.includes('/Groups')) {
        isLinking = true
        const [team] = await harness.rows<{ id: string }>(
          'select id from teams where organization_id = $1 and $2::uuid is not null',
        )
        told = await call('POST', `/teams/${formatTypeId('team', team?.id ?? '')}/link`, { group })
      }
      return answer(request)
    },
  })
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  assert.equal((await tenant.scim('POST', '/Groups', { schemas, displayName: 'Crew' })).status, 201)
  await harness.settle()
  return () => told
}

const linkOf = (harness: EngineHarness) =>
  harness.rows<{ key: string; origin: string }>(
    `select target_key as key, origin from links where organization_id = $1 and app_id = $2 and kind = 'team'`,
  )

test('a team that is linked while a worker is about to make a group for it gets no second one', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone', teams: teamRules } })
  const { fake } = harness
  const { id } = fake.groups.insert({ displayName: 'The old crew' }, { by: 'foreign' })
  const told = await linkDuring(harness, 'GET', { id })
  assert.equal(told()?.status, 200, JSON.stringify(told()?.body))
  assert.deepEqual(
    fake.groups.all().map((group) => [group.id, group.resource['displayName']]),
    [[id, 'Crew']],
  )
  assert.deepEqual(await linkOf(harness), [{ key: id, origin: 'adopted' }])
})

test('a team for which a group is just being made cannot be linked to another one; a minute later it says that it has one', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone', teams: teamRules } })
  const { fake } = harness
  const { id } = fake.groups.insert({ displayName: 'The old crew' }, { by: 'foreign' })
  const told = await linkDuring(harness, 'POST', { id })
  assert.deepEqual([told()?.status, told()?.body.errors[0].code], [409, 'groupBeingMade'])
  const made = fake.groups.all().find((group) => group.id !== id)
  assert.deepEqual(await linkOf(harness), [{ key: made?.id, origin: 'created' }])
  const call = await createAppCaller(harness)
  const { body: teams } = await call('GET', '/teams')
  const refused = await call('POST', `/teams/${teams.data[0].teamId}/link`, { group: { id } })
  assert.deepEqual([refused.status, refused.body.errors[0].code], [409, 'teamLinked'])
})
