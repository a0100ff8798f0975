import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTeamHarness, joinOrganization, patchOf, type Person, type TeamHarness } from './team-harness.ts'

// Teams that follow groups of the identity provider, in the manner of GitHub.
let teams: TeamHarness
let ada: Person
let bob: Person
let cat: Person

before(async () => {
  teams = await createTeamHarness('github')
  ada = await teams.person('ada')
  bob = await teams.person('bob')
  cat = await teams.person('cat')
})
after(() => teams[Symbol.asyncDispose]())

const dayMs = 24 * 60 * 60 * 1_000

async function makeTeam(name: string, harness = teams): Promise<string> {
  const created = await harness.api('POST', '/teams', { body: { name } })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  return created.body.id
}

async function groupId(name: string, harness = teams): Promise<string> {
  const found = await harness.api('GET', `/external-groups?search=${encodeURIComponent(name)}`)
  const group = found.body.data.find((each: { name: string }) => each.name === name)
  assert.ok(group !== undefined, name)
  return group.id
}

async function link(teamId: string, name: string, harness = teams) {
  return harness.api('POST', `/teams/${teamId}/link`, { body: { groupId: await groupId(name, harness) } })
}

/** A team that follows a new group of its name. */
async function mapped(name: string, members: readonly Person[], harness = teams) {
  const scimId = await harness.group(`${name} group`, members)
  const id = await makeTeam(name, harness)
  assert.equal((await link(id, `${name} group`, harness)).status, 200)
  return { id, scimId }
}

test('AC-G26: a team with members of its own is refused with their names; empty, it follows; one group feeds many teams', async () => {
  const scimId = await teams.group('engineers', [ada, bob])
  assert.equal((await teams.api('GET', '/teams')).body.data.length, 0, 'a group is no team here')
  const first = await makeTeam('Platform')
  await teams.api('POST', `/teams/${first}/members`, { body: { members: [cat.id] } })
  const refused = await link(first, 'engineers')
  assert.deepEqual([refused.status, refused.body.code, refused.body.errors[0].code], [409, 'conflict', 'teamNotEmpty'])
  assert.deepEqual(
    refused.body.errors.map((each: { detail: string }) => each.detail),
    [`cat (${cat.id})`],
  )
  await teams.api('DELETE', `/teams/${first}/members/${cat.id}`)
  const linked = await link(first, 'engineers')
  assert.deepEqual([linked.status, linked.body.group.name, linked.body.sync.state], [200, 'engineers', 'inSync'])
  assert.deepEqual(await teams.names(first), ['ada', 'bob'])

  const second = await makeTeam('Docs')
  assert.equal((await link(second, 'engineers')).status, 200)
  assert.deepEqual(await teams.names(second), ['ada', 'bob'])
  const group = await teams.api('GET', `/external-groups/${await groupId('engineers')}`)
  assert.deepEqual(
    group.body.teams.map((each: { name: string }) => each.name),
    ['Platform', 'Docs'],
  )

  await teams.group('writers', [cat])
  assert.equal((await link(second, 'writers')).body.group.name, 'writers')
  assert.deepEqual(await teams.names(second), ['cat'], 'one team follows one group')
  assert.equal((await teams.patchGroup(scimId, 'remove', bob)).status, 204)
  assert.deepEqual(await teams.names(first), ['ada'])
  assert.deepEqual(await teams.names(second), ['cat'])
  for (const id of [first, second]) assert.equal((await teams.api('DELETE', `/teams/${id}/link`)).status, 204)
})

test('AC-G26: a mapped team has no parent and no children, and its members are locked', async () => {
  const parent = await makeTeam('Parent')
  const child = await makeTeam('Child')
  await teams.group('nested')
  await teams.api('POST', `/teams/${parent}/members`, { body: { members: [child] } })
  for (const id of [parent, child]) {
    const refused = await link(id, 'nested')
    assert.deepEqual([refused.status, refused.body.errors[0].code], [409, 'teamNested'])
  }
  const alone = await makeTeam('Alone')
  assert.equal((await link(alone, 'nested')).status, 200)
  const above = await teams.api('POST', `/teams/${parent}/members`, { body: { members: [alone] } })
  assert.equal(above.status, 404)
  const below = await teams.api('POST', `/teams/${alone}/members`, { body: { members: [child] } })
  assert.deepEqual([below.status, below.body.code], [403, 'managed'])
  const circle = await teams.api('POST', `/teams/${child}/members`, { body: { members: [parent] } })
  assert.deepEqual([circle.status, circle.body.errors[0].code], [409, 'circle'])
})

