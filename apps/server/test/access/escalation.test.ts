import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { settleAllDues } from '../../src/access/settle-mapped-roles.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { scimInit } from '../harness/provisioning.ts'

// Every test is somebody who reaches for more than he may.

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

const base = '/api/v1/organizations/acme'
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})
const post = (path: string, body: object, key?: string): Promise<Reply> =>
  admin.send('POST', `${base}${path}`, { body, ...(key !== undefined && { key }) })

async function scim(key: string, method: string, path: string, body?: unknown) {
  const response = await admin.application.fetch(`/scim/v2${path}`, scimInit(method, { key, body }))
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

let names = 0

/** A local person with the roles and a key of his own that has every scope. */
async function createPerson(...roles: readonly string[]): Promise<{ readonly id: string; readonly key: string }> {
  const made = await post('/people', { attributes: { userName: `somebody-${++names}` } })
  assert.equal(made.status, 201)
  for (const role of roles) assert.equal((await post(`/roles/${role}/grant`, { user: made.body.id })).status, 200, role)
  const key = await post('/keys', { scopes: ['admin:enterprise'], user: made.body.id })
  assert.equal(key.status, 201)
  return { id: made.body.id, key: key.body.key }
}

async function createRole(...permissions: readonly string[]): Promise<string> {
  const name = `role-${++names}`
  assert.equal((await post('/roles', { name, permissions })).status, 201)
  return name
}

async function rolesOf(user: string): Promise<readonly string[]> {
  const { body } = await admin.send('GET', `${base}/role-assignments?user=${user}`)
  return body.data.map((held: { readonly role: { readonly name: string } }) => held.role.name).toSorted()
}

test('an admin makes nobody owner by the attribute roles of a person', async () => {
  const ada = await createPerson('admin')
  const made = await post('/people', { attributes: { userName: 'puppet', roles: [{ value: 'owner' }] } }, ada.key)
  assert.equal(made.status, 201)
  assert.deepEqual(await rolesOf(made.body.id), [])
  const attributes = { roles: [{ value: 'owner' }, { value: 'auditor' }] }
  const patched = await admin.send('PATCH', `${base}/people/${ada.id}`, { body: { attributes }, key: ada.key })
  assert.equal(patched.status, 200)
  assert.deepEqual(await rolesOf(ada.id), ['admin', 'auditor'])
})

test('nor by a custom role that makes owners', async () => {
  const ada = await createPerson('admin')
  const maker = await createRole('owners:manage')
  const attributes = { roles: [{ value: maker }] }
  await admin.send('PATCH', `${base}/people/${ada.id}`, { body: { attributes }, key: ada.key })
  assert.deepEqual(await rolesOf(ada.id), ['admin'])
})

test('an admin makes nobody owner over SCIM by a service account of his, nor by a key that belongs to nobody', async () => {
  const ada = await createPerson('admin')
  const key = await post('/keys', { scopes: ['scim'], serviceAccount: 'ladder' }, ada.key)
  assert.equal(key.status, 201)
  const body = { schemas, userName: 'climber', roles: [{ value: 'owner' }, { value: 'auditor' }] }
  const made = await scim(key.body.key, 'POST', '/Users', body)
  assert.equal(made.status, 201)
  const { body: found } = await admin.send('GET', `${base}/people?search=climber`)
  assert.deepEqual(await rolesOf(found.data[0].id), ['auditor'])
  const nobodys = await post('/keys', { scopes: ['scim'] }, ada.key)
  assert.equal(nobodys.status, 403)
  assert.match(nobodys.body.detail, /"owners:manage"/)
})

test('what a key may not give it may not take either', async () => {
  const idp = (await post('/keys', { scopes: ['scim'] })).body.key
  const made = await scim(idp, 'POST', '/Users', {
    schemas,
    userName: 'boss',
    roles: [{ value: 'owner' }, { value: 'auditor' }],
  })
  const { body: found } = await admin.send('GET', `${base}/people?search=boss`)
  const boss = found.data[0].id
  await createPerson('owner')
  const role = await createRole('people:invite', 'people:manage')
  for (const [account, roles, left] of [
    ['no-giver', [role], ['auditor', 'owner']],
    ['no-owners', ['admin'], ['owner']],
  ] as const) {
    assert.equal((await post('/service-accounts', { name: account, roles })).status, 201)
    const { key } = (await post('/keys', { scopes: ['scim'], serviceAccount: account })).body
    const patch = patchOf({ op: 'remove', path: 'roles' })
    assert.equal((await scim(key, 'PATCH', `/Users/${made.body.id}`, patch)).status, 200)
    assert.deepEqual(await rolesOf(boss), left, account)
    const again = patchOf({ op: 'replace', path: 'roles', value: [{ value: 'owner' }, { value: 'auditor' }] })
    assert.equal((await scim(idp, 'PATCH', `/Users/${made.body.id}`, again)).status, 200)
  }
})

test('whoever may not give roles makes no key for an account that gives them over SCIM', async () => {
  const role = await createRole(
    'keys:manage',
    'people:read',
    'people:invite',
    'people:manage',
    'teams:read',
    'teams:manage',
  )
  const bob = await createPerson(role)
  assert.equal((await post('/service-accounts', { name: 'idp', roles: ['admin'] })).status, 201)
  const refused = await post('/keys', { scopes: ['scim'], serviceAccount: 'idp' }, bob.key)
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /"roles:manage"/)
  const { body: theirs } = await post('/keys', { scopes: ['scim'], serviceAccount: 'idp' })
  assert.equal((await post(`/keys/${theirs.id}/rotate`, { overlapSeconds: 0 }, bob.key)).status, 403)
  assert.equal((await post('/keys', { scopes: ['scim'], serviceAccount: 'own' }, bob.key)).status, 201)
})

