import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAuditSigner } from '../../src/access/audit-signer.ts'
import { toAuditRetention } from '../../src/access/audit-settings.ts'
import { toOrganizationSettings } from '../../src/access/organization-settings.ts'
import { trimRequestLog } from '../../src/audit/trim-request-log.ts'
import { trimAudit } from '../../src/audit/trim-audit.ts'
import { createAuditHarness, type AuditPlace } from './audit-harness.ts'

let admin: Awaited<ReturnType<typeof createAuditHarness>>
before(async () => {
  admin = await createAuditHarness()
})
after(() => admin[Symbol.asyncDispose]())

const dayMs = 86_400_000

/** What the daily job does. */
function trim(): Promise<number> {
  const { parts } = admin.application.application
  const daysOf = (settings: Parameters<typeof toAuditRetention>[0]) => toAuditRetention(settings).daysMax
  return trimAudit(parts.database, { now: parts.clock(), sign: createAuditSigner(parts), daysOf })
}

const verify = async (place: AuditPlace) => (await place.api('POST', '/audit/verify')).body

test('AC-D33: retention is 3 to 90 days with Datadog’s limits, 7 when nobody chooses; others are refused by name', async () => {
  const place = await admin.audited('d33a')
  const shown = await place.api('GET', '/audit/retention')
  assert.deepEqual([shown.body.retention, shown.body.daysMax], ['rollcall', 180])
  const set = await place.api('PATCH', '/audit/retention', { retention: 'datadog' })
  assert.deepEqual([set.status, set.body.daysMax, set.body.daysAllowed], [200, 7, { min: 3, max: 90, default: 7 }])
  assert.equal((await place.api('PATCH', '/audit/retention', { daysMax: 90 })).body.daysMax, 90)
  for (const daysMax of [2, 91, 0, -1]) {
    const refused = await place.api('PATCH', '/audit/retention', { daysMax })
    assert.equal(refused.status, 400, JSON.stringify(refused.body))
    assert.match(refused.body.detail, /settings\.audit\.daysMax must be a whole number from 3 to 90/)
  }
  assert.equal((await place.api('GET', '/audit/retention')).body.daysMax, 90)
  // There is no way to turn it off.
  const off = await admin.send('PATCH', '/api/v1/organizations/d33a', {
    body: { settings: { audit: { enabled: false } } },
  })
  assert.equal(off.status, 400)
})

test('retention and the other settings of an organization leave each other as they are, also at the same time', async () => {
  const place = await admin.audited('race')
  const path = '/api/v1/organizations/race'
  for (let daysMax = 10; daysMax < 20; daysMax++) {
    const settings = { requestLog: { daysMax } }
    const answers = await Promise.all([
      place.api('PATCH', '/audit/retention', { daysMax }),
      admin.send('PATCH', path, { body: { settings } }),
    ])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    )
    // Neither takes the other one's back, in whichever order they came.
    assert.deepEqual((await admin.send('GET', path)).body.settings, settings)
    assert.equal((await place.api('GET', '/audit/retention')).body.daysMax, daysMax)
  }
})

test('AC-D33: a change of a role says what it was and what it is', async () => {
  const place = await admin.audited('d33b')
  const role = await place.api('POST', '/roles', { name: 'helper', permissions: ['people:read'] })
  assert.equal(role.status, 201, JSON.stringify(role.body))
  const path = `/roles/${role.body.id}`
  assert.equal((await place.api('PATCH', path, { permissions: ['people:read', 'teams:read'] })).status, 200)
  await place.source1.user('dan@d33.example')
  const { id: user } = await place.find('dan@d33.example')
  await place.api('POST', '/roles/helper/grant', { user })
  await place.api('POST', '/roles/helper/revoke', { user })
  const [updated] = await place.events('action:role.updated')
  assert.deepEqual(updated.changes, [
    { path: 'permissions', before: ['people:read'], after: ['people:read', 'teams:read'] },
  ])
  const [granted] = await place.events(`action:role.granted user:${user}`)
  assert.deepEqual(granted.changes, [{ path: 'roles', before: null, after: 'helper' }])
  const [revoked] = await place.events(
    '@evt.name:"Access Management" @asset.type:user @action:deleted action:role.revoked',
  )
  assert.deepEqual(revoked.changes, [{ path: 'roles', before: 'helper', after: null }])
})

