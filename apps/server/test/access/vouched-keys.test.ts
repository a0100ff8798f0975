import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { scimInit } from '../harness/provisioning.ts'

// SCIM keys of people without a role: they work while nobody has given the person one.

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

const expired = () => sleep(keyCacheMs + 20)
const post = (path: string, body: object, key?: string): Promise<Reply> =>
  admin.send('POST', `/api/v1/organizations/acme${path}`, { body, ...(key !== undefined && { key }) })

async function scim(key: string, method = 'GET', body?: unknown) {
  const response = await admin.application.fetch('/scim/v2/Users', scimInit(method, { key, body }))
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers freely
  const answer: any = await response.json()
  return { status: response.status, id: answer.id }
}

let names = 0

async function createPerson(): Promise<string> {
  const made = await post('/people', { attributes: { userName: `somebody-${++names}` } })
  assert.equal(made.status, 201)
  return made.body.id
}

async function createKey(user: string, more: object = {}, maker?: string) {
  const key = await post('/keys', { scopes: ['scim'], user, ...more }, maker)
  assert.equal(key.status, 201)
  return { id: key.body.id, key: key.body.key }
}

test('whoever may not provision himself makes none that opens, and rotates none', async () => {
  const permissions = ['keys:read', 'keys:manage', 'people:read', 'people:invite']
  await post('/roles', { name: 'Key maker', permissions })
  const somebody = await createPerson()
  await post('/roles/key-maker/grant', { user: somebody })
  const maker = await createKey(somebody, { scopes: ['admin:enterprise'] })
  assert.equal((await scim((await createKey(await createPerson(), {}, maker.key)).key)).status, 403)
  const good = await createKey(await createPerson())
  assert.equal((await scim(good.key)).status, 200)
  assert.equal((await post(`/keys/${good.id}/rotate`, { overlapSeconds: 60 }, maker.key)).status, 403)
})

test('a role ends it also when it came while the key was being made', async () => {
  const user = await createPerson()
  const { key } = await createKey(user)
  await post('/roles/auditor/grant', { user })
  const text = 'update keys set is_vouched = true where user_id = $1'
  await admin.application.database.query({ text }, [parseTypeId('usr', user)])
  await expired()
  assert.equal((await scim(key)).status, 403)
})

test('it opens nothing for somebody whose role does not count while mappings alone do', async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const provisioner = await createKey(await createPerson())
  const { id: user } = await scim(provisioner.key, 'POST', { schemas, userName: `somebody-${++names}` })
  await post('/roles/auditor/grant', { user })
  const setMode = (mode: string) =>
    admin.application.database.query({ text: 'update organizations set role_mapping_mode = $1' }, [mode])
  await setMode('only')
  const { key } = await createKey(user)
  assert.equal((await scim(key)).status, 403)
  await setMode('add')
  await expired()
  assert.equal((await scim(key)).status, 403, 'auditors provision nobody')
})

test('the tokens of an OAuth client of such a person end with the first role, and do not come back when it goes', async () => {
  const user = await createPerson()
  const client = await createKey(user, { use: 'oauthClient' })
  const sell = async (): Promise<string> => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const headers = { authorization: `Basic ${btoa(`${client.id}:${client.key}`)}` }
    const answer = await admin.application.fetch('/oauth/token', { method: 'POST', headers, body })
    assert.equal(answer.status, 200)
    return String(Reflect.get(Object(await answer.json()), 'access_token'))
  }
  const token = await sell()
  assert.equal((await scim(token)).status, 200)
  await post('/roles/auditor/grant', { user })
  await post('/roles/auditor/revoke', { user })
  await expired()
  assert.equal((await scim(token)).status, 403)
  assert.equal((await scim(await sell())).status, 403)
})
