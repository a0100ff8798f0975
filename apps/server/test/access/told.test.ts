import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { mailsOf } from './mails-of.ts'

// Who hears what about keys that come and go, and what else ends with them.
let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin.application.close())

const at = (slug: string, path: string) => `/api/v1/organizations/${slug}${path}`
const templates = async (address: string) => (await mailsOf(admin.application, address)).map(({ template }) => template)

async function person(slug: string, userName: string, more: object = {}): Promise<string> {
  const emails = [{ value: `${userName}@example.com`, primary: true }]
  const body = { attributes: { userName, emails, ...more }, invite: false }
  return (await admin.send('POST', at(slug, '/people'), { body })).body.id
}

test('a person hears in their language of a key that somebody else made in their name or revoked, and not of their own acts', async () => {
  await admin.createOrganization('owners')
  const ada = await person('owners', 'ada', { preferredLanguage: 'fr' })
  await admin.send('POST', at('owners', '/roles/admin/grant'), { body: { user: ada } })
  const scopes = ['keys:read', 'keys:manage']
  const { body: first } = await admin.send('POST', at('owners', '/keys'), { body: { scopes, user: ada } })
  await sleep(keyCacheMs + 20)
  const own = await admin.send('POST', at('owners', '/keys'), { key: first.key, body: { scopes, user: ada } })
  assert.equal(own.status, 201, JSON.stringify(own.body))
  await admin.send('POST', at('owners', `/keys/${own.body.id}/revoke`), { key: first.key })
  assert.deepEqual(await templates('ada@example.com'), ['ownKeyCreated'])
  for (let n = 0; n < 2; n++) await admin.send('POST', at('owners', `/keys/${first.id}/revoke`))
  assert.deepEqual(await templates('ada@example.com'), ['ownKeyCreated', 'ownKeyRevoked'])
  const { body: mails } = await admin.send('GET', at('owners', '/mails'))
  const [newest] = mails.data
  assert.deepEqual([newest.locale, /a été révoquée/.test(newest.subject)], ['fr', true])
  assert.ok(!JSON.stringify(mails).includes(first.key))
})

test('mail to a service account is in the language of the organization', async () => {
  await admin.createOrganization('korean')
  await admin.send('PATCH', at('korean', ''), { body: { settings: { locale: 'ko' } } })
  await admin.send('POST', at('korean', '/service-accounts'), { body: { name: 'bot', email: 'bot@example.com' } })
  await admin.send('POST', at('korean', '/keys'), { body: { scopes: ['scim'], serviceAccount: 'bot' } })
  const { body } = await admin.send('GET', at('korean', '/mails'))
  assert.deepEqual([body.data[0].locale, /생성/.test(body.data[0].subject)], ['ko', true])
})

test('whoever deletes a connection ends its keys: the service accounts that own them are told, and history has it', async () => {
  await admin.createOrganization('gone')
  await admin.send('POST', at('gone', '/service-accounts'), { body: { name: 'sync', email: 'sync@example.com' } })
  const { body: connection } = await admin.send('POST', at('gone', '/connections'), { body: { type: 'scim' } })
  const made = { scopes: ['scim'], serviceAccount: 'sync', connection: connection.id }
  await admin.send('POST', at('gone', '/keys'), { body: made })
  await admin.send('POST', at('gone', '/keys'), { body: { scopes: ['scim'], serviceAccount: 'sync' } })
  assert.equal((await admin.send('DELETE', at('gone', `/connections/${connection.id}`))).status, 204)
  assert.deepEqual(await templates('sync@example.com'), ['keyCreated', 'keyCreated', 'keyRevoked'])
  const { rows } = await admin.application.database.query({
    text: `select 1 from changes where action = 'key.revoked' and data ->> 'reason' = 'connection.deleted'`,
  })
  assert.equal(rows.length, 1)
})

test('CON-H2: a key of the instance that anybody reports is revoked at once, whatever organizations want', async () => {
  const { database, clock } = admin.application
  const key = await createInstanceKey(database, { name: 'leaked', now: clock() })
  const ask = () => admin.send('GET', '/api/v1/organizations', { key })
  assert.equal((await ask()).status, 200)
  const report = async (text: string) =>
    (await admin.send('POST', '/api/v1/leaked-keys', { key: null, body: { keys: [text] } })).body.data[0].outcome
  assert.equal(await report(key), 'revoked')
  await sleep(keyCacheMs + 20)
  assert.equal((await ask()).status, 401)
  assert.equal(await report(key), 'ended')
})

test('a role that a connection gives by default is not deleted, and the answer names the connection', async () => {
  await admin.createOrganization('defaults')
  await admin.send('POST', at('defaults', '/roles'), { body: { name: 'Team keeper', permissions: ['teams:read'] } })
  const settings = { roles: { default: 'team-keeper' } }
  const body = { type: 'scim', name: 'Okta', settings }
  const { body: connection } = await admin.send('POST', at('defaults', '/connections'), { body })
  const refused = await admin.send('DELETE', at('defaults', '/roles/team-keeper'))
  assert.deepEqual([refused.status, /"Okta"/.test(refused.body.detail)], [409, true])
  await admin.send('PATCH', at('defaults', `/connections/${connection.id}`), { body: { settings: {} } })
  assert.equal((await admin.send('DELETE', at('defaults', '/roles/team-keeper'))).status, 204)
})

test('when an organization switches invitations off, whoever waits for one is active, also after a suspension, each with a change', async () => {
  const { key } = await admin.createOrganization('no-invitations')
  await admin.createOrganization('others')
  const scim = (method: string, path: string, body: object) =>
    admin.send(method, `/scim/v2${path}`, { key, body, headers: { 'user-agent': 'test' } })
  const ids: string[] = []
  for (const userName of ['ada', 'bea']) {
    const emails = [{ value: `${userName}@corp.example`, primary: true }]
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    ids.push((await scim('POST', '/Users', { schemas, userName, emails })).body.id)
  }
  const setActive = (active: boolean) =>
    scim('PATCH', `/Users/${ids[1]}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: active }],
    })
  await setActive(false)
  const states = async () => {
    const { body } = await admin.send('GET', at('no-invitations', '/people?state=pending,active,suspended'))
    return body.data.map(({ userName, state }: { userName: string; state: string }) => `${userName} ${state}`)
  }
  assert.deepEqual(await states(), ['ada pending', 'bea suspended'])
  const settings = { invitations: { enabled: false } }
  for (let n = 0; n < 2; n++) await admin.send('PATCH', at('no-invitations', ''), { body: { settings } })
  assert.deepEqual(await states(), ['ada active', 'bea suspended'])
  await setActive(true)
  assert.deepEqual(await states(), ['ada active', 'bea active'])
  const { rows } = await admin.application.database.query<{ actor: string }>({
    text: `select actor from changes where action = 'user.activated' and data ->> 'via' = 'invitations.off'`,
  })
  assert.equal(rows.length, 1)
  assert.match(rows[0]?.actor ?? '', /^instance:/)
})
