import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTypeId } from '@rollcall/admin-api'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createTeamHarness, joinOrganization, type Person, type TeamHarness } from './team-harness.ts'

// What is left of teams that ended, and what being in a team gives.
let teams: TeamHarness
let ada: Person
let bob: Person

before(async () => {
  teams = await createTeamHarness('rollcall')
  ada = await teams.person('ada')
  bob = await teams.person('bob')
})
after(() => teams[Symbol.asyncDispose]())

const dayMs = 86_400_000

async function makeTeam(harness: TeamHarness, name: string, ...members: readonly string[]): Promise<string> {
  const { id } = (await harness.api('POST', '/teams', { body: { name } })).body
  if (members.length > 0) await harness.api('POST', `/teams/${id}/members`, { body: { members } })
  return id
}

async function rolesOf(harness: TeamHarness, person: Person): Promise<readonly string[]> {
  await harness.runJob('settle-mapped-roles')
  const { body } = await harness.api('GET', `/role-assignments?user=${person.id}`)
  return body.data.map(({ role }: { role: { name: string } }) => role.name)
}

test('a deleted team is purged when it cannot come back any more: its names are gone everywhere, who was in it is not', async () => {
  const { clock, database } = teams.admin.application
  const id = await makeTeam(teams, 'Secret plans', ada.id)
  const day = clock().toISOString()
  await teams.api('PATCH', `/teams/${id}`, { body: { name: 'Secret plans 2', description: 'Secret too' } })
  await teams.api('POST', '/role-mappings', { body: { team: id, role: 'auditor' } })
  assert.deepEqual(await rolesOf(teams, ada), ['auditor'])
  clock.advance(2 * dayMs)
  await teams.api('DELETE', `/teams/${id}`)
  assert.deepEqual(await rolesOf(teams, ada), [], 'a team that ended gives no role')
  clock.advance(89 * dayMs)
  await teams.runJob('purge-teams')
  assert.equal((await teams.api('POST', `/teams/${id}/restore`)).status, 200, 'not before its time')
  await teams.api('DELETE', `/teams/${id}`)
  clock.advance(90 * dayMs + 1_000)
  await teams.runJob('purge-teams')
  await teams.runJob('purge-teams')
  const values = [parseTypeId('team', id)]
  const text = `select (select string_agg(t::text, '') from teams t where id = $1) as team,
    (select string_agg(c::text, ' ') from changes c where subject_id = $1) as history,
    (select count(*) from changes where subject_id = $1 and action = 'team.purged') as purges`
  const { rows } = await database.query<{ team: string; history: string; purges: number }>({ text }, values)
  assert.doesNotMatch(`${rows[0]?.team} ${rows[0]?.history}`, /secret/i)
  assert.equal(rows[0]?.purges, 1, 'purged once')
  assert.deepEqual(await teams.names(id, `?asOf=${day}`), ['ada'])
  assert.equal((await teams.api('POST', `/teams/${id}/restore`)).status, 409)
  assert.equal((await teams.api('GET', '/role-mappings')).body.data.length, 0)
  assert.deepEqual(await rolesOf(teams, ada), [])
})

test('a role is mapped to a team of one’s own, and whoever may do less takes nobody into it', async () => {
  const id = await makeTeam(teams, 'Auditors')
  assert.equal((await teams.api('POST', '/role-mappings', { body: { team: id, role: 'admin' } })).status, 201)
  const { body: preview } = await teams.api('POST', '/role-mappings/preview', {
    body: { add: [{ team: id, role: 'auditor' }] },
  })
  assert.notEqual(preview.code, 'notFound', JSON.stringify(preview))
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [ada.id] } })
  assert.deepEqual(await rolesOf(teams, ada), ['admin'])
  await teams.api('DELETE', `/teams/${id}/members/${ada.id}`)
  assert.deepEqual(await rolesOf(teams, ada), [])
  const permissions = ['teams:read', 'teams:manage', 'teams:map', 'people:read']
  await teams.api('POST', '/roles', { body: { name: 'Team keeper', permissions } })
  await teams.api('POST', '/service-accounts', { body: { name: 'keeper', roles: ['Team keeper'] } })
  const { body: made } = await teams.api('POST', '/keys', { body: { scopes: permissions, serviceAccount: 'keeper' } })
  await sleep(keyCacheMs + 20)
  const body = { members: [bob.id] }
  const refused = await teams.api('POST', `/teams/${id}/members`, { key: made.key, body })
  assert.deepEqual([refused.status, /may not do yourself/.test(refused.body.detail)], [403, true])
  assert.deepEqual(await teams.names(id), [])
  const other = await makeTeam(teams, 'Harmless')
  assert.equal((await teams.api('POST', `/teams/${other}/members`, { key: made.key, body })).status, 200)
})

test('a role is mapped to a team that follows a group, and a person who is restored is back in it, with the role', async () => {
  const github = await joinOrganization(teams.admin, 'github', 'mapped-roles')
  const cat = await github.person('cat')
  const dan = await github.person('dan')
  await github.group('engineers', [cat, dan])
  const { body: groups } = await github.api('GET', '/external-groups')
  const id = await makeTeam(github, 'Platform')
  await github.api('POST', `/teams/${id}/link`, { body: { groupId: groups.data[0].id } })
  await github.api('POST', '/role-mappings', { body: { team: id, role: 'auditor' } })
  assert.deepEqual(await rolesOf(github, cat), ['auditor'])
  github.admin.application.clock.advance(1_000)
  assert.equal((await github.scim('DELETE', `/Users/${cat.scimId}`)).status, 204)
  assert.deepEqual(await github.names(id), ['dan'])
  github.admin.application.clock.advance(1_000)
  const restored = await github.api('POST', `/people/${cat.id}/restore`, { body: {} })
  assert.equal(restored.status, 200, JSON.stringify(restored.body))
  await github.runJob('reconcile-teams')
  assert.deepEqual(await github.names(id), ['cat', 'dan'])
  assert.deepEqual(await github.belonging(), ['cat teams active', 'dan teams active'])
  assert.deepEqual(await rolesOf(github, cat), ['auditor'])
})

test('the daily reconciliation takes out who stayed a member of the organization though no team has them', async () => {
  const { database } = teams.admin.application
  const github = await joinOrganization(teams.admin, 'github', 'stale')
  const eve = await github.person('eve')
  const fay = await github.person('fay')
  await github.api('POST', '/members', { body: { userId: fay.id } })
  const text = `insert into organization_members (organization_id, user_id, is_direct, joined_at)
    select organization_id, id, false, $2 from users where id = $1`
  await database.query({ text }, [parseTypeId('usr', eve.id), teams.admin.application.clock()])
  assert.deepEqual(await github.belonging(), ['eve teams active', 'fay direct active'])
  for (let n = 0; n < 2; n++) await github.runJob('trim-organization-members')
  assert.deepEqual(await github.belonging(), ['fay direct active'])
  const { rows } = await database.query<{ data: { members: { removed: string[] } } }>({
    text: `select data from changes where action = 'organization.members_changed' and data ->> 'via' = 'reconciliation'`,
  })
  assert.deepEqual(
    rows.map(({ data }) => data.members.removed),
    [[parseTypeId('usr', eve.id)]],
  )
})
