import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTeamHarness, joinOrganization, patchOf, type Person, type TeamHarness } from './team-harness.ts'

// Teams that a connection manages, in the manner of Datadog.
let teams: TeamHarness
let ada: Person
let bob: Person

before(async () => {
  teams = await createTeamHarness('datadog')
  ada = await teams.person('ada')
  bob = await teams.person('bob')
})
after(() => teams[Symbol.asyncDispose]())

test('AC-D21: a pushed group is a managed team in the list, with its badge', async () => {
  const id = await teams.group('Site Reliability', [ada])
  const team = await teams.teamByName('Site Reliability')
  assert.equal(team.isManaged, true)
  assert.equal(team.badge, 'managed externally')
  assert.deepEqual(team.locked, ['name', 'handle', 'members'])
  assert.equal(team.managedBy.scimId, id)
  assert.equal(team.managedBy.connectionId, teams.connectionId)
  assert.deepEqual(await teams.names(team.id), ['ada'])
  const managed = await teams.api('GET', '/teams?managed=true&counts=true&total=true')
  assert.deepEqual([managed.body.total, managed.body.data[0].peopleCount], [1, 1])
  assert.equal((await teams.api('GET', '/teams?managed=false')).body.data.length, 0)
})

test('AC-D22: a group whose name gives the handle of a team that exists takes it over, and its members stay', async () => {
  const own = await teams.api('POST', '/teams', { body: { name: 'Cool-group' } })
  assert.deepEqual([own.status, own.body.isManaged, own.body.badge], [201, false, null])
  await teams.api('POST', `/teams/${own.body.id}/members`, { body: { members: [bob.id] } })
  const found = await teams.scim('GET', `/Groups?filter=${encodeURIComponent('displayName eq "Cool-group"')}`)
  assert.equal(found.body.totalResults, 0, 'a team of our own is no group of theirs')
  const scimId = await teams.group('Cool-group', [ada])
  const team = await teams.team(own.body.id)
  assert.deepEqual([team.id, team.isManaged, team.managedBy.scimId], [own.body.id, true, scimId])
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob'])
  const list = await teams.api('GET', '/teams?search=cool-group')
  assert.equal(list.body.data.length, 1)
  const shown = await teams.scim('GET', `/Groups/${scimId}`)
  assert.equal(shown.body.members.length, 2)
  const history = await teams.api('GET', `/teams/${team.id}/history`)
  assert.equal(history.body.data[0].action, 'team.adopted')
})

test('AC-D22: a name that differs only in case and spaces gives the same handle; a managed team is taken by nobody', async () => {
  const own = await teams.api('POST', '/teams', { body: { name: 'Data Platform' } })
  await teams.group('data_PLATFORM')
  assert.equal((await teams.team(own.body.id)).name, 'data_PLATFORM')
  const again = await teams.scim('POST', '/Groups', groupOf('Data platform'))
  assert.deepEqual([again.status, again.body.scimType], [409, 'uniqueness'])
  assert.match(again.body.detail, /data_platform/)
})

test('AC-D22: under style rollcall a setting lets groups take teams over; without it both stand side by side', async () => {
  const plain = await joinOrganization(teams.admin, 'rollcall', 'plain')
  const own = await plain.api('POST', '/teams', { body: { name: 'Legal' } })
  await plain.group('Legal')
  const both = await plain.api('GET', '/teams?search=legal')
  assert.deepEqual(
    both.body.data.map((each: { isManaged: boolean }) => each.isManaged),
    [false, true],
  )
  const [, other] = both.body.data
  assert.match(other.handle, /^legal-[0-9a-f]{12}$/)
  const settings = { adoptTeamsByHandle: true }
  await plain.api('PATCH', `/connections/${plain.connectionId}`, { body: { settings } })
  await sleep(settingsMs)
  const sales = await plain.api('POST', '/teams', { body: { name: 'Sales' } })
  await plain.group('Sales')
  assert.equal((await plain.team(sales.body.id)).isManaged, true)
  assert.equal((await plain.team(own.body.id)).isManaged, false)
})

