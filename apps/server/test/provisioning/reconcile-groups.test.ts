import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAppCaller } from './app-caller.ts'
import { applyReconciled, reconcileNow } from './reconcile-scene.ts'
import { atRest, createTeamScene, people, rulesWith, type TeamScene } from './team-scene.ts'

type Shown = { readonly is: string; readonly name: string }
type Group = {
  readonly name: string
  readonly class: string
  readonly members: { readonly missing: number; readonly foreign: number; readonly first: readonly Shown[] }
}

/** What somebody does to a group in the app itself. */
function changeMembers(
  { fake }: TeamScene,
  group: string,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): void {
  const keyOf = (userName: string) =>
    fake.users.all().find(({ resource }) => resource['userName'] === userName)?.id ?? ''
  const found = fake.groups.all().find(({ resource }) => resource['displayName'] === group)
  assert.ok(found !== undefined)
  const members = new Set(found.members)
  for (const name of add) members.add(keyOf(name))
  for (const name of remove) members.delete(keyOf(name))
  fake.groups.write(found.id, found.resource, members)
}

test('members of groups are compared: who is missing is drift and comes back by a plan, others’ members are told and stay', async () => {
  await using scene = await createTeamScene()
  const call = await createAppCaller(scene)
  const [ada, bob, eve] = await people(scene, 'ada', 'bob', 'eve')
  await scene.createTeam('Sales', [ada, bob])
  await scene.createTeam('Support', [eve])
  await scene.createTeam('Empty', [])
  await atRest(scene)
  scene.fake.users.insert({ userName: 'local', active: true }, { by: 'foreign' })
  changeMembers(scene, 'Sales', { add: ['local', 'eve'], remove: ['bob'] })

  const { result } = await reconcileNow(scene, call)
  assert.deepEqual([result.drift, result.membersMissing, result.membersForeign], [1, 1, 2])
  const groups: readonly Group[] = (await call('GET', '/accounts?kind=team')).body.data
  const sales = groups.find(({ name }) => name === 'Sales')
  assert.deepEqual([sales?.class, sales?.members.missing, sales?.members.foreign], ['drift', 1, 2])
  assert.deepEqual(sales?.members.first.map((one) => [one.is, one.name]).toSorted(), [
    ['foreign', 'eve'],
    ['foreign', 'local'],
    ['missing', 'bob'],
  ])
  assert.deepEqual(
    groups.filter(({ name }) => name !== 'Sales').map((group) => [group.class, group.members.missing]),
    [
      ['equal', 0],
      ['equal', 0],
    ],
  )
  await atRest(scene)
  assert.deepEqual(scene.membersOf('Sales'), ['ada', 'eve', 'local'])

  const { plan } = await applyReconciled(scene, call)
  assert.equal(plan.summary, 'update 1, add members 1')
  const [row] = (await call('GET', `/plans/${plan.id}/members`)).body.data
  assert.deepEqual([row.team.name, row.joining, row.joins[0].name, row.leaves], ['Sales', 1, 'bob', []])
  assert.deepEqual(scene.membersOf('Sales'), ['ada', 'bob', 'eve', 'local'])
  const after = await reconcileNow(scene, call)
  assert.deepEqual([after.result.drift, after.result.membersForeign], [0, 2])
})

test('where the rules decide alone who is in a group, others’ members are drift and leave by the plan', async () => {
  const members = { nesting: 'flatten', isAuthoritative: true, givesAccess: false }
  await using scene = await createTeamScene({ rules: rulesWith({ teams: { members } }) })
  const call = await createAppCaller(scene)
  const [ada] = await people(scene, 'ada', 'eve')
  await scene.createTeam('Sales', [ada])
  await atRest(scene)
  for (let index = 0; index < 12; index++) {
    scene.fake.users.insert({ userName: `local${index}`, active: true }, { by: 'foreign' })
    changeMembers(scene, 'Sales', { add: [`local${index}`] })
  }
  const { plan } = await applyReconciled(scene, call)
  assert.equal(plan.summary, 'update 1, remove members 12')
  const [row] = (await call('GET', `/plans/${plan.id}/members`)).body.data
  // More than half of a group, which the gate would hold: whoever applies the plan approves it.
  assert.deepEqual([row.leaving, row.isHeld, row.leaves.length, row.leaves[0].id], [12, true, 12, null])
  assert.deepEqual(scene.membersOf('Sales'), ['ada'])
})

test('an app that shows no members is not said to have lost any', async () => {
  await using scene = await createTeamScene({ quirks: { showsMembers: false } })
  const call = await createAppCaller(scene)
  const [ada] = await people(scene, 'ada')
  await scene.createTeam('Sales', [ada])
  await atRest(scene)
  const { result } = await reconcileNow(scene, call)
  assert.deepEqual([result.drift, result.membersMissing, result.equal], [0, 0, 2])
})
