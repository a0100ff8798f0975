import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { jobs } from '../../src/jobs.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { mailsOf } from './mails-of.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin.application.close())

const dayMs = 86_400_000
const at = (slug: string, path: string) => `/api/v1/organizations/${slug}${path}`
const makeKey = (slug: string, body: object): Promise<Reply> => admin.send('POST', at(slug, '/keys'), { body })
const listNotices = async (slug: string, query = '') =>
  (await admin.send('GET', at(slug, `/notices?total=true${query}`))).body.data

/** Runs the job as the `work` role does, twice: it must be safe at any time. */
async function runJob(): Promise<void> {
  const job = jobs.find(({ name }) => name === 'notices')
  for (let times = 0; times < 2; times++)
    await job?.run(admin.application.application.parts, new AbortController().signal)
}

async function makePerson(key: string, userName: string, values: object = {}): Promise<string> {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, ...values }
  const answer = await admin.send('POST', '/scim/v2/Users', {
    key,
    body,
    headers: { 'content-type': 'application/scim+json' },
  })
  assert.equal(answer.status, 201)
  return answer.body.id
}

/** A person without a role opens nothing with any key. */
async function makeAdmin(slug: string, user: string): Promise<void> {
  assert.equal((await admin.send('POST', at(slug, '/roles/admin/grant'), { body: { user } })).status, 200)
}

test('CON-H7: SCIM keys have no end and a warning when one is set, other keys end in 90 days or by the policy; mail 14, 3 and 0 days before', async () => {
  await admin.createOrganization('ending')
  const now = admin.application.clock().getTime()
  const inDays = (days: number) => new Date(now + days * dayMs).toISOString()
  const scim = await makeKey('ending', { scopes: ['scim'] })
  assert.deepEqual([scim.body.expiresAt, scim.body.warnings], [null, []])
  const warned = await makeKey('ending', { scopes: ['scim'], expiresAt: inDays(400) })
  assert.match(warned.body.warnings[0], /stops when it expires/)
  const other = await makeKey('ending', { scopes: ['keys:read'] })
  assert.equal(other.body.expiresAt, inDays(90))
  assert.equal((await makeKey('ending', { scopes: ['keys:read'], expiresAt: null })).body.expiresAt, null)
  const settings = { keys: { daysMax: 30 } }
  assert.equal((await admin.send('PATCH', at('ending', ''), { body: { settings } })).status, 200)
  for (const expiresAt of [null, inDays(31)]) {
    const refused = await makeKey('ending', { scopes: ['keys:read'], expiresAt })
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/expiresAt'])
    assert.match(refused.body.detail, /30 days at most/)
  }
  assert.equal((await makeKey('ending', { scopes: ['scim'] })).body.expiresAt, null, 'provisioning knows no maximum')
  await admin.send('POST', at('ending', '/service-accounts'), { body: { name: 'ci', email: 'ci@example.com' } })
  const short = await makeKey('ending', { scopes: ['keys:read'], serviceAccount: 'ci' })
  assert.equal(short.body.expiresAt, inDays(30))
  const told = async () =>
    (await mailsOf(admin.application, 'ci@example.com'))
      .filter(({ template }) => template === 'keyExpiring' || template === 'keyExpired')
      .map(({ data }) => data['daysLeft'])
  const expected = new Map([
    [15.9, []],
    [16, [14]],
    [20, [14]],
    [27, [14, 3]],
    [29.9, [14, 3]],
    [30, [14, 3, 0]],
    [33, [14, 3, 0]],
  ])
  for (const [days, mails] of expected) {
    admin.application.clock.set(new Date(now + days * dayMs))
    await runJob()
    assert.deepEqual(await told(), mails, `${days} days on`)
  }
  const ofKey = (await listNotices('ending')).filter(({ keyId }: { keyId: string }) => keyId === short.body.id)
  assert.deepEqual(
    ofKey.map(({ kind }: { kind: string }) => kind),
    ['keyExpired', 'keyExpiring', 'keyExpiring'],
  )
})

