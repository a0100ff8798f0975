import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTypeId } from '../../src/type-id.ts'
import { createAppCaller, makePlan, type AppCaller } from './app-caller.ts'
import { atRest, createTeamScene, people, rulesWith, teamIds, type TeamScene } from './team-scene.ts'

type Changes = {
  readonly team: { readonly name: string }
  readonly joining: number
  readonly leaving: number
  readonly leavingApp: number
  readonly joins: readonly { readonly name: string }[]
  readonly leaves: readonly { readonly name: string }[]
  readonly isHeld: boolean
}

type Shown = {
  readonly team: string
  readonly counts: readonly number[]
  readonly joins: readonly string[]
  readonly leaves: readonly string[]
  readonly isHeld: boolean
}

async function listMembers(call: AppCaller, planId: string): Promise<readonly Shown[]> {
  const { status, body } = await call('GET', `/plans/${planId}/members?total=true`)
  assert.equal(status, 200, JSON.stringify(body))
  return body.data.map((row: Changes) => ({
    team: row.team.name,
    counts: [row.joining, row.leaving, row.leavingApp],
    joins: row.joins.map(({ name }) => name).toSorted(),
    leaves: row.leaves.map(({ name }) => name).toSorted(),
    isHeld: row.isHeld,
  }))
}

test('a plan of a first run and of assignments says who would enter which group, and it comes so', async () => {
  await using scene = await createTeamScene({ rules: rulesWith({ assignment: 'assigned' }) })
  const call = await createAppCaller(scene)
  const [ada, bob, eve] = await people(scene, 'ada', 'bob', 'eve')
  const inner = await scene.createTeam('Inner', [ada, bob])
  await scene.createTeam('Other', [eve])
  const [innerId] = await teamIds(scene, inner, inner)
  await scene.settle()
  const plan = await makePlan(scene, call, { assign: [formatTypeId('team', innerId)] })
  assert.equal(plan.summary, 'create 3, add members 2')
  assert.deepEqual(await listMembers(call, plan.id), [
    { team: 'Inner', counts: [2, 0, 0], joins: ['ada', 'bob'], leaves: [], isHeld: false },
  ])
  assert.equal((await call('POST', `/plans/${plan.id}/apply`)).status, 200)
  await atRest(scene)
  assert.deepEqual(scene.membersOf('Inner'), ['ada', 'bob'])
  const nothing = await makePlan(scene, call)
  assert.deepEqual([nothing.hasChanges, await listMembers(call, nothing.id)], [false, []])
})

test('a plan of other rules names who would leave a group: with their account, or alone, which the gate counts', async () => {
  const nested = { members: { nesting: 'flatten', isAuthoritative: false, givesAccess: false } }
  await using scene = await createTeamScene({ rules: rulesWith({ teams: nested }) })
  const call = await createAppCaller(scene)
  const names = Array.from({ length: 12 }, (_, index) => `p${index}`)
  const ids: string[] = []
  for (const name of names) ids.push(await scene.createPerson(name, { displayName: name }))
  const [ada] = await people(scene, 'ada', 'bob', 'eve')
  const inner = await scene.createTeam('Inner', ids)
  const outer = await scene.createTeam('Outer', [ada])
  const [innerId, outerId] = await teamIds(scene, inner, outer)
  await nest(scene, outer, inner)
  await atRest(scene)
  assert.equal(scene.membersOf('Outer').length, 13)

  // Members of the inner team are no members of the outer one any more; one person is out of scope besides.
  const direct = rulesWith({ teams: { members: { ...nested.members, nesting: 'direct' } } })
  const scope = { groups: [[{ attribute: 'displayName', operator: 'NOT EQUALS', value: 'ada' }]] }
  const rules = { ...direct, users: { ...direct.users, scope } }
  assert.equal((await call('POST', '/rules', { rules })).status, 201)
  const plan = await makePlan(scene, call)
  assert.equal(plan.summary, 'disable 1, add members 1, remove members 13')
  const listed = await listMembers(call, plan.id)
  assert.deepEqual(
    listed.map(({ team, counts, isHeld }: Shown) => [team, counts, isHeld]),
    [['Outer', [1, 12, 1], true]],
  )
  assert.deepEqual(listed[0]?.leaves, ['ada', ...names].toSorted())
  assert.deepEqual(listed[0]?.joins, ['Inner'])

  const preview = await call('POST', '/preview', { object: formatTypeId('team', outerId), revision: 'draft' })
  const { members } = preview.body
  assert.deepEqual([members.joining, members.leaving, members.leavingApp, members.isHeld], [1, 12, 0, true])
  assert.equal(members.leaves.length, 12)
  const other = await call('POST', '/preview', { object: formatTypeId('team', innerId) })
  assert.deepEqual([other.body.members.present, other.body.members.leaves], [12, []])

  // Whoever applies the plan may decide on holds, and has approved exactly so many removals in this group.
  assert.equal((await call('POST', `/plans/${plan.id}/apply`)).status, 200)
  await scene.pass(21_000)
  await atRest(scene)
  assert.equal(scene.membersOf('Outer').length, 1)
  assert.equal(scene.membersOf('Inner').length, 12)
})

