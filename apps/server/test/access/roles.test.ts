import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { scimInit } from '../harness/provisioning.ts'

let admin: AdminHarness
let acme: { readonly id: string; readonly key: string }

before(async () => {
  admin = await createAdminHarness()
  acme = await admin.createOrganization('acme')
  await post('/roles', { name: 'Key maker', permissions: ['keys:read', 'keys:manage', 'people:read'] })
})
after(() => admin[Symbol.asyncDispose]())

const base = '/api/v1/organizations/acme'
const expired = () => sleep(keyCacheMs + 20)
const post = (path: string, body: object, key?: string): Promise<Reply> =>
  admin.send('POST', `${base}${path}`, { body, ...(key !== undefined && { key }) })

const scim = (key: string, method: string, path: string, body?: unknown) => scimOf(admin, key, method, path, body)

async function scimOf(harness: AdminHarness, ...[key, method, path, body]: [string, string, string, unknown?]) {
  const response = await harness.application.fetch(`/scim/v2${path}`, scimInit(method, { key, body }))
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
let people = 0

async function createPerson(): Promise<{ readonly scimId: string; readonly key: string }> {
  const made = await scim(acme.key, 'POST', '/Users', { schemas, userName: `person-${++people}` })
  assert.equal(made.status, 201)
  const key = await post('/keys', { scopes: ['admin:enterprise'], user: made.body.id })
  assert.equal(key.status, 201)
  return { scimId: made.body.id, key: key.body.key }
}

test('AC-D1: a key whose owner lacks people:invite or people:manage gets 403 naming it; a service account gets 200', async () => {
  const person = await createPerson()
  const member = await scim(person.key, 'GET', '/Users')
  assert.equal(member.status, 403)
  assert.match(member.body.detail, /person that owns this key lacks the permission "people:invite"/)
  assert.match(member.headers.get('www-authenticate') ?? '', /scope="people:invite"/)
  const role = await post('/roles', { name: 'Inviter', permissions: ['people:invite'] })
  assert.equal(role.status, 201)
  assert.equal((await post('/roles/inviter/grant', { user: person.scimId })).status, 200)
  await expired()
  const half = await scim(person.key, 'GET', '/Users')
  assert.equal(half.status, 403)
  assert.match(half.body.detail, /lacks the permission "people:manage"/)
  await admin.send('PATCH', `${base}/roles/${role.body.id}`, {
    body: { permissions: ['people:invite', 'people:manage'] },
    headers: { 'if-match': '"1"' },
  })
  await expired()
  assert.equal((await scim(person.key, 'GET', '/Users')).status, 200)
  const account = await post('/keys', { scopes: ['scim'], serviceAccount: 'okta' })
  const again = await post('/keys', { scopes: ['scim'], serviceAccount: account.body.serviceAccountId })
  assert.equal(again.body.serviceAccountName, 'okta', 'an id names the account that has it')
  const unknown = await post('/keys', { scopes: ['scim'], serviceAccount: 'sa_01h4zpwq00e008000000000000' })
  assert.equal(unknown.status, 404)
  assert.equal((await scim(account.body.key, 'GET', '/Users')).status, 200)
})

test('a SCIM key made for a person without a role works, gives no roles, and is capped by the first role he gets', async () => {
  const person = await createPerson()
  const made = await post('/keys', { scopes: ['scim'], user: person.scimId })
  assert.equal((await scim(made.body.key, 'GET', '/Users')).status, 200)
  const roles = [{ value: 'owner' }]
  const other = await scim(made.body.key, 'POST', '/Users', { schemas, userName: `person-${++people}`, roles })
  const { body: owners } = await admin.send('GET', `${base}/role-assignments?role=owner&limit=200`)
  assert.ok(!JSON.stringify(owners).includes(`person-${people}`), String(other.status))
  const next = await post(`/keys/${made.body.id}/rotate`, { overlapSeconds: 60 })
  assert.equal((await scim(next.body.key, 'GET', '/Users')).status, 200)
  assert.equal((await post('/roles/auditor/grant', { user: person.scimId })).status, 200)
  await expired()
  assert.equal((await scim(next.body.key, 'GET', '/Users')).status, 403)
  assert.equal((await post('/roles/auditor/revoke', { user: person.scimId })).status, 200)
  await expired()
  assert.equal((await scim(next.body.key, 'GET', '/Users')).status, 403, 'what a role has ended does not come back')
})

test('a role that allows no teams keeps its keys from writing groups over SCIM, in bulk too', async () => {
  const person = await createPerson()
  await post('/roles', { name: 'People only', permissions: ['people:invite', 'people:manage'] })
  await post('/roles/people-only/grant', { user: person.scimId })
  await expired()
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'g' }
  const refused = await scim(person.key, 'POST', '/Groups', group)
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /lacks the permission "teams:manage"/)
  const bulk = await scim(person.key, 'POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'POST', path: '/Groups', bulkId: 'g', data: group }],
  })
  assert.equal(bulk.body.Operations[0].status, '403')
  assert.equal((await scim(person.key, 'GET', '/Groups')).status, 200)
})

