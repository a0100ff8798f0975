import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTeamHarness, type Person, type TeamHarness } from './team-harness.ts'

// Teams that people look after themselves.
let teams: TeamHarness
let ada: Person
let bob: Person

before(async () => {
  teams = await createTeamHarness('rollcall')
  ada = await teams.person('ada')
  bob = await teams.person('bob')
})
after(() => teams[Symbol.asyncDispose]())

async function makeTeam(name: string, ...members: readonly string[]): Promise<string> {
  const { id } = (await teams.api('POST', '/teams', { body: { name } })).body
  if (members.length > 0) await teams.api('POST', `/teams/${id}/members`, { body: { members } })
  return id
}

test('teams are listed by name, page by page, and found by a part of name or handle', async () => {
  for (const name of ['zeta', 'Alpha', 'beta%']) await makeTeam(name)
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await teams.api('GET', `/teams?limit=1${cursor}`)
    seen.push(page.body.data[0].name)
    cursor = page.body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.body.nextCursor)}`
  } while (cursor !== '')
  assert.deepEqual(seen, ['Alpha', 'beta%', 'zeta'])
  assert.equal((await teams.api('GET', '/teams?search=ALP')).body.data[0].name, 'Alpha')
  assert.equal((await teams.api('GET', '/teams?search=%25&total=true')).body.total, 1)
})

test('a change of a team takes If-Match, and nothing is written when nothing changes', async () => {
  const id = await makeTeam('Versions')
  const read = await teams.api('GET', `/teams/${id}`)
  const etag = read.headers.get('etag') ?? ''
  const same = await teams.api('PATCH', `/teams/${id}`, { body: { name: 'Versions' }, headers: { 'if-match': etag } })
  assert.equal(same.headers.get('etag'), etag)
  const renamed = await teams.api('PATCH', `/teams/${id}`, {
    body: { name: 'Versiones', description: 'x' },
    headers: { 'if-match': etag },
  })
  assert.deepEqual([renamed.body.name, renamed.body.handle], ['Versiones', 'versions'])
  const stale = await teams.api('PATCH', `/teams/${id}`, { body: { name: 'x' }, headers: { 'if-match': etag } })
  assert.deepEqual([stale.status, stale.body.currentVersion], [412, renamed.body.version])
  assert.equal((await teams.api('DELETE', `/teams/${id}`, { headers: { 'if-match': etag } })).status, 412)
})

test('members can be asked for as of a day, and history says who came and went by which request', async () => {
  const { clock } = teams.admin.application
  const id = await makeTeam('Days', ada.id)
  const [firstDay] = clock().toISOString().split('T')
  clock.advance(2 * dayMs)
  await teams.api('DELETE', `/teams/${id}/members/${ada.id}`)
  const added = await teams.api('POST', `/teams/${id}/members`, { body: { members: [bob.id, bob.id] } })
  assert.deepEqual(added.body.added, [bob.id])
  assert.deepEqual((await teams.api('POST', `/teams/${id}/members`, { body: { members: [bob.id] } })).body.added, [])
  assert.deepEqual(await teams.names(id), ['bob'])
  assert.deepEqual(await teams.names(id, `?asOf=${firstDay}`), ['ada'])
  const before = new Date(clock().getTime() - 9 * dayMs).toISOString()
  assert.deepEqual(await teams.names(id, `?asOf=${before}`), [])
  const events = (await teams.api('GET', `/teams/${id}/history?total=true`)).body
  const moves = events.data.map((each: { joined: { name: string }[]; left: { name: string }[] }) => [
    each.joined.map(({ name }) => name).join(),
    each.left.map(({ name }) => name).join(),
  ])
  assert.deepEqual(moves, [
    ['bob', ''],
    ['', 'ada'],
    ['ada', ''],
    ['', ''],
  ])
  assert.equal(events.total, 4)
  assert.match(events.data[0].requestId, /^req_/)
  assert.equal((await teams.api('DELETE', `/teams/${id}/members/${ada.id}`)).status, 404)
})

test('people in teams below are indirect members', async () => {
  const inner = await makeTeam('Inner', bob.id)
  const outer = await makeTeam('Outer', ada.id, inner)
  assert.deepEqual(await teams.names(outer), ['Inner', 'ada'])
  assert.deepEqual(await teams.names(outer, '?reach=indirect'), ['bob'])
  assert.deepEqual(await teams.names(outer, '?reach=all'), ['ada', 'bob'])
  const { teamsCount, peopleCount } = await teams.team(outer)
  assert.deepEqual([teamsCount, peopleCount], [1, 1])
  const groups = await teams.scim('GET', `/Users/${bob.scimId}`)
  assert.equal(groups.body.groups, undefined, 'teams of our own are no groups of the identity provider')
  assert.equal((await teams.scim('GET', `/Users?filter=${encodeURIComponent('groups pr')}`)).body.totalResults, 0)
})

test('a deleted team comes back with its members and its place in other teams, within its retention', async () => {
  const { clock } = teams.admin.application
  const id = await makeTeam('Phoenix', ada.id, bob.id)
  const above = await makeTeam('Above', id)
  clock.advance(1_000)
  assert.equal((await teams.api('DELETE', `/teams/${id}`)).status, 204)
  assert.deepEqual(await teams.names(above), [])
  const deleted = await teams.api('GET', '/teams?deleted=true')
  assert.deepEqual(
    deleted.body.data.map((each: { name: string }) => each.name),
    ['Phoenix'],
  )
  assert.equal((await teams.api('PATCH', `/teams/${id}`, { body: { name: 'x' } })).status, 404)
  await makeTeam('Phoenix')
  const back = await teams.api('POST', `/teams/${id}/restore`)
  assert.equal(back.status, 200)
  assert.match(back.body.handle, /^phoenix-[0-9a-f]{12}$/)
  assert.deepEqual(await teams.names(id), ['ada', 'bob'])
  assert.deepEqual(await teams.names(above), ['Phoenix'])
  const [event] = (await teams.api('GET', `/teams/${above}/history`)).body.data
  assert.deepEqual([event.action, event.joined], ['team.members_changed', [{ id, name: 'Phoenix' }]])
  assert.equal((await teams.api('POST', `/teams/${id}/restore`)).status, 404)
  clock.advance(1_000)
  await teams.api('DELETE', `/teams/${id}`)
  clock.advance(91 * dayMs)
  assert.equal((await teams.api('POST', `/teams/${id}/restore`)).body.code, 'conflict')
})

test('a team that an identity provider deleted comes back as a team of one’s own', async () => {
  const scimId = await teams.group('Pushed', [ada])
  const team = await teams.teamByName('Pushed')
  teams.admin.application.clock.advance(1_000)
  assert.equal((await teams.scim('DELETE', `/Groups/${scimId}`)).status, 204)
  assert.equal((await teams.team(team.id)).badge, 'managed externally')
  const back = await teams.api('POST', `/teams/${team.id}/restore`)
  assert.deepEqual([back.body.isManaged, back.body.handle], [false, 'pushed'])
  assert.deepEqual(await teams.names(team.id), ['ada'])
})

const dayMs = 24 * 60 * 60 * 1_000