test('AC-G27: whoever joins a mapped team joins the organization; unlinking removes those with no other path', async () => {
  assert.deepEqual(await teams.belonging(), [])
  const red = await mapped('Red', [ada, bob])
  assert.deepEqual(await teams.belonging(), ['ada teams active', 'bob teams active'])
  const blue = await mapped('Blue', [bob])
  await teams.patchGroup(blue.scimId, 'add', cat)
  assert.deepEqual(await teams.belonging(), ['ada teams active', 'bob teams active', 'cat teams active'])
  await teams.api('DELETE', `/teams/${red.id}/link`)
  assert.deepEqual(await teams.names(red.id), [])
  assert.deepEqual(await teams.belonging(), ['bob teams active', 'cat teams active'])
  assert.equal((await teams.api('GET', `/teams/${red.id}`)).body.sync, null)
  await teams.scim('DELETE', `/Groups/${blue.scimId}`)
  assert.deepEqual(await teams.belonging(), [])
  const left = await teams.team(blue.id)
  assert.deepEqual([left.group, left.peopleCount, left.deletedAt], [null, 0, null])
})

test('AC-G25: a membership of the organization that groups manage goes with the last team, a direct one stays suspended', async () => {
  assert.equal((await teams.api('POST', '/members', { body: { userId: ada.id } })).status, 204)
  const green = await mapped('Green', [ada, bob])
  assert.deepEqual(await teams.belonging(), ['ada direct active', 'bob teams active'])
  await teams.setActive(ada, false)
  await teams.setActive(bob, false)
  assert.deepEqual(await teams.belonging(), ['ada direct suspended'])
  assert.deepEqual(await teams.names(green.id), [])
  await teams.setActive(ada, true)
  await teams.setActive(bob, true)
  assert.deepEqual(await teams.belonging(), ['ada direct active', 'bob teams active'])
  assert.deepEqual(await teams.names(green.id), ['ada', 'bob'])
  await teams.patchGroup(green.scimId, 'remove', ada, bob)
  assert.deepEqual(await teams.belonging(), ['ada direct active'])
  assert.equal((await teams.api('DELETE', `/members/${ada.id}`)).status, 204)
  assert.deepEqual(await teams.belonging(), [])
  await teams.api('DELETE', `/teams/${green.id}/link`)
})

test('AC-G24: a suspended person leaves team views though the identity provider lists them, and comes back after GET and PUT of the group', async () => {
  const team = await mapped('Grey', [ada, bob])
  const own = await makeTeam('Grey own')
  await teams.api('POST', `/teams/${own}/members`, { body: { members: [bob.id] } })
  await teams.setActive(bob, false)
  assert.deepEqual(await teams.names(team.id), ['ada'])
  assert.equal((await teams.team(team.id)).peopleCount, 1)
  assert.deepEqual(await teams.names(own), [])
  assert.equal((await teams.team(own)).peopleCount, 0)
  assert.deepEqual(await teams.names(own, '?suspended=true'), ['bob'])
  const shown = await teams.scim('GET', `/Groups/${team.scimId}`)
  assert.deepEqual(
    shown.body.members.map((each: { value: string }) => each.value),
    [ada.scimId],
  )
  assert.equal((await teams.scim('PUT', `/Groups/${team.scimId}`, shown.body)).status, 200)
  await teams.setActive(bob, true)
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob'])
  assert.deepEqual(await teams.names(own), ['bob'])
  const history = (await teams.api('GET', `/teams/${team.id}/history`)).body.data
  const moves = history.map((each: { via: string; joinedCount: number; leftCount: number }) => [
    each.via,
    each.joinedCount,
    each.leftCount,
  ])
  assert.deepEqual(moves.slice(0, 2), [
    ['active', 1, 0],
    ['suspended', 0, 1],
  ])
  await teams.api('DELETE', `/teams/${team.id}/link`)
})

