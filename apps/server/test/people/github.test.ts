import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { activate, createPeopleHarness, toUser, type PeopleHarness, type Place, type Source } from './people-harness.ts'

// Within a second every process knows (DESIGN §5, 11).
const revocationMs = 1_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

async function open(slug: string, settings: object = {}): Promise<{ readonly place: Place; readonly source: Source }> {
  const place = await server.place(slug)
  return { place, source: await place.source({ style: 'github', settings }) }
}

const loginOf = async (place: Place, userName: string): Promise<string> => (await place.find(userName)).login

test('AC-G13: logins are made of userName by GitHub’s rules; what breaks them is 400 and changes nothing', async () => {
  const { place, source } = await open('normalising')
  const cases = [
    ['The.Octocat', 'The-Octocat'],
    ['mona.lisa@corp.example', 'mona-lisa'],
    ['CORP\\Grace_Hopper', 'Grace-Hopper'],
    ['x'.repeat(39), 'x'.repeat(39)],
  ] as const
  for (const [userName, login] of cases) {
    const id = await source.user(userName)
    assert.equal(await loginOf(place, userName), login)
    assert.equal((await source.scim('GET', `/Users/${id}`)).body.userName, userName, 'SCIM keeps what was sent')
  }
  const bad = ['!The.Octocat', 'The!!Octocat', 'octocat.', '@corp.example', 'x'.repeat(40), 'CORP\\', '김철수']
  for (const userName of bad) {
    const refused = await source.scim('POST', '/Users', toUser(userName))
    assert.deepEqual([refused.status, refused.body.scimType], [400, 'invalidValue'], userName)
    assert.match(refused.body.detail, /login/, userName)
  }
  assert.equal((await source.scim('GET', '/Users?count=1')).body.totalResults, cases.length)
  const [first] = cases[0]
  const renamed = await source.patch(`/Users/${(await place.find(first)).scimId}`, {
    op: 'replace',
    path: 'userName',
    value: '-',
  })
  assert.equal(renamed.status, 400)
})

test('AC-G13: a short code ends every login and counts into its 39 characters', async () => {
  const { place, source } = await open('suffix', { loginSuffix: 'acme' })
  await source.user('mona@corp.example')
  assert.equal(await loginOf(place, 'mona@corp.example'), 'mona_acme')
  await source.user('y'.repeat(34))
  assert.equal((await source.scim('POST', '/Users', toUser('z'.repeat(35)))).status, 400)
  const wrong = await place.api('POST', '/connections', {
    type: 'scim',
    style: 'github',
    settings: { loginSuffix: 'a-b' },
  })
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/settings/loginSuffix'])
})

test('AC-G14: guests and people of other domains make the same login; the second is 409, also by rename and in bulk', async () => {
  const { place, source } = await open('guests')
  await source.user('bob@contoso.com')
  const same = [
    'bob@fabrikam.com',
    'bob#EXT#fabrikamcom@contoso.com',
    'bob_example.com#EXT#@contoso.com',
    'BOB',
    'X\\bob',
  ]
  for (const userName of same) {
    const refused = await source.scim('POST', '/Users', toUser(userName))
    assert.deepEqual([refused.status, refused.body.scimType], [409, 'uniqueness'], userName)
    assert.match(refused.body.detail, /login "bob/i, userName)
  }
  const alice = await source.user('alice')
  const renamed = await source.patch(`/Users/${alice}`, {
    op: 'replace',
    path: 'userName',
    value: 'bob@elsewhere.example',
  })
  assert.deepEqual([renamed.status, renamed.body.scimType], [409, 'uniqueness'])
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const Operations = ['carol@a.example', 'carol@b.example', 'bob@c.example'].map((userName, n) => {
    return { method: 'POST', path: '/Users', bulkId: `b${n}`, data: toUser(userName) }
  })
  const bulk = await source.scim('POST', '/Bulk', { schemas, Operations })
  assert.deepEqual(
    bulk.body.Operations.map(({ status }: { status: string }) => status),
    ['201', '409', '409'],
  )
  assert.equal(await loginOf(place, 'carol@a.example'), 'carol')
})

test('AC-G15: a rename changes the login and nothing else: id, teams and history stay', async () => {
  const { place, source } = await open('renaming')
  const id = await source.user('mona')
  await source.group('Pilots', [id])
  const { id: account } = await place.find('mona')
  const patched = await source.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'mona.lisa' })
  assert.deepEqual([patched.status, patched.body.id], [200, id])
  const { body } = await place.api('GET', `/people/${account}`)
  assert.deepEqual([body.login, body.userName, body.teams.length], ['mona-lisa', 'mona.lisa', 1])
  const { body: history } = await place.api('GET', `/people/${account}/history`)
  assert.deepEqual(history.data[0].changes, [{ path: 'userName', before: 'mona', after: 'mona.lisa' }])
  assert.equal(history.data.at(-1).action, 'user.created')
})

