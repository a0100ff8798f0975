import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { formatTypeId } from '../../src/type-id.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

/** The answers of the admin API as far as these tests look into them. */
type Answer = { readonly status: number; readonly body: any } // oxlint-disable-line typescript/no-explicit-any -- as in the harness of the admin API

type Scene = EngineHarness & {
  api(method: string, path: string, body?: unknown): Promise<Answer>
  /** A team of these people by SCIM; its ids here and over SCIM. */
  createTeam(displayName: string, people: readonly string[]): Promise<{ readonly id: string; readonly scimId: string }>
  addMember(scimId: string, person: string): Promise<void>
  members(groupId: string): readonly string[]
  nameOf(groupId: string): unknown
}

/** Teams whose names begin with `Push` are pushed by rule, as in Okta. */
const rules = provisioningRules.parse({
  ...simpleRules,
  assignment: 'everyone',
  teams: {
    mappings: [{ target: 'displayName', kind: 'direct', source: 'displayName' }],
    matching: [[{ target: 'displayName', source: 'displayName' }]],
    scope: { filter: 'displayName sw "Push"' },
    leaving: { policy: 'unlink' },
  },
})

async function createScene(): Promise<Scene> {
  const harness = await createEngineHarness({ rules })
  const { server, tenant, fake } = harness
  const { secret } = await tenant.createKey({ scopes: ['admin:enterprise'] })
  const path = `/api/v1/organizations/acme/apps/${formatTypeId('app', harness.appId)}/teams`
  const idOf = async (table: 'users' | 'teams', column: string, value: string): Promise<string> => {
    const wanted = column === 'id' ? 'scim_id' : 'id'
    const text = `select ${wanted} as id from ${table} where ${column} = $1`
    return (await server.database.query<{ id: string }>({ text }, [value])).rows[0]?.id ?? ''
  }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const accounts = () => new Map(fake.users.all().map(({ id, resource }) => [id, String(resource['userName'])]))
  return {
    ...harness,
    api: async (method, rest, body) => {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const { status, text } = await server.send(`${path}${rest}`, init)
      return { status, body: JSON.parse(text) }
    },
    createTeam: async (displayName, people) => {
      const members = await Promise.all(people.map(async (id) => ({ value: await idOf('users', 'id', id) })))
      const group = ['urn:ietf:params:scim:schemas:core:2.0:Group']
      const { body } = await tenant.scim('POST', '/Groups', { schemas: group, displayName, members })
      return { id: formatTypeId('team', await idOf('teams', 'scim_id', body.id)), scimId: body.id }
    },
    addMember: async (scimId, person) => {
      const value = [{ value: await idOf('users', 'id', person) }]
      const { status } = await tenant.scim('PATCH', `/Groups/${scimId}`, {
        schemas,
        Operations: [{ op: 'add', path: 'members', value }],
      })
      assert.equal(status, 204)
    },
    members: (groupId) =>
      [...(fake.groups.get(groupId)?.members ?? [])].map((id) => accounts().get(id) ?? '').toSorted(),
    nameOf: (groupId) => fake.groups.get(groupId)?.resource['displayName'],
  }
}