test('AC-G5: an expiring SCIM key is warned about when it is made; after its end it gets 401, and its maker an alert and a mail', async () => {
  const { key } = await admin.createOrganization('g5')
  const user = await makePerson(key, 'admin', { emails: [{ value: 'admin@example.com', primary: true }] })
  // Only an owner makes a SCIM key that belongs to nobody: it may give every role.
  assert.equal((await admin.send('POST', at('g5', '/roles/owner/grant'), { body: { user } })).status, 200)
  const { body: own } = await makeKey('g5', { scopes: ['admin:enterprise'], user })
  const expiresAt = new Date(admin.application.clock().getTime() + 2 * dayMs).toISOString()
  const made = await admin.send('POST', at('g5', '/keys'), {
    key: own.key,
    body: { name: 'Entra', scopes: ['scim'], expiresAt },
  })
  assert.match(made.body.warnings[0], /stops when it expires/)
  const use = async () => (await admin.send('GET', '/scim/v2/Users', { key: made.body.key })).status
  assert.equal(await use(), 200)
  await runJob()
  assert.deepEqual(await listNotices('g5'), [], 'whoever made it for two days knows')
  admin.application.clock.advance(2 * dayMs)
  assert.equal(await use(), 401)
  await runJob()
  const [notice, ...more] = await listNotices('g5', '&open=true')
  assert.deepEqual([notice.kind, notice.keyId, more], ['keyExpired', made.body.id, []])
  assert.match(notice.message, /"Entra".*has expired/)
  const mails = await mailsOf(admin.application, 'admin@example.com')
  assert.deepEqual(
    mails.map(({ template, data }) => [template, data['key'], data['daysLeft']]),
    [
      ['ownKeyCreated', 'admin:enterprise', undefined],
      ['keyExpired', 'Entra', 0],
    ],
  )
  const seen = await admin.send('POST', at('g5', `/notices/${notice.id}/acknowledge`))
  assert.match(seen.body.acknowledgedBy, /^instance:key_/)
  assert.deepEqual(await listNotices('g5', '&open=true'), [])
  assert.equal((await listNotices('g5', '&open=false&kind=keyExpired')).length, 1)
  const again = await admin.send('POST', at('g5', `/notices/${notice.id}/acknowledge`))
  assert.deepEqual(again.body, seen.body)
})

test('a key that was rotated ends quietly; its successor lives as long as it did', async () => {
  await admin.createOrganization('rotated')
  const { body: key } = await makeKey('rotated', { scopes: ['keys:read'] })
  admin.application.clock.advance(80 * dayMs)
  const body = { overlapSeconds: 3_600 }
  const { body: next } = await admin.send('POST', at('rotated', `/keys/${key.id}/rotate`), { body })
  assert.equal(Date.parse(next.expiresAt) - admin.application.clock().getTime(), 90 * dayMs)
  const old = await admin.send('GET', at('rotated', `/keys/${key.id}`))
  assert.deepEqual([old.body.replacedBy, old.body.expiresAt], [next.id, next.replacedExpiresAt])
  admin.application.clock.advance(3_600_000)
  await runJob()
  assert.deepEqual(await listNotices('rotated'), [])
})

test('AC-D11: a SCIM key of a person is warned about before it is made; when the person leaves it is dead and administrators are alerted', async () => {
  const { key } = await admin.createOrganization('d11')
  const settings = { alertEmail: 'it-alerts@example.com' }
  await admin.send('PATCH', at('d11', ''), { body: { settings } })
  const user = await makePerson(key, 'leaver', { displayName: 'Lea Ver' })
  await makeAdmin('d11', user)
  const body = { name: 'Okta', scopes: ['scim'], user }
  const preview = await admin.send('POST', at('d11', '/keys/preview'), { body })
  assert.match(preview.body.warnings[0], /stops when the person who owns it is suspended or leaves/)
  assert.equal((await admin.send('GET', at('d11', '/keys?total=true'))).body.total, 1, 'a preview makes nothing')
  const { body: personal } = await makeKey('d11', body)
  assert.deepEqual(personal.warnings, preview.body.warnings)
  await makeKey('d11', { scopes: ['keys:read'], user })
  const use = async () => (await admin.send('GET', '/scim/v2/Users', { key: personal.key })).status
  assert.equal(await use(), 200)
  const { body: people } = await admin.send('GET', at('d11', '/people?search=leaver'))
  const { body: owned } = await admin.send('GET', at('d11', `/people/${people.data[0].id}/owned`))
  assert.deepEqual(
    owned.keys.filter((each: { provisions: boolean }) => each.provisions).map((each: { id: string }) => each.id),
    [personal.id],
    'whoever is about to suspend the person sees the key that provisioning hangs on',
  )
  assert.equal((await admin.send('DELETE', `/scim/v2/Users/${user}`, { key })).status, 204)
  await sleep(keyCacheMs + 20)
  assert.equal(await use(), 401)
  await runJob()
  const [notice, ...more] = await listNotices('d11')
  assert.deepEqual([notice.kind, notice.keyId, more], ['keyOwnerLeft', personal.id, []])
  assert.match(notice.message, /"Okta".*dead because Lea Ver is deprovisioned/)
  const mails = await mailsOf(admin.application, 'it-alerts@example.com')
  assert.deepEqual(
    mails.map(({ template, data }) => [template, data['key'], data['owner']]),
    [['keyOwnerLeft', 'Okta', 'Lea Ver']],
  )
})

