import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { atRest, createTeamScene, enterprise, people, rulesWith, teamIds, type TeamScene } from './team-scene.ts'

const dayMs = 86_400_000

test('teams become groups with their members; who joins, leaves or is renamed follows; a deleted team is deleted', async () => {
  await using scene = await createTeamScene()
  const [ada, bob, eve] = await people(scene, 'ada', 'bob', 'eve')
  const sales = await scene.createTeam('Sales', [ada, bob])
  await scene.createTeam('Empty', [])
  await atRest(scene)
  assert.deepEqual(scene.membersOf('Sales'), ['ada', 'bob'])
  assert.deepEqual(scene.membersOf('Empty'), [])

  scene.fake.clearCounts()
  await scene.settle()
  assert.equal(scene.fake.requests, 0)
  await scene.patchTeam(sales, 'add', eve)
  await scene.patchTeam(sales, 'remove', ada)
  await scene.pass(21_000)
  assert.deepEqual(scene.membersOf('Sales'), ['bob', 'eve'])
  assert.deepEqual([...scene.fake.counts], [['PATCH /Groups/…', 2]])
  const log = await scene.rows<{ action: string }>(
    `select action from provisioning_log where organization_id = $1 and app_id = $2 and object_kind = 'team' order by at, id`,
  )
  // Who leaves is counted first; meanwhile who joins is in.
  assert.deepEqual(
    log.slice(-2).map(({ action }) => action),
    ['addMembers', 'removeMembers'],
  )
  assert.equal((await scene.tenant.scim('DELETE', `/Groups/${sales}`)).status, 204)
  await scene.pass(21_000)
  assert.deepEqual(
    scene.fake.groups.all().map(({ resource }) => resource['displayName']),
    ['Empty'],
  )
})

test('who becomes a person of the app later is a member then; nested teams count; a group of that name is adopted', async () => {
  await using scene = await createTeamScene({ rules: rulesWith({ assignment: 'assigned' }) })
  const [ada, bob] = await people(scene, 'ada', 'bob')
  const inner = await scene.createTeam('Inner', [ada, bob])
  const outer = await scene.createTeam('Outer', [])
  const [innerId, outerId] = await teamIds(scene, inner, outer)
  await scene.patchTeam(outer, 'add', innerId)
  const foreign = scene.fake.users.insert({ userName: 'foreign' }, { by: 'foreign' })
  const group = scene.fake.groups.insert({ displayName: 'Outer' }, { by: 'foreign' })
  scene.fake.groups.write(group.id, group.resource, new Set([foreign.id]))
  await scene.assign({ kind: 'team', id: outerId }, { kind: 'user', id: ada })
  await atRest(scene)
  // The members of the nested team are assigned with it.
  assert.deepEqual(scene.membersOf('Outer'), ['ada', 'bob', 'foreign'])
  assert.equal(scene.fake.groups.size, 1)
  const [eve] = await people(scene, 'eve')
  await scene.patchTeam(inner, 'add', eve)
  await scene.pass(21_000)
  // The account first; groups follow in one request for all accounts of that moment.
  await atRest(scene)
  assert.deepEqual(scene.membersOf('Outer'), ['ada', 'bob', 'eve', 'foreign'])
})

test('where a team gives access, whom it loses goes before everything else', async () => {
  const lanes: number[] = []
  for (const givesAccess of [false, true]) {
    const members = { nesting: 'flatten', isAuthoritative: false, givesAccess }
    await using scene = await createTeamScene({ rules: rulesWith({ teams: { members } }) })
    const [ada] = await people(scene, 'ada')
    const team = await scene.createTeam('Sales', [ada])
    await atRest(scene)
    await scene.patchTeam(team, 'remove', ada)
    const { database, clock } = scene.server
    const rules = createRulesCache()
    await pumpChanges(database, { findRules: (db, app) => rules.find(db, app), clock })
    const rows = await scene.rows<{ lane: number }>(
      `select lane from work_items where organization_id = $1 and app_id = $2 and kind = 'team'`,
    )
    lanes.push(...rows.map(({ lane }) => lane))
  }
  assert.deepEqual(lanes, [3, 0])
})

test('AC-E20: a first cycle of a hundred people in a chain of managers: found or made, all managers set in a second step', async () => {
  await using scene = await createTeamScene({ settings: { numbers: 'entra-parity' } })
  const names = Array.from({ length: 100 }, (_, index) => `p${String(index).padStart(3, '0')}`)
  const ids: string[] = []
  for (const name of names) {
    const above = ids.at(-1)
    const manager = above === undefined ? {} : await managedBy(scene, above)
    ids.push(await scene.createPerson(name, manager))
  }
  // Four have accounts already; one is suspended, so none is made for him.
  for (const name of names.slice(0, 4)) scene.fake.users.insert({ userName: name }, { by: 'foreign' })
  await scene.patchPerson(ids[99] ?? '', [{ op: 'replace', path: 'active', value: false }])
  await scene.settle()
  assert.equal(scene.fake.users.size, 99)
  for (const [index, name] of names.slice(1, 99).entries()) assert.equal(scene.managerOf(name), names[index])
  const posts = scene.fake.counts.get('POST /Users') ?? 0
  assert.equal(posts, 95)
  const [cycle] = await scene.rows<{ kind: string; state: string }>(
    'select kind, state from cycles where organization_id = $1 and app_id = $2',
  )
  assert.deepEqual(cycle, { kind: 'initial', state: 'done' })
  // What was seen is remembered: nothing is left to be done.
  scene.fake.clearCounts()
  await scene.settle()
  assert.equal(scene.fake.requests, 0)
})

test('ENG-20: a manager who comes a week later appears by himself; circles resolve; what is missing is no null and no failure', async () => {
  await using scene = await createTeamScene({ rules: rulesWith({ assignment: 'assigned' }) })
  const [boss] = await people(scene, 'boss')
  const ada = await scene.createPerson('ada', await managedBy(scene, boss))
  const bob = await scene.createPerson('bob')
  const eve = await scene.createPerson('eve', await managedBy(scene, bob))
  await scene.patchPerson(bob, [{ op: 'add', value: await managedBy(scene, eve) }])
  await scene.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob }, { kind: 'user', id: eve })
  await scene.settle()
  assert.equal(scene.managerOf('ada'), undefined)
  assert.deepEqual([scene.managerOf('bob'), scene.managerOf('eve')], ['eve', 'bob'])
  assert.ok(!scene.fake.seen.some(({ body }) => JSON.stringify(body ?? {}).includes('null')))
  const [failed] = await scene.rows<{ count: number }>(
    `select count(*) as count from provisioning_log where organization_id = $1 and app_id = $2 and status in ('failure', 'warning')`,
  )
  assert.equal(failed?.count, 0)
  const [health] = await scene.rows<{ failures: number }>(
    'select coalesce(max(failures), 0) as failures from app_health where organization_id = $1 and app_id = $2',
  )
  assert.equal(health?.failures, 0)

  await scene.pass(7 * dayMs)
  await scene.assign({ kind: 'user', id: boss })
  await scene.settle()
  assert.equal(scene.managerOf('ada'), 'boss')
  assert.ok(!scene.fake.seen.some(({ body }) => JSON.stringify(body ?? {}).includes('null')))
})

/** Also what waits for accounts that come a moment later. */
async function managedBy(scene: TeamScene, id: string): Promise<object> {
  const { rows } = await scene.server.database.query<{ scimId: string }>(
    { text: 'select scim_id as "scimId" from users where id = $1' },
    [id],
  )
  return { [enterprise]: { manager: { value: rows[0]?.scimId } } }
}
