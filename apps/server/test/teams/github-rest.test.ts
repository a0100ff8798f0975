import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTeamHarness, type Person, type TeamHarness } from './team-harness.ts'

// GitHub's REST calls about external groups, as its clients send them.
let teams: TeamHarness
let ada: Person
let adminTeam: string

before(async () => {
  teams = await createTeamHarness('github')
  ada = await teams.person('ada')
  for (const name of ['Octo admins', 'Octo writers', 'Readers'])
    await teams.group(name, name === 'Readers' ? [] : [ada])
  adminTeam = (await teams.api('POST', '/teams', { body: { name: 'Admin Team' } })).body.id
})
after(() => teams[Symbol.asyncDispose]())

type Send = { readonly key?: string | null; readonly body?: unknown; readonly scheme?: string }

async function rest(method: string, path: string, { key = teams.key, body, scheme = 'Bearer' }: Send = {}) {
  const response = await teams.admin.application.fetch(`/api/v3${path}`, {
    method,
    headers: { ...(key !== null && { authorization: `${scheme} ${key}` }), accept: 'application/vnd.github+json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

async function keyOf(...scopes: readonly string[]): Promise<string> {
  return (await teams.api('POST', '/keys', { body: { scopes } })).body.key
}

test('AC-G30: groups are listed, found by a part of their name and paged; one is shown with its teams and people', async () => {
  const all = await rest('GET', '/orgs/acme/external-groups')
  assert.deepEqual([all.status, Object.keys(all.body)], [200, ['groups']])
  assert.deepEqual(
    all.body.groups.map((each: { group_name: string }) => each.group_name),
    ['Octo admins', 'Octo writers', 'Readers'],
  )
  const [group] = all.body.groups
  assert.deepEqual(Object.keys(group), ['group_id', 'group_name', 'updated_at'])
  assert.ok(Number.isInteger(group.group_id) && !Number.isNaN(Date.parse(group.updated_at)))

  const found = await rest('GET', '/orgs/acme/external-groups?display_name=WRIT')
  assert.equal(found.body.groups.length, 1)
  assert.equal((await rest('GET', '/orgs/acme/external-groups?display_name=%25')).body.groups.length, 0)
  const first = await rest('GET', '/orgs/acme/external-groups?per_page=2')
  assert.equal(first.body.groups.length, 2)
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1]
  assert.ok(next !== undefined)
  const second = await rest('GET', next.slice(next.indexOf('/orgs')))
  assert.deepEqual([second.body.groups.length, second.headers.get('link')], [1, null])

  const shown = await rest('GET', `/orgs/acme/external-group/${group.group_id}`)
  const { members, ...rest1 } = shown.body
  assert.deepEqual(rest1, { ...group, teams: [] })
  assert.deepEqual(members, [
    { member_id: members[0]?.member_id, member_login: 'ada', member_name: 'ada', member_email: 'ada@example.com' },
  ])
  assert.ok(Number.isSafeInteger(members[0]?.member_id))
})

test('AC-G30: a team is linked to a group by its slug, shows it, and is unlinked with 204', async () => {
  const [group] = (await rest('GET', '/orgs/acme/external-groups?display_name=admins')).body.groups
  const path = '/orgs/acme/teams/admin_team/external-groups'
  assert.deepEqual((await rest('GET', path)).body, { groups: [] })
  const linked = await rest('PATCH', path, { body: { group_id: group.group_id } })
  assert.equal(linked.status, 200)
  assert.deepEqual(linked.body.teams, [{ team_id: linked.body.teams[0].team_id, team_name: 'Admin Team' }])
  assert.equal(linked.body.group_id, group.group_id)
  assert.deepEqual(await teams.names(adminTeam), ['ada'])
  assert.deepEqual((await rest('GET', path)).body, { groups: [group] })
  const same = await rest('PATCH', path, { body: { group_id: group.group_id } })
  assert.equal(same.status, 200, 'once more is a retry')
  const removed = await rest('DELETE', path)
  assert.deepEqual([removed.status, removed.body], [204, undefined])
  assert.deepEqual(await teams.names(adminTeam), [])
  assert.equal((await rest('DELETE', path)).status, 204)
})

test('AC-G30: keys may do what their scopes say; refusals have the shape that GitHub gives them', async () => {
  const read = await keyOf('teams:read')
  const map = await keyOf('teams:map')
  const other = (await teams.admin.createOrganization('other')).key
  const path = '/orgs/acme/teams/admin_team/external-groups'
  const [group] = (await rest('GET', '/orgs/acme/external-groups', { key: read })).body.groups
  const body = { group_id: group.group_id }
  assert.equal((await rest('GET', '/orgs/acme/external-groups', { key: read, scheme: 'token' })).status, 200)
  assert.equal((await rest('PATCH', path, { key: read, body })).status, 403)
  assert.equal((await rest('PATCH', path, { key: map, body })).status, 200)
  assert.equal((await rest('DELETE', path, { key: map })).status, 204)
  const refusals = [
    [401, await rest('GET', '/orgs/acme/external-groups', { key: null })],
    [404, await rest('GET', '/orgs/acme/external-groups', { key: other })],
    [404, await rest('GET', '/orgs/acme/external-group/999999')],
    [404, await rest('GET', '/orgs/acme/external-group/x')],
    [404, await rest('PATCH', path, { body: { group_id: 999_999 } })],
    [404, await rest('PATCH', '/orgs/acme/teams/nobody/external-groups', { body })],
    [404, await rest('GET', '/orgs/acme/repos')],
    [405, await rest('POST', '/orgs/acme/external-groups', { body: {} })],
    [400, await rest('PATCH', path, { body: { group_id: 'one' } })],
    [400, await rest('GET', '/orgs/acme/external-groups?page=0')],
  ] as const
  for (const [status, answer] of refusals) {
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.equal(typeof answer.body.message, 'string')
    assert.match(answer.body.documentation_url, /\/errors\//)
  }
})

test('a person’s key maps groups only to the teams that the person maintains', async () => {
  const own = await teams.api('POST', '/teams', { body: { name: 'Maintained' } })
  const [group] = (await rest('GET', '/orgs/acme/external-groups?display_name=writers')).body.groups
  const key = (await teams.api('POST', '/keys', { body: { scopes: ['teams:map', 'teams:read'], user: ada.id } })).body
    .key
  const path = '/orgs/acme/teams/maintained/external-groups'
  const body = { group_id: group.group_id }
  const refused = await rest('PATCH', path, { key, body })
  assert.deepEqual([refused.status, /teams:map/.test(refused.body.message)], [403, true])
  const appointed = await teams.api('POST', `/teams/${own.body.id}/maintainers`, { body: { userId: ada.id } })
  assert.equal(appointed.body.maintainers[0].name, 'ada')
  await sleep(rightsMs)
  const other = await rest('PATCH', '/orgs/acme/teams/admin_team/external-groups', { key, body })
  assert.equal(other.status, 403, 'no team but this one')
  assert.equal((await rest('PATCH', path, { key, body })).status, 200)
  assert.equal((await teams.api('DELETE', `/teams/${own.body.id}/link`, { key })).status, 204)
  const groupId = formatTypeId('grp', parseTypeId('grp', await groupIdOf(group.group_name)) ?? '')
  assert.equal((await teams.api('POST', `/teams/${own.body.id}/link`, { key, body: { groupId } })).status, 200)
  assert.equal((await teams.api('DELETE', `/teams/${own.body.id}/maintainers/${ada.id}`)).status, 204)
  await sleep(rightsMs)
  assert.equal((await rest('DELETE', path, { key })).status, 403)
})

// What a key may do is looked up anew within a second.
const rightsMs = 1_100

async function groupIdOf(name: string): Promise<string> {
  return (await teams.api('GET', `/external-groups?search=${encodeURIComponent(name)}`)).body.data[0].id
}