test('AC-G28: a membership that got lost comes back with the next run: daily, after a call on the group, and on link', async () => {
  const team = await mapped('Drift', [ada, bob])
  const { database, clock } = teams.admin.application
  const lose = () =>
    database.query({
      text: `delete from memberships m using teams t where t.organization_id = m.organization_id and t.id = m.team_id
        and t.display = 'Drift' and m.member_id = (select id from users where display = 'ada')`,
    })
  await lose()
  assert.deepEqual(await teams.names(team.id), ['bob'])
  await teams.runJob('reconcile-teams')
  assert.deepEqual(await teams.names(team.id), ['bob'], 'not before its time')
  clock.advance(dayMs)
  await teams.runJob('reconcile-teams')
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob'])

  await lose()
  await teams.patchGroup(team.scimId, 'add', cat)
  await teams.runJob('reconcile-teams')
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob', 'cat'])

  await lose()
  await link(team.id, 'Drift group')
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob', 'cat'])

  await teams.person('dora')
  await database.query({
    text: `insert into memberships (organization_id, team_id, member_id, member_kind, valid_from)
      select t.organization_id, t.id, u.id, 'user', t.created_at from teams t, users u where t.display = 'Drift' and u.display = 'dora'`,
  })
  await database.query({ text: 'delete from organization_members' })
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob', 'cat', 'dora'])
  await teams.api('POST', `/teams/${team.id}/reconcile`)
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob', 'cat'])
  assert.equal((await teams.belonging()).length, 3)
  await teams.api('DELETE', `/teams/${team.id}/link`)
})

test('AC-G29: people are provisioned without a seat; who lacks one to join makes the team say so, and the call succeeds', async () => {
  const small = await joinOrganization(teams.admin, 'github', 'small')
  const people = [await small.person('ann'), await small.person('ben')]
  const settings = await small.api('PATCH', '/team-settings', { body: { seats: 0 } })
  assert.deepEqual([settings.status, settings.body.seats], [200, 0])
  const scimId = await small.group('Tight group')
  const id = await makeTeam('Tight', small)
  await link(id, 'Tight group', small)
  assert.equal((await small.patchGroup(scimId, 'add', ...people)).status, 204)
  const banner = (await small.team(id)).sync
  assert.deepEqual([banner.message, banner.missing], ['Out of sync due to insufficient licenses', 2])
  assert.deepEqual(await small.names(id), [])
  assert.deepEqual(await small.belonging(), [])
  const direct = await small.api('POST', '/members', { body: { userId: people[0]?.id } })
  assert.deepEqual([direct.status, direct.body.code], [409, 'conflict'])

  await small.api('PATCH', '/team-settings', { body: { seats: 1 } })
  await small.runJob('reconcile-teams')
  assert.deepEqual(await small.names(id), ['ann'])
  assert.equal((await small.team(id)).sync.missing, 1)
  await small.api('PATCH', '/team-settings', { body: { seats: 2 } })
  await small.api('DELETE', `/teams/${id}/link`)
  const again = await link(id, 'Tight group', small)
  assert.deepEqual([again.body.sync.state, again.body.sync.message], ['inSync', null])
  assert.deepEqual(await small.names(id), ['ann', 'ben'])
  assert.equal((await small.api('GET', '/team-settings')).body.seatsUsed, 2)
})

test('AC-G29: whatever else fails, the call on the group succeeds, the team says "Out of sync", and it is tried again', async () => {
  const odd = await joinOrganization(teams.admin, 'github', 'odd')
  const person = await odd.person('ole')
  const team = await mapped('Odd', [], odd)
  const { database, clock } = odd.admin.application
  await database.query({
    text: `alter table organization_members add constraint broken check (user_id is null) not valid`,
  })
  assert.equal((await odd.patchGroup(team.scimId, 'add', person)).status, 204)
  const shown = await odd.team(team.id)
  assert.deepEqual([shown.sync.state, shown.sync.message], ['outOfSync', 'Out of sync'])
  await database.query({ text: `alter table organization_members drop constraint broken` })
  clock.advance(10 * 60 * 1_000)
  await odd.runJob('reconcile-teams')
  assert.deepEqual(await odd.names(team.id), ['ole'])
  assert.equal((await odd.team(team.id)).sync.state, 'inSync')
})

test('a person who is deleted leaves mapped teams and the organization', async () => {
  const team = await mapped('Gone', [cat])
  await teams.scim('DELETE', `/Users/${cat.scimId}`)
  assert.deepEqual(await teams.names(team.id), [])
  assert.deepEqual(await teams.belonging(), [])
  await teams.api('DELETE', `/teams/${team.id}/link`)
})

test('a PATCH of a large group moves only those it names in the teams that follow it', async () => {
  const team = await mapped('Large', [ada])
  const { database } = teams.admin.application
  const before = database.stats.roundTrips
  assert.equal((await teams.patchGroup(team.scimId, 'add', bob)).status, 204)
  assert.ok(database.stats.roundTrips - before <= 14, `${database.stats.roundTrips - before} round trips`)
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob'])
  const renamed = patchOf({ op: 'replace', path: 'displayName', value: 'Larger group' })
  assert.equal((await teams.scim('PATCH', `/Groups/${team.scimId}`, renamed)).status, 204)
  assert.equal((await teams.team(team.id)).group.name, 'Larger group')
})
