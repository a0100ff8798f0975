import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { transaction } from '../../src/db/transaction.ts'
import { readCookie, toCookie, toEmptyCookie } from '../../src/http/sign-in/cookie.ts'
import { endSessions, proveSession, readAnySession, readSession, startSession } from '../../src/sign-in/sessions.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

const minute = 60_000
const hour = 60 * minute

test('a session opens until it was idle for 8 hours, and for 24 hours at most', async () => {
  await using provisioning = await createTestProvisioning()
  const { person, start, read } = await createSignedIn(provisioning)
  const first = await start()
  provisioning.clock.advance(8 * hour - minute)
  assert.equal((await read(first.secret))?.userId, person.id)
  provisioning.clock.advance(8 * hour - minute)
  assert.equal((await read(first.secret))?.userId, person.id, 'use moves the idle limit')
  provisioning.clock.advance(8 * hour)
  assert.equal(await read(first.secret), undefined, 'idle')

  const second = await start()
  for (let at = 0; at < 23; at++) {
    provisioning.clock.advance(hour)
    assert.ok(await read(second.secret), `hour ${at}`)
  }
  provisioning.clock.advance(hour)
  assert.equal(await read(second.secret), undefined, '24 hours are the end')
})

test('SessionNotOnOrAfter caps a session; a secret that nobody made costs no look-up', async () => {
  await using provisioning = await createTestProvisioning()
  const { start, read } = await createSignedIn(provisioning)
  const { secret, expiresAt } = await start({ notOnOrAfter: new Date(provisioning.clock().getTime() + hour) })
  assert.equal(expiresAt.getTime(), provisioning.clock().getTime() + hour)
  provisioning.clock.advance(hour)
  assert.equal(await read(secret), undefined)
  const before = provisioning.database.stats.roundTrips
  assert.equal(await read(`${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`), undefined)
  assert.equal(await read('nonsense'), undefined)
  assert.equal(provisioning.database.stats.roundTrips, before)
})

test('a suspension over SCIM ends every session with its own transaction, for good, and costs it no round trip', async () => {
  await using provisioning = await createTestProvisioning()
  const { tenant, person, start, read } = await createSignedIn(provisioning)
  const { secret } = await start()
  assert.ok(await read(secret))
  provisioning.clock.advance(minute)
  await patchActive(tenant, person.scimId, false)
  assert.equal(await read(secret), undefined)
  await assert.rejects(start(), { code: 'notActive' })
  provisioning.clock.advance(minute)
  await patchActive(tenant, person.scimId, true)
  assert.equal(await read(secret), undefined, 'the old session does not come back')
  assert.ok(await read((await start()).secret))
})

test('a person who is deleted has no session', async () => {
  await using provisioning = await createTestProvisioning()
  const { tenant, person, start, read } = await createSignedIn(provisioning)
  const { secret } = await start()
  provisioning.clock.advance(minute)
  assert.equal((await tenant.scim('DELETE', `/Users/${person.scimId}`)).status, 204)
  assert.equal(await read(secret), undefined)
})

test('signing in again in the same browser ends the session before; so does whoever ends one or all', async () => {
  await using provisioning = await createTestProvisioning()
  const { database, clock } = provisioning
  const { tenant, person, start, read } = await createSignedIn(provisioning)
  const organizationId = tenant.organization.id
  const first = await start()
  const second = await start({ replaces: first.secret })
  assert.equal(await read(first.secret), undefined)
  assert.ok(await read(second.secret))

  const third = await start()
  const end = { organizationId, now: clock(), actor: 'test', reason: 'revoked' }
  const keep = { ...end, userId: person.id, butSessionId: third.id }
  assert.equal(await transaction(database, (tx) => endSessions(tx, keep)), 1)
  assert.equal(await read(second.secret), undefined)
  assert.ok(await read(third.secret))
  assert.equal(await transaction(database, (tx) => endSessions(tx, { ...end, sessionId: third.id })), 1)
  assert.equal(await transaction(database, (tx) => endSessions(tx, { ...end, sessionId: third.id })), 0)
  assert.equal(await read(third.secret), undefined)
})