test('AC-D23: names give handles in lower case with underscores, none at the end; other names are refused with the rule', async () => {
  const expected = [
    ['My Team', 'my_team'],
    ['Ops/EU:West-1.a', 'ops/eu:west-1.a'],
    ['Trailing _', 'trailing'],
  ] as const
  for (const [name, handle] of expected) {
    await teams.group(name)
    assert.equal((await teams.teamByName(name)).handle, handle)
  }
  for (const name of ['R&D', 'Équipe', '___', 'a\tb']) {
    const refused = await teams.scim('POST', '/Groups', groupOf(name))
    assert.deepEqual([refused.status, refused.body.scimType], [400, 'invalidValue'], name)
    assert.match(refused.body.detail, /displayName/)
  }
  const own = await teams.api('POST', '/teams', { body: { name: 'Мы', handle: 'we_' } })
  assert.deepEqual([own.status, own.body.errors[0].pointer], [400, '/handle'])
  const taken = await teams.api('POST', '/teams', { body: { name: 'MY TEAM' } })
  assert.deepEqual([taken.status, taken.body.code], [409, 'conflict'])
  const renamed = await teams.teamByName('My Team')
  const rename = patchOf({ op: 'replace', path: 'displayName', value: 'Our Team' })
  assert.equal((await teams.scim('PATCH', `/Groups/${renamed.managedBy.scimId}`, rename)).status, 200)
  assert.equal((await teams.team(renamed.id)).handle, 'our_team')
})

test('AC-D24: name, handle and members of a managed team are locked for admins too', async () => {
  await teams.group('Locked', [ada])
  const team = await teams.teamByName('Locked')
  const before = await teams.team(team.id)
  const tries = [
    ['PATCH', '', { name: 'Mine' }],
    ['PATCH', '', { handle: 'mine' }],
    ['POST', '/members', { members: [bob.id] }],
    ['DELETE', `/members/${ada.id}`, undefined],
    ['DELETE', '', undefined],
  ] as const
  for (const key of [undefined, teams.key])
    for (const [method, path, body] of tries) {
      const refused = await teams.api(method, `/teams/${team.id}${path}`, { body, ...(key !== undefined && { key }) })
      assert.deepEqual([refused.status, refused.body.code], [403, 'managed'], `${method} ${path}`)
      assert.match(refused.body.detail, /managed by identity provider/)
    }
  assert.deepEqual(await teams.team(team.id), before)
  const described = await teams.api('PATCH', `/teams/${team.id}`, { body: { description: 'On call' } })
  assert.deepEqual([described.status, described.body.description], [200, 'On call'])
})

test('AC-D25: DELETE of a group leaves its team with nobody in it, managed by nobody', async () => {
  const scimId = await teams.group('Fleeting', [ada, bob])
  const team = await teams.teamByName('Fleeting')
  assert.equal((await teams.scim('DELETE', `/Groups/${scimId}`)).status, 204)
  assert.equal((await teams.scim('GET', `/Groups/${scimId}`)).status, 404)
  const left = await teams.team(team.id)
  assert.deepEqual([left.isManaged, left.managedBy, left.peopleCount, left.deletedAt], [false, null, 0, null])
  await teams.api('POST', `/teams/${team.id}/members`, { body: { members: [ada.id] } })
  assert.deepEqual(await teams.names(team.id), ['ada'])
  await teams.group('Fleeting')
  assert.equal((await teams.team(team.id)).isManaged, true, 'pushed again, it is the same team')
})

test('AC-D26: whoever stops managing keeps the members, can change them, and the group is gone over SCIM', async () => {
  const scimId = await teams.group('Leaving', [ada, bob])
  const team = await teams.teamByName('Leaving')
  const stopped = await teams.api('POST', `/teams/${team.id}/stop-managing`)
  assert.deepEqual([stopped.status, stopped.body.isManaged, stopped.body.locked], [200, false, []])
  assert.deepEqual(await teams.names(team.id), ['ada', 'bob'])
  assert.equal((await teams.scim('GET', `/Groups/${scimId}`)).status, 404)
  assert.equal((await teams.patchGroup(scimId, 'remove', ada)).status, 404)
  assert.equal((await teams.api('DELETE', `/teams/${team.id}/members/${ada.id}`)).status, 204)
  assert.equal((await teams.api('PATCH', `/teams/${team.id}`, { body: { name: 'Stayed' } })).body.name, 'Stayed')
  assert.deepEqual(await teams.names(team.id), ['bob'])
  const twice = await teams.api('POST', `/teams/${team.id}/stop-managing`)
  assert.deepEqual([twice.status, twice.body.code], [409, 'conflict'])
})

