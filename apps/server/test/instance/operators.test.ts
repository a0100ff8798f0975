import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { upsertOneTimeCode } from '../../src/db/queries/factors.ts'
import { insertRun } from '../../src/db/queries/runs.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { startSession } from '../../src/sign-in/sessions.ts'
import { transaction } from '../../src/db/transaction.ts'
import { createId, formatTypeId, parseTypeId } from '../../src/type-id.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createPerson } from '../sign-in/visitor.ts'

let server: TestProvisioning
let acme: TestTenant
let instanceKey: string
const signal = new AbortController().signal

before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  await server.createTenant('other')
  instanceKey = await createInstanceKey(server.database, { name: 'test', now: server.clock() })
})
after(() => server.close())

async function signIn(userName: string, role: string, factors: readonly string[] = ['password', 'totp']) {
  const { id } = await createPerson(server, acme, { userName, role })
  const wanted = { organizationId: acme.organization.id, userId: parseTypeId('usr', id) ?? id, factors }
  const { secret } = await transaction(server.database, (tx) =>
    startSession(tx, { ...wanted, method: 'password', now: server.clock(), ip: undefined, userAgent: undefined }),
  )
  return { id: formatTypeId('usr', wanted.userId), cookie: `__Host-rollcall_session=${secret}` }
}