test('AC-G33: what is older than 180 days goes, behind a signed checkpoint, and the rest verifies from there', async () => {
  const place = await admin.audited('g33')
  const start = admin.application.clock()
  await place.api('PATCH', '/audit/retention', { retention: 'github' })
  await place.source1.user('old@g33.example')
  const old = await place.events()
  admin.application.clock.advance(179 * dayMs)
  await place.source1.user('new@g33.example')
  await place.events()
  await trim()
  assert.equal((await place.events())[0]?.sequence, 1)
  admin.application.clock.advance(2 * dayMs)
  assert.ok((await trim()) >= old.length)
  const left = await place.events()
  assert.equal(left[0]?.sequence, old.length + 1)
  assert.ok(left.some((event) => event.action === 'organization.audit_trimmed'))
  assert.ok(!JSON.stringify(left).includes('old@g33.example'))
  const { body } = await place.api('GET', '/audit/retention')
  assert.equal(body.checkpoint.hash, old.at(-1)?.hash)
  const sound = await verify(place)
  assert.deepEqual([sound.isSound, sound.first], [true, old.length + 1], JSON.stringify(sound))
  // A checkpoint that the server has not signed covers nothing up.
  await admin.application.database.query({
    text: `update audit_chains set checkpoint = checkpoint || '{"before": "2030-01-01T00:00:00.000Z"}'`,
  })
  assert.match((await verify(place)).broken.reason, /not signed/)
  await admin.application.database.query({ text: 'update audit_chains set checkpoint = null' })
  assert.equal((await verify(place)).isSound, false)
  admin.application.clock.set(start)
})

test('CON-I9: calls of the admin API say where they came from, and refused ones are events too', async () => {
  const place = await admin.audited('i9b')
  const made = await admin.send('POST', `${place.path}/keys`, {
    body: { scopes: ['people:read'] },
    headers: { 'user-agent': 'terraform/1', 'x-request-id': 'my-own-id' },
  })
  assert.equal(made.status, 201)
  const refused = await place.api('POST', '/roles', { name: 'x', permissions: [] }, made.body.key)
  assert.equal(refused.status, 403)
  assert.equal((await place.api('POST', '/roles', { name: 'owner', permissions: [] })).status, 409)
  const [created] = await place.events('request:my-own-id')
  assert.deepEqual(
    [created.action, created.context.ip, created.context.userAgent],
    ['key.created', '127.0.0.1', 'terraform/1'],
  )
  const [organization] = await place.events('action:organization.created')
  assert.equal(organization.context.ip, '127.0.0.1')
  const failures = await place.events('action:api.refused')
  assert.deepEqual(
    failures.map(({ result, request: { status, method, code } }) => [result, status, method, code]),
    [
      ['failure', 403, 'POST', 'forbidden'],
      ['failure', 409, 'POST', 'conflict'],
    ],
  )
  assert.equal(failures[0].actor.id, made.body.id)
  assert.match(failures[0].request.message, /roles:manage/)
  assert.equal((await place.events('status:4xx method:POST event:Request result:failure')).length, 2)
})

test('everything is exported as CSV and as JSON Lines, guarded against formulas, where the plan has it', async () => {
  const place = await admin.audited('i11')
  await place.source1.user('=cmd@i11.example', { displayName: '=1+1', title: 'a "b", c' })
  const events = await place.events()
  const lines = await place.api('GET', '/audit/export-json-lines')
  assert.equal(lines.headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
  const exported = (lines.body as string)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line)) // Checked to be NDJSON.
  assert.deepEqual(exported, events)
  const csv = await place.api('GET', `/audit/export-csv?query=${encodeURIComponent('user:"=cmd@i11.example"')}`)
  const rows = (csv.body as string).split('\r\n')
  assert.match(rows[0] ?? '', /^sequence,id,at,action,result/)
  assert.equal(rows.length, 3 + 2)
  assert.ok(!/(?:^|,)[=+@]/m.test(csv.body))
  await place.api('PATCH', '/plan', { plan: 'pro' })
  const refused = await place.api('GET', '/audit/export-csv')
  assert.deepEqual([refused.status, refused.body.code], [403, 'planRequired'])
  assert.equal((await place.api('GET', '/audit/events')).status, 200)
})