test('who leaves a group instead of those whom an applied plan has named is counted by the gate', async () => {
  const nested = { members: { nesting: 'flatten', isAuthoritative: false, givesAccess: false } }
  await using scene = await createTeamScene({ rules: rulesWith({ teams: nested }) })
  const call = await createAppCaller(scene)
  const create = async (name: string): Promise<string> => scene.createPerson(name, { displayName: name })
  const planned: string[] = []
  for (let index = 0; index < 24; index++) planned.push(await create(`p${index}`))
  const others: string[] = []
  for (let index = 0; index < 22; index++) others.push(await create(`q${index}`))
  const inner = await scene.createTeam('Inner', planned)
  const outer = await scene.createTeam('Outer', others)
  await nest(scene, outer, inner)
  await atRest(scene)
  const rules = rulesWith({ teams: { members: { ...nested.members, nesting: 'direct' } } })
  assert.equal((await call('POST', '/rules', { rules })).status, 201)
  const plan = await makePlan(scene, call)
  assert.equal(plan.counts.removeMembers, 24)

  scene.server.clock.advance(60_000)
  await scene.patchTeam(outer, 'add', ...planned)
  await scene.patchTeam(outer, 'remove', ...others)
  assert.equal((await call('POST', `/plans/${plan.id}/apply`)).status, 200)
  await scene.pass(21_000)
  await atRest(scene)
  assert.equal(scene.membersOf('Outer').filter((name) => name.startsWith('q')).length, others.length)
})

async function nest(scene: TeamScene, outer: string, inner: string): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const operations = [{ op: 'add', path: 'members', value: [{ value: inner, type: 'Group' }] }]
  const { status, text } = await scene.tenant.scim('PATCH', `/Groups/${outer}`, { schemas, Operations: operations })
  assert.ok(status < 300, text)
}

test('a large group is counted exactly, and its first hundred are named', async () => {
  await using scene = await createTeamScene({ rules: rulesWith({ assignment: 'assigned' }) })
  const call = await createAppCaller(scene)
  const ids: string[] = []
  for (let index = 0; index < 130; index++)
    ids.push(await scene.createPerson(`p${index}`, { displayName: `p${index}` }))
  const team = await scene.createTeam('All', ids)
  const [teamId] = await teamIds(scene, team, team)
  await scene.settle()
  const plan = await makePlan(scene, call, { assign: [formatTypeId('team', teamId)] })
  assert.equal(plan.counts.addMembers, 130)
  const [row] = (await call('GET', `/plans/${plan.id}/members`)).body.data
  assert.deepEqual([row.joining, row.joins.length], [130, 100])
})
