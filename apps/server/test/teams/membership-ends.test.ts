import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTeamHarness, patchOf, type Person, type TeamHarness } from './team-harness.ts'

// Memberships that end by themselves.
let teams: TeamHarness
let ada: Person
let bob: Person

before(async () => {
  teams = await createTeamHarness('rollcall')
  ada = await teams.person('ada')
  bob = await teams.person('bob')
})
after(() => teams[Symbol.asyncDispose]())

const hourMs = 3_600_000
const dayMs = 24 * hourMs

async function makeTeam(name: string): Promise<string> {
  return (await teams.api('POST', '/teams', { body: { name } })).body.id
}

const clock = () => teams.admin.application.clock()
const inDays = (days: number) => new Date(clock().getTime() + days * dayMs)
const advance = async (ms: number) => {
  teams.admin.application.clock.advance(ms)
  await teams.runJob('end-memberships')
}
const untilOf = async (team: string, name: string): Promise<string | null> => {
  const { data } = (await teams.api('GET', `/teams/${team}/members`)).body
  return data.find((each: { name: string }) => each.name === name)?.until
}

test('a member is added until a moment and then leaves by itself, and history says so', async () => {
  const id = await makeTeam('Project')
  const until = inDays(2).toISOString()
  const body = { members: [ada.id], until }
  assert.deepEqual((await teams.api('POST', `/teams/${id}/members`, { body })).body.added, [ada.id])
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [bob.id] } })
  assert.deepEqual([await untilOf(id, 'ada'), await untilOf(id, 'bob')], [until, null])
  await advance(2 * dayMs - 1)
  assert.deepEqual(await teams.names(id), ['ada', 'bob'])
  await advance(1)
  assert.deepEqual(await teams.names(id), ['bob'])
  const [last] = (await teams.api('GET', `/teams/${id}/history`)).body.data
  assert.deepEqual([last.via, last.actor, last.left[0].name], ['end', 'system', 'ada'])
})

test('a day ends where the person lives, else where the organization is', async () => {
  const { settings } = (await teams.api('GET', '')).body
  const body = { settings: { ...settings, timeZone: 'Asia/Tokyo' } }
  assert.equal((await teams.api('PATCH', '', { body })).status, 200)
  await teams.scim('PATCH', `/Users/${ada.scimId}`, patchOf({ op: 'add', path: 'timezone', value: 'America/New_York' }))
  const id = await makeTeam('Zones')
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [ada.id, bob.id], until: '2099-07-01' } })
  // New York has summer time then.
  assert.equal(await untilOf(id, 'ada'), '2099-07-02T04:00:00.000Z')
  assert.equal(await untilOf(id, 'bob'), '2099-07-01T15:00:00.000Z')
  const refused = await teams.api('PATCH', '', { body: { settings: { timeZone: 'Moon/Sea' } } })
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/settings/timeZone'])
})

test('an end is moved and cleared, and one in the past is refused with the field', async () => {
  const id = await makeTeam('Moving')
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [ada.id], until: inDays(1).toISOString() } })
  const member = `/teams/${id}/members/${ada.id}`
  const moved = await teams.api('PATCH', member, { body: { until: inDays(3).toISOString() } })
  assert.equal(moved.body.until, inDays(3).toISOString())
  await advance(2 * dayMs)
  assert.deepEqual(await teams.names(id), ['ada'])
  assert.equal((await teams.api('PATCH', member, { body: { until: null } })).body.until, null)
  await advance(9 * dayMs)
  assert.deepEqual(await teams.names(id), ['ada'])
  const past = await teams.api('PATCH', member, { body: { until: '2001-01-01' } })
  assert.deepEqual([past.body.code, past.body.errors[0].pointer], ['invalidRequest', '/until'])
  const absent = await teams.api('PATCH', `/teams/${id}/members/${bob.id}`, { body: { until: null } })
  assert.equal(absent.status, 404)
  const actions = (await teams.api('GET', `/teams/${id}/history`)).body.data.map(
    (each: { action: string }) => each.action,
  )
  assert.equal(actions.filter((action: string) => action === 'team.member_end_set').length, 2)
})

test('who is deleted and restored comes back for as long as it was meant, and not after that', async () => {
  const [long, short] = [await makeTeam('Long'), await makeTeam('Short')]
  const eve = await teams.person('eve')
  await teams.api('POST', `/teams/${long}/members`, { body: { members: [eve.id], until: inDays(5).toISOString() } })
  await teams.api('POST', `/teams/${short}/members`, { body: { members: [eve.id], until: inDays(1).toISOString() } })
  const until = await untilOf(long, 'eve')
  await advance(hourMs)
  await teams.scim('DELETE', `/Users/${eve.scimId}`)
  await advance(2 * dayMs)
  assert.equal((await teams.api('POST', `/people/${eve.id}/restore`, { body: {} })).status, 200)
  assert.equal(await untilOf(long, 'eve'), until)
  assert.deepEqual(await teams.names(short), [])
  await advance(4 * dayMs)
  assert.deepEqual(await teams.names(long), [])
})

test('a connection that takes the team over keeps the end: adding who is in it changes nothing, coming back has none', async () => {
  await teams.api('PATCH', `/connections/${teams.connectionId}`, {
    body: { style: 'rollcall', settings: { invitations: 'none', adoptTeamsByHandle: true } },
  })
  const id = await makeTeam('Taken')
  await teams.api('POST', `/teams/${id}/members`, {
    body: { members: [ada.id, bob.id], until: inDays(1).toISOString() },
  })
  const group = await teams.group('Taken', [ada, bob])
  assert.equal((await teams.team(id)).isManaged, true)
  await teams.patchGroup(group, 'add', ada)
  const shown = await teams.scim('GET', `/Groups/${group}`)
  assert.ok(!JSON.stringify(shown.body).includes('until'))
  await teams.patchGroup(group, 'remove', bob)
  await teams.patchGroup(group, 'add', bob)
  await advance(2 * dayMs)
  assert.deepEqual(await teams.names(id), ['bob'])
  assert.equal((await teams.team(id)).isManaged, true)
  const members = (await teams.scim('GET', `/Groups/${group}`)).body.members.map(
    (each: { value: string }) => each.value,
  )
  assert.deepEqual(members, [bob.scimId])
})