test('a service account gets no role that its maker has not, unless he manages roles; two with one e-mail are fine', async () => {
  const maker = await createPerson()
  await post('/roles/key-maker/grant', { user: maker.scimId })
  await expired()
  const over = await post('/service-accounts', { name: 'too much', roles: ['admin'] }, maker.key)
  assert.equal(over.status, 403)
  assert.match(over.body.detail, /needs the permission "roles:manage"/)
  assert.equal(over.body.errors[0].pointer, '/roles')
  for (const name of ['just right', 'just right too'])
    assert.equal(
      (await post('/service-accounts', { name, email: 'robots@example.com', roles: ['key maker'] }, maker.key)).status,
      201,
    )
  // Made on the fly it gets what its maker has, and the key opens no more than that.
  const key = await post('/keys', { scopes: ['people:read'], serviceAccount: 'on the fly' }, maker.key)
  assert.equal(key.status, 201)
  const who = await admin.send('GET', '/api/v1/whoami', { key: key.body.key })
  assert.deepEqual([who.body.roles[0].name, who.body.permissions], ['Key maker', ['people:read']])
  await post('/roles/admin/grant', { user: maker.scimId })
  await expired()
  assert.equal((await post('/service-accounts', { name: 'admin now', roles: ['admin'] }, maker.key)).status, 201)
  assert.equal((await post('/service-accounts', { name: 'owner no', roles: ['owner'] }, maker.key)).status, 403)
})

test('a key that would open more than its maker may do is refused, also for another owner, and by rotation', async () => {
  const maker = await createPerson()
  const powerful = await createPerson()
  await post('/roles/key-maker/grant', { user: maker.scimId })
  await post('/roles/admin/grant', { user: powerful.scimId })
  await expired()
  for (const body of [
    { scopes: ['scim'] },
    { scopes: ['organization:admin'] },
    { scopes: ['admin:enterprise'], user: powerful.scimId },
    { scopes: ['settings:manage'], serviceAccount: 'okta' },
  ]) {
    const refused = await post('/keys', body, maker.key)
    assert.equal(refused.status, 403, JSON.stringify(body))
    assert.match(refused.body.detail, /which you may not do yourself/)
  }
  const { body } = await post('/keys', { scopes: ['organization:admin'] })
  assert.equal((await post(`/keys/${body.id}/rotate`, { overlapSeconds: 0 }, maker.key)).status, 403)
  assert.equal((await post('/keys', { scopes: ['keys:read'] }, maker.key)).status, 201)
})

test('whoami shows the roles of the owner and what they leave of the scopes', async () => {
  const person = await createPerson()
  const before = await admin.send('GET', '/api/v1/whoami', { key: person.key })
  assert.deepEqual([before.body.roles[0].name, before.body.permissions], ['member', []])
  await post('/roles/auditor/grant', { user: person.scimId })
  await expired()
  const { body } = await admin.send('GET', '/api/v1/whoami', { key: person.key })
  assert.deepEqual(body.roles[0].name, 'auditor')
  assert.ok(body.permissions.includes('log:read') && !body.permissions.includes('people:manage'))
  assert.equal((await admin.send('GET', `${base}/roles`, { key: person.key })).status, 200)
  const refused = await post('/roles/auditor/grant', { user: person.scimId }, person.key)
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /lacks the permission "roles:manage"/)
  const instance = await admin.send('GET', '/api/v1/whoami')
  assert.ok(instance.body.permissions.includes('owners:manage'))
})

test('a role change is effective within a second, and every grant and revoke says who, when and why', async () => {
  const person = await createPerson()
  const reason = 'audit of May'
  const may = async () => (await admin.send('GET', '/api/v1/whoami', { key: person.key })).body.permissions.length > 0
  assert.equal(await may(), false)
  for (const [verb, isAllowed] of [
    ['grant', true],
    ['grant', true],
    ['revoke', false],
  ] as const) {
    assert.equal((await post(`/roles/auditor/${verb}`, { user: person.scimId, reason }, acme.key)).status, 200)
    await expired()
    assert.equal(await may(), isAllowed, verb)
  }
  const again = await post('/roles/auditor/revoke', { user: person.scimId }, acme.key)
  assert.equal(again.status, 409)
  type Row = {
    readonly action: string
    readonly actor: string
    readonly data: { readonly reason: string }
    readonly at: Date
  }
  const { rows } = await admin.application.database.query<Row>(
    {
      text: `select c.action, c.actor, c.data, c.at from changes c join users u on u.id = c.subject_id
        where u.scim_id = $1 and c.action like 'role.%' order by c.position`,
    },
    [person.scimId],
  )
  assert.deepEqual(
    rows.map((row) => [row.action, row.actor.slice(0, 4), row.data.reason, row.at]),
    [
      ['role.granted', 'key_', reason, admin.application.clock()],
      ['role.revoked', 'key_', reason, admin.application.clock()],
    ],
  )
})