async function send(
  who: { readonly cookie: string } | { readonly key: string },
  method: string,
  path: string,
  body?: unknown,
) {
  const response = await server.fetch(`/api/v1${path}`, {
    method,
    headers: {
      ...('cookie' in who
        ? { cookie: who.cookie, 'sec-fetch-site': 'same-origin' }
        : { authorization: `Bearer ${who.key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}

test('an operator does when signed in what keys of the instance may, and nothing once the right is taken', async () => {
  const ada = await signIn('ada@acme.example', 'owner')
  assert.equal((await send(ada, 'GET', '/instance/organizations')).status, 403)
  assert.equal((await send(ada, 'GET', '/session')).body.isOperator, false)
  const key = { key: instanceKey }
  const nobody = await send(key, 'POST', '/instance/operators', { organization: 'acme', userName: 'nobody' })
  assert.equal(nobody.status, 404)
  const granted = await send(key, 'POST', '/instance/operators', { organization: 'acme', userName: 'ADA@acme.example' })
  assert.deepEqual([granted.status, granted.body.id, granted.body.organization.slug], [201, ada.id, 'acme'])
  assert.equal((await send(ada, 'GET', '/session')).body.isOperator, true)
  const { data } = (await send(ada, 'GET', '/instance/organizations')).body
  assert.deepEqual(
    data.map(({ slug, people }: { slug: string; people: number }) => [slug, people]),
    [
      ['acme', 1],
      ['other', 0],
    ],
  )
  // Where he acts as an operator he sees other organizations; everywhere else he is a person of his own.
  assert.equal((await send(ada, 'GET', '/organizations/other')).status, 404)
  assert.equal((await send(ada, 'GET', '/organizations/other/people')).status, 404)
  assert.equal((await send(ada, 'PATCH', '/organizations/other/plan', { plan: 'free' })).status, 200)
  // A key of his is like that of anybody else.
  const { secret } = await acme.createKey({ scopes: ['admin:enterprise'] })
  assert.equal((await send({ key: secret }, 'GET', '/instance/operators')).status, 403)
  assert.equal((await send(ada, 'DELETE', `/instance/operators/${ada.id}`)).status, 204)
  assert.equal((await send(ada, 'GET', '/instance/operators')).status, 403)
  const { rows } = await server.database.query<{ action: string }>({
    text: `select action from changes where action like 'user.operator%' order by position`,
  })
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['user.operator_granted', 'user.operator_revoked'],
  )
})

test('an operator without a role needs a second step, and must confirm before dangerous acts', async () => {
  const bob = await signIn('bob@acme.example', 'member', ['password'])
  await send({ key: instanceKey }, 'POST', '/instance/operators', {
    organization: 'acme',
    userName: 'bob@acme.example',
  })
  assert.equal((await send(bob, 'GET', '/instance/organizations')).status, 401)
  const eve = await signIn('eve@acme.example', 'member')
  await send({ key: instanceKey }, 'POST', '/instance/operators', {
    organization: 'acme',
    userName: 'eve@acme.example',
  })
  assert.equal((await send(eve, 'GET', '/instance/health')).status, 200)
  server.clock.advance(16 * 60_000)
  const asked = await send(eve, 'POST', '/instance/encryption-keys/reseal')
  assert.deepEqual([asked.status, asked.body.code], [403, 'stepUpRequired'])
})

test('an admin does not decide how an operator signs in, an owner does, and the operator keeps his last factor', async () => {
  const { id, cookie } = await signIn('max@acme.example', 'member')
  await send({ key: instanceKey }, 'POST', '/instance/operators', {
    organization: 'acme',
    userName: 'max@acme.example',
  })
  const [organizationId, userId] = [acme.organization.id, parseTypeId('usr', id) ?? '']
  await upsertOneTimeCode(server.database, {
    organizationId,
    userId,
    secret: 'sealed',
    lastStep: 0,
    at: server.clock(),
  })
  assert.equal((await send({ cookie }, 'DELETE', '/me/totp')).status, 409)
  const reset = `/organizations/acme/people/${id}/factors/reset`
  const admin = await signIn('ali@acme.example', 'admin')
  assert.equal((await send(admin, 'POST', reset, { only: ['totp'] })).status, 403)
  assert.equal((await send(admin, 'POST', `/organizations/acme/people/${id}/password-link`)).status, 403)
  const owner = await signIn('ono@acme.example', 'owner')
  assert.equal((await send(owner, 'POST', reset, { only: ['totp'] })).status, 200)
})

test('an operator makes an organization, invites its owner by a link that works, and deletes it', async () => {
  const operator = await signIn('kim@acme.example', 'member')
  await send({ key: instanceKey }, 'POST', '/instance/operators', {
    organization: 'acme',
    userName: 'kim@acme.example',
  })
  const made = await send(operator, 'POST', '/organizations', { slug: 'fresh', name: 'Fresh' })
  assert.equal(made.status, 201)
  const invited = await send(operator, 'POST', '/instance/organizations/fresh/owner', { email: 'lee@fresh.example' })
  assert.equal(invited.status, 201, invited.text)
  const page = await server.fetch(new URL(invited.body.url).pathname)
  assert.deepEqual([page.status, (await page.text()).includes('lee@fresh.example')], [200, true])
  const { rows } = await server.database.query({
    text: `select state from users where document::json ->> 'userName' = 'lee@fresh.example'`,
  })
  assert.deepEqual(rows, [{ state: 'pending' }])
  const again = await send(operator, 'POST', '/instance/organizations/fresh/owner', { email: 'lee@fresh.example' })
  assert.equal(again.status, 409)
  const ended = await send(operator, 'DELETE', '/organizations/fresh?confirm=fresh')
  assert.equal(ended.status, 202)
  assert.equal((await send(operator, 'GET', `/runs/${ended.body.id}`)).body.kind, 'organization.delete')
})

test('an owner who is signed in deletes his organization, an administrator and keys do not', async () => {
  const admin = await signIn('amy@acme.example', 'admin')
  assert.equal((await send(admin, 'DELETE', '/organizations/acme?confirm=acme')).status, 403)
  const other = await server.createTenant('gone')
  const { id } = await createPerson(server, other, { userName: 'olga@gone.example', role: 'owner' })
  const { secret } = await transaction(server.database, (tx) =>
    startSession(tx, {
      organizationId: other.organization.id,
      userId: parseTypeId('usr', id) ?? id,
      method: 'password',
      factors: ['passkey'],
      now: server.clock(),
      ip: undefined,
      userAgent: undefined,
    }),
  )
  const olga = { cookie: `__Host-rollcall_session=${secret}` }
  assert.equal((await send(olga, 'DELETE', '/organizations/acme?confirm=acme')).status, 404)
  assert.equal((await send(olga, 'DELETE', '/organizations/gone?confirm=acme')).status, 400)
  assert.equal((await send(olga, 'DELETE', '/organizations/gone?confirm=gone')).status, 202)
  assert.equal((await send(olga, 'GET', '/session')).status, 401)
})

test('what failed is listed with its organization and goes on when an operator says so', async () => {
  const key = { key: instanceKey }
  const now = server.clock()
  const id = createId()
  const row = { id, kind: 'organization.recount', permission: 'settings:manage', input: {}, createdBy: 'system' }
  await insertRun(server.database, {
    ...row,
    organizationId: acme.organization.id,
    requestId: undefined,
    createdAt: now,
    dueAt: now,
  })
  await server.database.query(
    { text: `update runs set state = 'failed', ended_at = $2, error = 'The "x" broke' where id = $1` },
    [id, now],
  )
  const { data } = (await send(key, 'GET', '/instance/runs?state=failed')).body
  assert.deepEqual([data.length, data[0].organization.slug, data[0].error], [1, 'acme', 'The "x" broke'])
  const bundle = await send(key, 'GET', '/instance/support-bundle')
  assert.equal(bundle.status, 200)
  assert.equal(bundle.body.failedRuns[0].error, 'The "…" broke')
  const place = `/instance/runs/${formatTypeId('run', id)}/retry`
  assert.equal((await send(key, 'POST', place)).body.state, 'queued')
  assert.equal((await send(key, 'POST', place)).status, 409)
  await workOffAllRuns(server.application.parts, signal)
  assert.equal(
    (await send(key, 'GET', '/instance/runs')).body.data.find((run: { id: string }) => run.id === data[0].id).state,
    'done',
  )
})

test('the bundle for helpers names no person, no organization and no secret', async () => {
  const { text, body } = await send({ key: instanceKey }, 'GET', '/instance/support-bundle')
  for (const word of ['acme.example', 'ada', '"acme"', instanceKey]) assert.ok(!text.includes(word), word)
  const settings = new Map(body.settings.map(({ name, value }: { name: string; value: unknown }) => [name, value]))
  assert.ok(settings.has('PORT') && settings.has('ROLLCALL_ENCRYPTION_KEYS'))
  const checks = new Set(body.health.checks.map(({ check }: { check: string }) => check))
  for (const check of ['database', 'clock', 'migrations', 'encryption', 'workers', 'mail'])
    assert.ok(checks.has(check), check)
  const keys = (await send({ key: instanceKey }, 'GET', '/instance/encryption-keys')).body
  assert.deepEqual([keys.keys.length, keys.keys[0].isCurrent, keys.unknown], [1, true, 0])
  assert.equal((await send({ key: instanceKey }, 'POST', '/instance/encryption-keys/reseal')).body.count, 0)
})