test('without an address for alerts the owners of the organization hear that the owner of a SCIM key left', async () => {
  const { key } = await admin.createOrganization('owned')
  const boss = await makePerson(key, 'boss', { emails: [{ value: 'boss@example.com' }], preferredLanguage: 'ko' })
  await makePerson(key, 'nobody', { emails: [{ value: 'nobody@example.com' }] })
  const { body: roles } = await admin.send('GET', at('owned', '/roles'))
  const owner = roles.data.find(({ name }: { name: string }) => /owner/i.test(name))
  const { database } = admin.application
  await database.query(
    {
      text: `insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, granted_at, granted_by)
        select organization_id, 'user', id, $2, 'local', created_at, 'test' from users where scim_id = $1`,
    },
    [boss, parseTypeId('role', owner.id)],
  )
  const user = await makePerson(key, 'leaver')
  await makeKey('owned', { scopes: ['scim'], user })
  assert.equal((await admin.send('DELETE', `/scim/v2/Users/${user}`, { key })).status, 204)
  await runJob()
  const mails = await mailsOf(admin.application, 'boss@example.com')
  assert.equal(mails.filter(({ template }) => template === 'keyOwnerLeft').length, 1)
  assert.equal(
    (await mailsOf(admin.application, 'nobody@example.com')).filter(({ template }) => template.startsWith('key'))
      .length,
    0,
  )
})

test('alerts go out in the language of the organization, to people too who have said nothing about theirs or have only a user name', async () => {
  const { key } = await admin.createOrganization('worded')
  const settings = { alertEmail: 'japan-alerts@example.com', locale: 'ja' }
  await admin.send('PATCH', at('worded', ''), { body: { settings } })
  await admin.send('POST', at('worded', '/service-accounts'), { body: { name: 'bot', email: 'jp-bot@example.com' } })
  const user = await makePerson(key, 'named@example.com', { emails: [{ value: 'no address' }] })
  await makeAdmin('worded', user)
  await makeKey('worded', { scopes: ['keys:read'], serviceAccount: 'bot' })
  await makeKey('worded', { scopes: ['keys:read'], user })
  const leaver = await makePerson(key, 'jp-leaver')
  await makeAdmin('worded', leaver)
  await makeKey('worded', { scopes: ['scim'], user: leaver })
  assert.equal((await admin.send('DELETE', `/scim/v2/Users/${leaver}`, { key })).status, 204)
  admin.application.clock.advance(80 * dayMs)
  await runJob()
  const { body } = await admin.send('GET', at('worded', '/mails?limit=100'))
  const told = body.data.map(({ to, locale, template }: Reply['body']) => [to, template, locale])
  for (const [to, template] of [
    ['jp-bot@example.com', 'keyExpiring'],
    ['named@example.com', 'ownKeyCreated'],
    ['named@example.com', 'keyExpiring'],
    ['japan-alerts@example.com', 'keyOwnerLeft'],
  ])
    assert.ok(
      told.some((each: unknown) => JSON.stringify(each) === JSON.stringify([to, template, 'ja'])),
      `${to} ${template} of ${JSON.stringify(told)}`,
    )
})

test('AC-D10: disabling a person ends the application keys of the person and no API key of the organization', async () => {
  await admin.createOrganization('d10')
  const { body: connections } = await admin.send('GET', at('d10', '/connections'))
  await admin.send('PATCH', at('d10', `/connections/${connections.data[0].id}`), { body: { style: 'datadog' } })
  const { body: idp } = await makeKey('d10', { scopes: ['scim'], serviceAccount: 'idp' })
  const user = await makePerson(idp.key, 'owner')
  await makeAdmin('d10', user)
  const { body: own } = await makeKey('d10', { scopes: ['organization:admin'], user })
  const made = await admin.send('POST', at('d10', '/api-keys'), { key: own.key, body: { name: 'intake' } })
  assert.equal(made.status, 201)
  const setActive = (value: boolean) =>
    admin.send('PATCH', `/scim/v2/Users/${user}`, {
      key: idp.key,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value }],
      },
    })
  const use = async (key: string) => (await admin.send('GET', at('d10', ''), { key })).status
  assert.deepEqual([await use(own.key), await use(made.body.key)], [200, 200])
  assert.equal((await setActive(false)).status, 200)
  assert.deepEqual([await use(own.key), await use(made.body.key)], [401, 200])
  assert.equal((await setActive(true)).status, 200)
  assert.deepEqual([await use(own.key), await use(made.body.key)], [401, 200], 'under style datadog for good')
  const { body: key } = await admin.send('GET', at('d10', `/keys/${own.id}`))
  assert.ok(key.revokedAt !== null)
})

test('two workers at the same time tell of each notice once', async () => {
  await admin.createOrganization('twice')
  await admin.send('POST', at('twice', '/service-accounts'), { body: { name: 'ci', email: 'twice@example.com' } })
  const expiresAt = new Date(admin.application.clock().getTime() + 20 * dayMs).toISOString()
  for (let n = 0; n < 5; n++)
    await makeKey('twice', { scopes: ['scim'], serviceAccount: 'ci', expiresAt, name: `k${n}` })
  admin.application.clock.advance(7 * dayMs)
  await Promise.all([runJob(), runJob(), runJob()])
  const mails = await mailsOf(admin.application, 'twice@example.com')
  assert.equal(mails.filter(({ template }) => template === 'keyExpiring').length, 5)
})