test('roles of an organization are checked, versioned, listed behind the built-in ones, and deleted when nobody has them', async () => {
  const made = await post('/roles', { name: 'Site lead', permissions: ['teams:read'], description: 'of one site' })
  assert.deepEqual([made.status, made.body.version, made.headers.get('etag')], [201, 1, '"1"'])
  for (const name of ['site-LEAD', 'Owner', 'team_maintainer'])
    assert.equal((await post('/roles', { name, permissions: [] })).status, 409, name)
  const unknown = await post('/roles', { name: 'x', permissions: ['people:eat'] })
  assert.deepEqual([unknown.status, unknown.body.errors[0].pointer], [400, '/permissions/0'])
  const stale = await admin.send('PATCH', `${base}/roles/${made.body.id}`, {
    body: { name: 'y' },
    headers: { 'if-match': '"7"' },
  })
  assert.deepEqual([stale.status, stale.headers.get('etag')], [412, '"1"'])
  assert.equal((await admin.send('PATCH', `${base}/roles/owner`, { body: { name: 'boss' } })).status, 409)
  assert.equal((await admin.send('DELETE', `${base}/roles/admin`)).status, 409)
  const first = await admin.send('GET', `${base}/roles?limit=5`)
  assert.deepEqual(first.body.data.map((role: { name: string }) => role.name).slice(0, 2), ['owner', 'admin'])
  const rest = await admin.send('GET', `${base}/roles?limit=200&cursor=${first.body.nextCursor}`)
  assert.ok(rest.body.data.some((role: { name: string }) => role.name === 'Site lead'))
  const person = await createPerson()
  await post('/roles/site-lead/grant', { user: person.scimId })
  const used = await admin.send('DELETE', `${base}/roles/site lead`)
  assert.equal(used.status, 409)
  assert.match(used.body.detail, /1 people or service accounts have the role/)
  await post('/roles/site-lead/revoke', { user: person.scimId })
  assert.equal((await admin.send('DELETE', `${base}/roles/site lead`)).status, 204)
  assert.equal((await admin.send('GET', `${base}/roles/site lead`)).status, 404)
})

test('totals of roles and of who has them count what the list shows', async () => {
  const { scimId } = await createPerson()
  assert.equal((await post('/roles/auditor/grant', { user: scimId })).status, 200)
  for (const path of [
    '/roles',
    '/role-assignments',
    `/role-assignments?user=${scimId}`,
    '/role-assignments?role=auditor',
  ]) {
    const { body } = await admin.send('GET', `${base}${path}${path.includes('?') ? '&' : '?'}limit=200&total=true`)
    assert.ok(body.data.length > 0)
    assert.equal(body.total, body.data.length, path)
  }
})

test('team maintainer can be limited to a team, roles that reach further cannot', async () => {
  const person = await createPerson()
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'guides' }
  await scim(acme.key, 'POST', '/Groups', group)
  const { rows } = await admin.application.database.query<{ id: string }>({ text: 'select id from teams limit 1' })
  const team = `${rows[0]?.id}`
  const typed = (await import('../../src/type-id.ts')).formatTypeId('team', team)
  const refused = await post('/roles/admin/grant', { user: person.scimId, team: typed })
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/team'])
  assert.equal((await post('/roles/team-maintainer/grant', { user: person.scimId, team: typed })).status, 200)
  await expired()
  const { body } = await admin.send('GET', '/api/v1/whoami', { key: person.key })
  assert.deepEqual(body.roles, [{ id: body.roles[0].id, name: 'team maintainer', teams: [typed] }])
  assert.deepEqual(body.permissions, ['people:read', 'teams:read'])
  const nowhere = await post('/roles/team-maintainer/grant', {
    user: person.scimId,
    team: 'team_01h4zpwq00e008000000000000',
  })
  assert.deepEqual([nowhere.status, nowhere.body.errors[0].pointer], [404, '/team'])
})

test('CON-M4: the last owner cannot be revoked, suspended or deleted, by the API or over SCIM; a second one may go', async () => {
  await using other = await createAdminHarness()
  const solo = await other.createOrganization('solo')
  const send = (method: string, path: string, body?: unknown) => scimOf(other, solo.key, method, path, body)
  const ids: string[] = []
  for (const userName of ['ada', 'bob']) ids.push((await send('POST', '/Users', { schemas, userName })).body.id)
  const [ada = '', bob = ''] = ids
  const owner = (verb: string, user: string) =>
    other.send('POST', `/api/v1/organizations/solo/roles/owner/${verb}`, { body: { user } })
  assert.equal((await owner('grant', ada)).status, 200)
  const refused = await owner('revoke', ada)
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /last owner .* make somebody else owner first/)
  const suspend = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  }
  for (const [method, body] of [
    ['PATCH', suspend],
    ['DELETE', undefined],
    ['PUT', { schemas, userName: 'ada', active: false }],
  ] as const) {
    const answer = await send(method, `/Users/${ada}`, body)
    assert.equal(answer.status, 409, method)
    assert.match(answer.body.detail, /last owner/)
  }
  assert.equal((await send('GET', `/Users/${ada}`)).body.active, true)
  await owner('grant', bob)
  const both = await Promise.all([owner('revoke', ada), owner('revoke', bob)])
  assert.deepEqual(both.map((each) => each.status).toSorted(), [200, 409])
})