test('a key for a maintainer of one team is more than somebody without that team may make', async () => {
  const team = (await post('/teams', { name: 'Reds' })).body.id
  const lead = await createPerson()
  const manages = await createRole('teams:read', 'teams:manage')
  assert.equal((await post(`/roles/${manages}/grant`, { user: lead.id, team })).status, 200)
  const bob = await createPerson(await createRole('keys:manage', 'teams:read'))
  const refused = await post('/keys', { scopes: ['teams:manage'], user: lead.id }, bob.key)
  assert.equal(refused.status, 403)
})

test('nobody puts himself into a team that gives a role, not even into one that a deleted connection left behind', async () => {
  const connection = (await post('/connections', { type: 'scim', name: 'Old' })).body
  const { key } = (await post('/keys', { scopes: ['scim'], connection: connection.id })).body
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Bosses' }
  assert.equal((await scim(key, 'POST', '/Groups', group)).status, 201)
  const team = (await admin.send('GET', `${base}/teams?search=Bosses`)).body.data[0].id
  assert.equal((await post('/role-mappings', { team, role: 'owner' })).status, 201)
  await admin.send('DELETE', `${base}/connections/${connection.id}`)
  const bob = await createPerson(await createRole('teams:read', 'teams:manage'))
  const added = await post(`/teams/${team}/members`, { members: [bob.id] }, bob.key)
  assert.equal(added.status, 403)
  await settleAllDues(admin.application.database, admin.application.clock(), new AbortController().signal)
  assert.ok(!(await rolesOf(bob.id)).includes('owner'))
})

test('a key for SCIM is as much as the roles that groups and the default of its connection give', async () => {
  const other = '/api/v1/organizations/mapped'
  await admin.createOrganization('mapped')
  const ask = (path: string, body: object, key?: string) =>
    admin.send('POST', `${other}${path}`, { body, ...(key !== undefined && { key }) })
  const permissions = ['keys:manage', 'people:invite', 'people:manage', 'people:read', 'teams:manage', 'teams:read']
  await ask('/roles', { name: 'Integrator', permissions })
  const keyOf = async (role: string) => {
    const { body } = await ask('/people', { attributes: { userName: `${role}-mapped` } })
    await ask(`/roles/${role}/grant`, { user: body.id })
    const key: string = (await ask('/keys', { scopes: ['admin:enterprise'], user: body.id })).body.key
    return key
  }
  const [integrator, boss] = [await keyOf('integrator'), await keyOf('admin')]
  const settings = { roles: { default: 'auditor' } }
  const connection = (await ask('/connections', { type: 'scim', name: 'Reads', settings })).body.id
  let made = 0
  const make = async (key: string, more: object = {}) =>
    (await ask('/keys', { scopes: ['scim'], serviceAccount: `account-${++made}`, ...more }, key)).status
  assert.equal(await make(integrator), 201)
  assert.equal(await make(integrator, { connection }), 403)
  assert.equal(await make(boss, { connection }), 201)
  await ask('/role-mappings', { group: 'Auditors', role: 'auditor' })
  assert.equal(await make(integrator), 403)
  assert.equal(await make(boss), 201)
  await ask('/role-mappings', { group: 'Owners', role: 'owner' })
  assert.equal(await make(boss), 403)
})

test('nor does whoever maps groups give a role by a team that follows one, on either door', async () => {
  const connection = (await post('/connections', { type: 'scim', name: 'Hub', style: 'github' })).body.id
  const { key } = (await post('/keys', { scopes: ['scim'], connection })).body
  const bob = await createPerson(await createRole('teams:read', 'teams:map'))
  const schemasOfGroup = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const group = await scim(key, 'POST', '/Groups', {
    schemas: schemasOfGroup,
    displayName: 'Everybody',
    externalId: 'everybody',
  })
  assert.equal(group.status, 201)
  const team = (await post('/teams', { name: 'Council' })).body
  assert.equal((await post('/role-mappings', { team: team.id, role: 'owner' })).status, 201)
  const { body: groups } = await admin.send('GET', `${base}/external-groups?search=Everybody`)
  const [{ id, number }] = groups.data
  const link = { body: { groupId: id }, key: bob.key }
  assert.equal((await admin.send('POST', `${base}/teams/${team.id}/link`, link)).status, 403)
  const answer = await admin.application.fetch(`/api/v3/orgs/acme/teams/${team.handle}/external-groups`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${bob.key}` },
    body: JSON.stringify({ group_id: number }),
  })
  assert.equal(answer.status, 403)
})

test('nor by lifting an exception that keeps him out of a team by rule', async () => {
  const team = (await post('/teams', { name: 'Admins by rule' })).body.id
  assert.equal((await post('/role-mappings', { team, role: 'owner' })).status, 201)
  const bob = await createPerson(await createRole('teams:read', 'teams:manage'))
  const scope = { groups: [[{ attribute: 'userName', operator: 'NOT EQUALS', value: 'nobody' }]] }
  assert.equal((await post(`/teams/${team}/rule`, { scope })).status, 202)
  await workOffAllRuns(admin.application.application.parts, new AbortController().signal)
  const except = { userId: bob.id, kind: 'never', reason: 'not him' }
  assert.equal((await post(`/teams/${team}/rule/exceptions`, except)).status, 200)
  const lifted = await admin.send('DELETE', `${base}/teams/${team}/rule/exceptions/${bob.id}`, { key: bob.key })
  assert.deepEqual([lifted.status, lifted.body.code], [403, 'forbidden'])
})