test('a suspended person shows a hash for a login and no address to people; SCIM finds it as before, its keys stop', async () => {
  const { place, source } = await open('masking')
  const id = await source.user('mona', { displayName: 'Lisa', name: undefined })
  const { id: account } = await place.find('mona')
  const reader = await place.key({ scopes: ['people:read'] })
  await place.promote(account)
  const { key } = await place.key({ scopes: ['people:read', 'people:manage'], user: account })
  const before = await source.scim('GET', `/Users/${id}`)
  await source.patch(`/Users/${id}`, activate(false))
  const { body: shown } = await place.api('GET', `/people/${account}`, undefined, reader.key)
  assert.match(shown.login, /^[0-9a-f]{20}$/)
  assert.deepEqual([shown.email, shown.emails, shown.userName, shown.state], [null, [], null, 'suspended'])
  assert.equal(JSON.stringify(shown).includes('mona'), false, JSON.stringify(shown))
  const { body: list } = await place.api('GET', '/people?state=suspended', undefined, reader.key)
  assert.deepEqual([list.data[0].email, list.data[0].login, list.data[0].userName], [null, shown.login, null])
  const { body: history } = await place.api('GET', `/people/${account}/history`, undefined, reader.key)
  assert.equal(JSON.stringify(history).includes('mona'), false)
  const manager = await place.api('GET', `/people/${account}`)
  assert.deepEqual([manager.body.userName, manager.body.emails.length], ['mona', 1])
  const scim = await source.scim('GET', `/Users/${id}`)
  for (const name of ['userName', 'emails', 'externalId', 'displayName'])
    assert.deepEqual(scim.body[name], before.body[name], name)
  assert.equal((await source.scim('GET', '/Users?filter=userName eq "mona"')).body.totalResults, 1)
  await pause(revocationMs)
  assert.equal((await place.api('GET', '/people', undefined, key)).status, 401)
})

test('AC-G21: active true brings the same identity back with login, address, keys, teams and its place in the organization', async () => {
  const { place, source } = await open('returning')
  const id = await source.user('mona')
  const group = await source.group('Pilots', [id])
  const { id: account } = await place.find('mona')
  await place.promote(account)
  const { key } = await place.key({ scopes: ['people:read', 'people:manage'], user: account })
  assert.equal((await place.api('POST', '/members', { userId: account })).status, 204)
  const belonging = async () => {
    const { body } = await place.api('GET', '/members')
    return body.data.map((each: { state: string; isDirect: boolean }) => [each.state, each.isDirect])
  }
  assert.deepEqual(await belonging(), [['active', true]])
  await source.patch(`/Users/${id}`, activate(false))
  assert.deepEqual(await belonging(), [['suspended', true]])
  assert.deepEqual((await source.scim('GET', `/Groups/${group}`)).body.members ?? [], [])
  await pause(revocationMs)
  assert.equal((await place.api('GET', '/people', undefined, key)).status, 401)
  const other = await source.scim('POST', '/Users', toUser('mona'))
  assert.equal(other.status, 409, 'another identity cannot take its place')
  const back = await source.patch(`/Users/${id}`, activate(true))
  assert.deepEqual([back.status, back.body.id, back.body.active], [200, id, true])
  await pause(revocationMs)
  const { body } = await place.api('GET', `/people/${account}`, undefined, key)
  assert.deepEqual([body.login, body.email, body.state], ['mona', 'mona@mail.example', 'active'])
  assert.equal((await source.scim('GET', `/Groups/${group}`)).body.members[0].value, id)
  assert.deepEqual(await belonging(), [['active', true]])
})

test('AC-G22: DELETE is final for the client; the name is free again, and an administrator restores until then', async () => {
  const { place, source } = await open('deleting')
  const id = await source.user('mona')
  const group = await source.group('Pilots', [id])
  const { id: account } = await place.find('mona')
  const { id: keyId } = await place.key({ scopes: ['people:read'], user: account })
  assert.equal((await place.api('POST', '/roles/auditor/grant', { user: account })).status, 200)
  server.application.clock.advance(60_000)
  assert.equal((await source.scim('DELETE', `/Users/${id}`)).status, 204)
  assert.equal((await source.scim('GET', `/Users/${id}`)).status, 404)
  assert.equal((await source.scim('GET', '/Users')).body.totalResults, 0)
  assert.equal((await source.patch(`/Users/${id}`, activate(true))).status, 404)
  const { body: gone } = await place.api('GET', `/people/${account}`)
  assert.deepEqual([gone.state, gone.displayName, gone.scimId], ['deprovisioned', null, null])
  assert.match(gone.restorableUntil, /^2026-12-21/)
  assert.notEqual((await place.api('GET', `/keys/${keyId}`)).body.revokedAt, null, 'keys are gone for good')
  const restored = await place.api('POST', `/people/${account}/restore`, { reason: 'a mistake' })
  assert.deepEqual(
    [restored.status, restored.body.state, restored.body.scimId],
    [200, 'active', id],
    JSON.stringify(restored.body),
  )
  assert.equal((await source.scim('GET', `/Groups/${group}`)).body.members[0].value, id)
  await source.scim('DELETE', `/Users/${id}`)
  const second = await source.user('mona')
  const [fresh] = (await place.api('GET', '/people')).body.data
  assert.notEqual(fresh.id, account, 'the same externalId is a new account')
  assert.deepEqual((await place.api('GET', `/role-assignments?user=${fresh.id}`)).body.data, [], 'without its rights')
  assert.deepEqual((await source.scim('GET', `/Groups/${group}`)).body.members ?? [], [], 'and without its teams')
  const { body: history } = await place.api('GET', `/people/${account}/history`)
  assert.deepEqual(
    [history.data[0].action, history.data.at(-1).action],
    ['user.deleted', 'user.created'],
    'what was, stays',
  )
  assert.notEqual(second, id)
  const refused = await place.api('POST', `/people/${account}/restore`, {})
  assert.deepEqual([refused.status, refused.body.code], [409, 'conflict'])
  assert.match(refused.body.detail, /"mona" is taken/)
})