test('AC-O27: groups are linked, left, deleted, renamed or not, paused, pushed by rule and pushed now, over the admin API', async () => {
  await using scene = await createScene()
  const { fake } = scene
  const [ada, bob] = [await scene.createPerson('ada'), await scene.createPerson('bob')]
  // By rule: what the filter finds is pushed, an empty group too (C9316), and nothing else.
  const one = await scene.createTeam('Push One', [ada])
  const empty = await scene.createTeam('Push Empty', [])
  const later = await scene.createTeam('Later', [bob])
  await scene.settle()
  await scene.pass(16_000)
  const listed = await scene.api('GET', '?total=true')
  assert.deepEqual(
    listed.body.data.map((team: Answer['body']) => [team.name, team.state, team.members]),
    [
      ['Push One', 'linked', 1],
      ['Push Empty', 'linked', 0],
    ],
  )
  assert.equal(listed.body.total, 2)
  assert.equal((await scene.api('GET', `/${later.id}`)).status, 404)
  const groupId: string = listed.body.data[0].groupId
  assert.deepEqual(scene.members(groupId), ['ada'])

  // Paused: nothing is sent; resumed: all that was added meanwhile is.
  assert.equal((await scene.api('PATCH', `/${one.id}`, { isPaused: true })).body.isPaused, true)
  await scene.addMember(one.scimId, bob)
  await scene.pass(21_000)
  assert.deepEqual(scene.members(groupId), ['ada'])
  assert.equal((await scene.api('POST', `/${one.id}/push`)).status, 409)
  await scene.api('PATCH', `/${one.id}`, { isPaused: false })
  await scene.settle()
  assert.deepEqual(scene.members(groupId), ['ada', 'bob'])

  // Push now sends all of it again, whatever somebody did to the group.
  fake.groups.write(groupId, { displayName: 'Spoilt' }, new Set())
  await scene.settle()
  assert.equal(scene.nameOf(groupId), 'Spoilt')
  assert.equal((await scene.api('POST', `/${one.id}/push`)).status, 200)
  await scene.settle()
  assert.deepEqual([scene.nameOf(groupId), scene.members(groupId)], ['Push One', ['ada', 'bob']])

  // Unlinked and left: the group stays as it is, and nothing more is sent.
  assert.equal((await scene.api('POST', `/${one.id}/unlink`, { group: 'leave' })).body.unlinked, 'leave')
  await scene.settle()
  const eve = await scene.createPerson('eve')
  await scene.addMember(one.scimId, eve)
  await scene.pass(21_000)
  await scene.pass(3_000)
  assert.deepEqual(scene.members(groupId), ['ada', 'bob'])
  assert.equal(fake.groups.size, 2)

  // Linked again after it was left (C9322), not renamed: old members stay, no group is made.
  const foreign = fake.users.insert({ userName: 'foreign' }, { by: 'foreign' })
  fake.groups.write(
    groupId,
    { displayName: 'Theirs' },
    new Set([...(fake.groups.get(groupId)?.members ?? []), foreign.id]),
  )
  const link = { group: { name: 'Theirs' }, keepsName: true }
  const linked = await scene.api('POST', `/${one.id}/link`, link)
  assert.deepEqual([linked.status, linked.body.groupId, linked.body.origin], [200, groupId, 'adopted'])
  await scene.settle()
  assert.equal(scene.nameOf(groupId), 'Theirs')
  assert.deepEqual(scene.members(groupId), ['ada', 'bob', 'eve', 'foreign'])
  assert.equal(fake.groups.size, 2)
  await scene.api('PATCH', `/${one.id}`, { keepsName: false })
  await scene.settle()
  assert.equal(scene.nameOf(groupId), 'Push One')

  // What cannot be linked says why, and changes nothing.
  const codes = async (team: string, group: object): Promise<readonly [number, string]> => {
    const { status, body } = await scene.api('POST', `/${team}/link`, { group })
    return [status, body.errors?.[0]?.code ?? body.code]
  }
  assert.deepEqual(await codes(one.id, { id: groupId }), [409, 'teamLinked'])
  assert.deepEqual(await codes(later.id, { id: groupId }), [409, 'teamNotInScope'])
  await scene.api('POST', `/${empty.id}/unlink`, { group: 'leave' })
  await scene.settle()
  assert.deepEqual(await codes(empty.id, { id: groupId }), [409, 'groupTaken'])
  assert.equal((await codes(empty.id, { id: 'g999' }))[1], 'groupNotFound')
  fake.groups.insert({ displayName: 'Twice' }, { by: 'foreign' })
  fake.quirks.isUnique = false
  fake.groups.insert({ displayName: 'Twice' }, { by: 'foreign' })
  assert.deepEqual(await codes(empty.id, { name: 'Twice' }), [409, 'groupAmbiguous'])
  fake.fault = () => 'dropBefore'
  assert.deepEqual(await codes(empty.id, { name: 'Twice' }), [409, 'appUnreachable'])
  fake.fault = () => 'none'

  // Unlinked and deleted: the group goes, its people stay.
  await scene.api('POST', `/${one.id}/unlink`, { group: 'delete' })
  await scene.settle()
  assert.equal(fake.groups.get(groupId), undefined)
  assert.equal(fake.users.size, 4)
  assert.deepEqual(await scene.rows('select from member_edges where organization_id = $1 and app_id = $2'), [])
})