test('an identity provider ends the sessions that it began, all of a person or a single one', async () => {
  await using provisioning = await createTestProvisioning()
  const { database, clock } = provisioning
  const { tenant, start, read } = await createSignedIn(provisioning)
  const identityProviderId = '01893f6e-5c00-7000-8000-000000000009'
  const one = await start({ method: 'saml', identityProviderId, external: { nameId: 'ada', sessionIndex: '_1' } })
  const two = await start({ method: 'saml', identityProviderId, external: { nameId: 'ada', sessionIndex: '_2' } })
  const own = await start()
  const end = { organizationId: tenant.organization.id, now: clock(), actor: 'test', reason: 'singleLogout' }
  const of = (external?: Parameters<typeof endSessions>[1]['external']) =>
    transaction(database, (tx) => endSessions(tx, { ...end, identityProviderId, external }))
  assert.equal(await of({ nameId: 'eve' }), 0)
  assert.equal(await of({ nameId: 'ada', sessionIndex: '_1' }), 1)
  assert.equal(await read(one.secret), undefined)
  assert.ok(await read(two.secret))
  assert.equal(await of({ nameId: 'ada' }), 1)
  assert.equal(await read(two.secret), undefined)
  assert.ok(await read(own.secret))
})

test('half signed in opens nothing; the second step makes it whole and changes the secret', async () => {
  await using provisioning = await createTestProvisioning()
  const { database, clock } = provisioning
  const { start, read } = await createSignedIn(provisioning)
  const { secret } = await start({ stage: 'secondStep' })
  assert.equal(await read(secret), undefined)
  const half = await readAnySession(database, secret, clock())
  assert.equal(half?.stage, 'secondStep')
  const proof = { session: half, factors: ['totp'], now: clock() }
  const proven = await transaction(database, (tx) => proveSession(tx, proof))
  assert.ok(proven)
  assert.equal(await readAnySession(database, secret, clock()), undefined)
  assert.deepEqual((await read(proven.secret))?.factors, ['password', 'totp'])
})

test('the cookie is bound to the host over https, and hidden from scripts', () => {
  const now = new Date('2026-11-21T09:00:00Z')
  const session = { secret: 'rc_ses_x', expiresAt: new Date(now.getTime() + hour) }
  const cookie = toCookie(session, { baseUrl: 'https://rollcall.test', now })
  assert.equal(cookie, '__Host-rollcall_session=rc_ses_x; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax; Secure')
  const request = new Request('https://rollcall.test/', { headers: { cookie: `a=b; ${cookie.split(';')[0]}` } })
  assert.equal(readCookie(request, { baseUrl: 'https://rollcall.test' }), 'rc_ses_x')
  assert.equal(readCookie(request, { baseUrl: 'http://127.0.0.1:8080' }), undefined)
  assert.match(toEmptyCookie({ baseUrl: 'http://127.0.0.1:8080' }), /^rollcall_session=; Max-Age=0; Path=\/; HttpOnly/)
})

type Wanted = Partial<Parameters<typeof startSession>[1]>

async function createSignedIn(provisioning: TestProvisioning) {
  const { database, clock } = provisioning
  const tenant = await provisioning.createTenant('acme')
  const organizationId = tenant.organization.id
  const key = await tenant.createKey({ scopes: ['admin:enterprise'] })
  const made = await tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ada@example.com',
  })
  assert.equal(made.status, 201, made.text)
  const headers = { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' }
  const people = await provisioning.fetch(`/api/v1/organizations/acme/people`, { headers })
  const [listed] = ((await people.json()) as { data: { id: string }[] }).data
  const id = parseTypeId('usr', listed?.id ?? '') ?? ''
  const activated = await provisioning.fetch(`/api/v1/organizations/acme/people/${listed?.id}/activate`, {
    method: 'POST',
    headers,
    body: '{}',
  })
  assert.equal(activated.status, 200, await activated.text())
  const base = { organizationId, userId: id, method: 'password', factors: ['password'] } as const
  const start = (wanted: Wanted = {}) =>
    transaction(database, (tx) =>
      startSession(tx, { ...base, now: clock(), ip: '192.0.2.1', userAgent: 'test', ...wanted }),
    )
  const read = (secret: string) => readSession(database, secret, clock())
  return { tenant, person: { id, scimId: made.body.id }, start, read }
}

async function patchActive(tenant: TestTenant, scimId: string, active: boolean): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value: active }]
  const answer = await tenant.scim('PATCH', `/Users/${scimId}`, { schemas, Operations })
  assert.equal(answer.status, 200, answer.text)
}