test('AC-D27: a member must exist first: the error names the id, and nobody else is added', async () => {
  const scimId = await teams.group('Strangers')
  const nobody = '018f0000-0000-7000-8000-000000000000'
  const add = patchOf({ op: 'add', path: 'members', value: [{ value: ada.scimId }, { value: nobody }] })
  const refused = await teams.scim('PATCH', `/Groups/${scimId}`, add)
  assert.equal(refused.status, 400)
  assert.ok(refused.body.detail.includes(nobody), refused.body.detail)
  const team = await teams.teamByName('Strangers')
  assert.deepEqual(await teams.names(team.id), [])
  const own = await teams.api('POST', '/teams', { body: { name: 'Own strangers' } })
  const stranger = 'usr_01h4zpwq00e008000000000000'
  const answer = await teams.api('POST', `/teams/${own.body.id}/members`, { body: { members: [ada.id, stranger] } })
  assert.equal(answer.status, 404)
  assert.ok(answer.body.detail.includes(stranger))
  assert.deepEqual(await teams.names(own.body.id), [])
})

test('AC-D28: a team of a strict source loses those whom people added, once that is confirmed by name', async () => {
  const strict = await joinOrganization(teams.admin, 'datadog', 'strict')
  const [eve, flo] = [await strict.person('eve'), await strict.person('flo')]
  const own = await strict.api('POST', '/teams', { body: { name: 'Mixed' } })
  const path = `/teams/${own.body.id}`
  await strict.api('POST', `${path}/members`, { body: { members: [eve.id] } })
  await strict.group('Mixed', [flo])
  assert.deepEqual(await strict.names(own.body.id), ['eve', 'flo'])

  const asked = await strict.api('PATCH', '/team-settings', { body: { source: 'managed' } })
  assert.deepEqual([asked.status, asked.body.code, asked.body.confirmation.count], [409, 'confirmationNeeded', 1])
  const [removal] = asked.body.confirmation.removes
  assert.deepEqual([removal.team.name, removal.member], ['Mixed', { id: eve.id, name: 'eve' }])
  assert.deepEqual(await strict.names(own.body.id), ['eve', 'flo'], 'nothing happened yet')
  const wrong = await strict.api('PATCH', '/team-settings', { body: { source: 'managed', confirm: 'yes' } })
  assert.equal(wrong.body.code, 'confirmationNeeded')

  const confirm = asked.body.confirmation.token
  const done = await strict.api('PATCH', '/team-settings', { body: { source: 'managed', confirm } })
  assert.deepEqual([done.status, done.body.source], [200, 'managed'])
  assert.deepEqual(await strict.names(own.body.id), ['flo'])
  const [event] = (await strict.api('GET', `${path}/history`)).body.data
  assert.deepEqual([event.action, event.left], ['team.members_changed', [{ id: eve.id, name: 'eve' }]])
  const { rows } = await strict.admin.application.database.query<{ data: { source: string } }>({
    text: `select data from changes where action = 'organization.team_settings_changed'`,
  })
  assert.equal(rows[0]?.data.source, 'managed')

  const other = await strict.api('POST', '/teams', { body: { name: 'By hand' } })
  const locked = await strict.api('POST', `/teams/${other.body.id}/members`, { body: { members: [eve.id] } })
  assert.deepEqual([locked.status, locked.body.code], [403, 'managed'])
  await strict.api('PATCH', `/teams/${other.body.id}`, { body: { source: 'uiAndApi' } })
  assert.equal(
    (await strict.api('POST', `/teams/${other.body.id}/members`, { body: { members: [eve.id] } })).status,
    200,
  )
  const refused = await strict.scim('POST', '/Groups', groupOf('By hand'))
  assert.deepEqual([refused.status, refused.body.scimType], [409, 'uniqueness'])
  const own2 = await strict.api('PATCH', `/teams/${other.body.id}`, { body: { source: 'managed' } })
  assert.equal(own2.body.code, 'confirmationNeeded')
  const token = own2.body.confirmation.token
  await strict.api('PATCH', `/teams/${other.body.id}`, { body: { source: 'managed', confirm: token } })
  assert.deepEqual(await strict.names(other.body.id), [])
})

// Settings reach the SCIM service as fast as a revoked key is refused.
const settingsMs = 1_000

function groupOf(displayName: string): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName }
}
