import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { makeInvitationMails } from '../harness/worker-turn.ts'
import { createTestApp } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let key: string
let organizationId: string
let appId: string
before(async () => {
  admin = await createAdminHarness()
  const acme = await admin.createOrganization('acme')
  key = acme.key
  organizationId = parseTypeId('org', acme.id) ?? ''
})
after(() => admin[Symbol.asyncDispose]())

const place = '/api/v1/organizations/acme/overview'
const codes = (body: { needs: readonly { code: string }[] }) => body.needs.map(({ code }) => code)

test('a new organization has its first steps before it, and is told that no mail server is set', async () => {
  const { body } = await admin.send('GET', place, { key })
  assert.deepEqual(body.people, { pending: 0, active: 0, suspended: 0, deprovisioned: 0 })
  assert.deepEqual([body.teams, body.apps, body.sources, body.mailDelivery], [0, [], [], 'outbox'])
  assert.deepEqual(body.firstRun, {
    steps: [
      { step: 'source', done: false },
      { step: 'app', done: false },
      { step: 'plan', done: false },
      { step: 'on', done: false },
    ],
    done: false,
  })
  assert.deepEqual(codes(body), ['mailNotConfigured'])
})

test('what waits is told, the worst first, with what words about it need', async () => {
  const { application } = admin
  const { database, clock } = application
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  appId = (await createTestApp(application.application.parts, call, { organizationId, name: 'Wiki' })).id
  await database.query(
    {
      text: `insert into app_health (organization_id, app_id, health, reason, since) values ($1, $2, 'quarantined', 'Unauthorized', $3)`,
    },
    [organizationId, appId, clock()],
  )
  await admin.send('POST', '/api/v1/organizations/acme/keys', {
    body: { name: 'nightly', scopes: ['scim'], expiresAt: new Date(clock().getTime() + 5 * 86_400_000).toISOString() },
  })
  await admin.send('POST', '/api/v1/organizations/acme/webhooks', {
    body: { name: 'Siem', url: 'https://192.0.32.10/' },
  })
  await database.query({ text: 'update webhooks set failing_since = $1' }, [clock()])
  await admin.send('POST', '/api/v1/organizations/acme/people', {
    body: { attributes: { userName: 'ada@example.com', emails: [{ value: 'ada@example.com' }] }, invite: true },
  })
  await makeInvitationMails(application)
  const { body } = await admin.send('GET', place, { key })
  assert.deepEqual(codes(body), [
    'appQuarantined',
    'webhookFailing',
    'keyExpiring',
    'invitationsPending',
    'mailNotConfigured',
  ])
  const [quarantine] = body.needs
  assert.deepEqual(quarantine, {
    code: 'appQuarantined',
    severity: 'critical',
    subject: { id: formatTypeId('app', appId), name: 'Wiki' },
    since: clock().toISOString(),
    count: 1,
    parameters: { reason: 'Unauthorized', nextProbeAt: null },
  })
  assert.equal(body.needs[2].subject.name, 'nightly')
  assert.deepEqual([body.apps[0].health, body.apps[0].lastRun, body.apps[0].held], ['quarantined', null, 0])
  assert.equal(body.people.pending, 1)
  assert.deepEqual(
    body.firstRun.steps.map(({ done }: { done: boolean }) => done),
    [false, true, false, true],
  )
})

test('nobody is told of what he may not read', async () => {
  const poor = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['people:read'] } })
  const { body } = await admin.send('GET', place, { key: poor.body.key })
  assert.deepEqual([body.apps, body.sources, body.connections, body.teams], [null, null, null, null])
  assert.deepEqual(codes(body), ['invitationsPending'])
})

test('what was dismissed with a reason is away for a week, comes back when it is a new one, and stands in the history', async () => {
  const { database, clock } = admin.application
  const subject = formatTypeId('app', appId)
  const missing = await admin.send('POST', `${place}/dismissals`, { key, body: { code: 'appQuarantined', subject } })
  assert.deepEqual([missing.status, missing.body.errors[0].pointer], [400, '/reason'])
  const dismissed = await admin.send('POST', `${place}/dismissals`, {
    key,
    body: { code: 'appQuarantined', subject, reason: 'Maintenance until Monday' },
  })
  assert.deepEqual([dismissed.status, dismissed.body.subject], [201, subject])
  await admin.send('POST', `${place}/dismissals`, { key, body: { code: 'mailNotConfigured', reason: 'On purpose' } })
  const away = await admin.send('GET', place, { key })
  assert.ok(!codes(away.body).includes('appQuarantined') && !codes(away.body).includes('mailNotConfigured'))
  const list = await admin.send('GET', `${place}/dismissals`, { key })
  assert.deepEqual(
    list.body.data.map(({ code, reason }: { code: string; reason: string }) => [code, reason]),
    [
      ['appQuarantined', 'Maintenance until Monday'],
      ['mailNotConfigured', 'On purpose'],
    ],
  )
  const undone = await admin.send('POST', `${place}/dismissals/undo`, { key, body: { code: 'mailNotConfigured' } })
  assert.equal(undone.status, 204)
  assert.equal(
    (await admin.send('POST', `${place}/dismissals/undo`, { key, body: { code: 'mailNotConfigured' } })).status,
    404,
  )
  clock.advance(60_000)
  await database.query({ text: 'update app_health set since = $1' }, [clock()])
  assert.ok(codes((await admin.send('GET', place, { key })).body).includes('appQuarantined'), 'it is another one')
  await database.query({ text: `update app_health set since = since - interval '1 hour'` })
  assert.ok(!codes((await admin.send('GET', place, { key })).body).includes('appQuarantined'))
  clock.advance(7 * 86_400_000)
  assert.ok(codes((await admin.send('GET', place, { key })).body).includes('appQuarantined'))
  const { rows } = await database.query<{ action: string; data: { code: string; reason?: string } }>({
    text: `select action, data from changes where action like 'organization.need%' order by position`,
  })
  assert.deepEqual(
    rows.map(({ action, data }) => [action, data.code, data.reason]),
    [
      ['organization.need_dismissed', 'appQuarantined', 'Maintenance until Monday'],
      ['organization.need_dismissed', 'mailNotConfigured', 'On purpose'],
      ['organization.need_shown', 'mailNotConfigured', undefined],
    ],
  )
})