test('AC-D33: the query language finds by every field, and says where it is wrong', async () => {
  const place = await admin.audited('query')
  const id = await place.source1.user('quinn@query.example')
  await place.source1.group('Query Crew', [id])
  const { id: account } = await place.find('quinn@query.example')
  const all = await place.events()
  const count = async (query: string) => (await place.events(query)).length
  assert.equal(await count('action:external_*'), 5)
  assert.equal(await count('action:external_identity.provision OR action:team.add_member'), 2)
  assert.equal(await count(`user:${account} -event:Request`), 4)
  assert.equal(await count('team:"query crew"'), 3)
  assert.equal(await count('quinn@query.example'), 3)
  assert.equal(await count('kind:(key|connection)'), await count('kind:key OR kind:connection'))
  assert.equal(await count('NOT action:*.x'.replace('*.x', 'none')), all.length)
  assert.equal(await count('ip:127.0.0.1 method:POST'), 2)
  assert.equal(await count(`sequence:2..3`), 2)
  assert.equal(await count('created:2026-11-21 (action:user.create)'), 1)
  assert.equal(await count('created:<2026-11-21'), 0)
  assert.equal(await count('created:2026-11-01..2026-11-30'), all.length)
  for (const [query, position, message] of [
    ['acton:x', 1, /there is no field "acton"; there are action, user/],
    ['action:', 8, /expected a value of action/],
    ['user:a*', 7, /takes no \*/],
    ['(action:x', 1, /not closed/],
    ['action:x)', 9, /not expected/],
    ['user:"abc', 6, /has no end/],
    ['created:yesterday', 9, /no date/],
    ['result:maybe', 8, /success and failure/],
    ['action:x OR', 12, /expected field:value/],
  ] as const) {
    const refused = await place.api('GET', `/audit/events?query=${encodeURIComponent(query)}`)
    assert.equal(refused.status, 400, query)
    assert.match(refused.body.errors[0].detail, message)
    assert.ok(refused.body.errors[0].detail.startsWith(`At character ${position} `), refused.body.errors[0].detail)
  }
})

test('CON-M5: the request log and the audit log are each kept as long as the organization says', async () => {
  const place = await admin.audited('m5b')
  const { parts } = admin.application.application
  const start = parts.clock()
  await admin.send('PATCH', '/api/v1/organizations/m5b', { body: { settings: { requestLog: { daysMax: 2 } } } })
  assert.equal((await place.api('PATCH', '/audit/retention', { daysMax: 4 })).status, 200)
  await place.source1.user('m@m5b.example')
  await place.events()
  const defaults = { daysMax: 30, bytesMax: 1024 ** 3 }
  const trimBoth = async () => {
    const limitsOf = (settings: Parameters<typeof toOrganizationSettings>[0]) =>
      toOrganizationSettings(settings, defaults).requestLog
    await trimRequestLog(parts.database, { now: parts.clock(), limitsOf })
    await trim()
  }
  const left = async () => [
    (await place.api('GET', '/requests')).body.data.length,
    (await place.events('action:user.create')).length,
  ]
  assert.deepEqual(await left(), [1, 1])
  admin.application.clock.advance(3 * dayMs)
  await trimBoth()
  assert.deepEqual(await left(), [0, 1])
  admin.application.clock.advance(2 * dayMs)
  await trimBoth()
  assert.deepEqual(await left(), [0, 0])
  assert.equal((await verify(place)).isSound, true)
  admin.application.clock.set(start)
})
