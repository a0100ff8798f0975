import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { countActivity } from '../../src/insight/count-activity.ts'
import type { LogRow } from '../../src/provisioning/log/log-row.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { addRequestLogLines } from '../harness/listening-application.ts'
import { scimInit } from '../harness/provisioning.ts'
import { createTestApp, writeLog } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let key: string
let organizationId: string
before(async () => {
  admin = await createAdminHarness()
  const acme = await admin.createOrganization('acme')
  key = acme.key
  organizationId = parseTypeId('org', acme.id) ?? ''
})
after(() => admin[Symbol.asyncDispose]())

const base = '/api/v1/organizations/acme/statistics'
const dayMs = 86_400_000
const signal = new AbortController().signal

const count = () => countActivity(admin.application.database, admin.application.clock, signal)

async function scim(method: string, path: string, body?: object) {
  const response = await admin.application.fetch(`/scim/v2${path}`, scimInit(method, { key, body }))
  assert.ok(response.status < 300, `${response.status}`)
  return response.status === 204 ? undefined : JSON.parse(await response.text())
}

const user = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true })
const suspend = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
}

test('people by state: today is counted now, days before as they ended, and nothing is made up of before', async () => {
  const { clock } = admin.application
  const first = await admin.send('GET', `${base}/people?days=3`)
  assert.deepEqual(first.body, {
    from: '2026-11-19',
    to: '2026-11-21',
    firstDay: '2026-11-21',
    data: [{ day: '2026-11-21', pending: 0, active: 0, suspended: 0, deprovisioned: 0 }],
  })
  const ada = await scim('POST', '/Users', user('ada'))
  await scim('POST', '/Users', user('bob'))
  await count()
  clock.advance(dayMs)
  await scim('PATCH', `/Users/${ada.id}`, suspend)
  const second = await admin.send('GET', `${base}/people`)
  assert.equal(second.body.firstDay, '2026-11-21')
  const states = second.body.data.map((each: Record<string, number>) => [
    each['day'],
    (each['pending'] ?? 0) + (each['active'] ?? 0),
    each['suspended'],
  ])
  assert.deepEqual(states, [
    ['2026-11-21', 2, 0],
    ['2026-11-22', 1, 1],
  ])
  await count()
  assert.deepEqual((await admin.send('GET', `${base}/people`)).body, second.body, 'counted or not, it is the same')
})

test('changes a day by what they came from are the same before and after they were counted, and after hours became days', async () => {
  const { clock } = admin.application
  await admin.send('POST', '/api/v1/organizations/acme/people', {
    key,
    body: { attributes: { userName: 'eva' }, invite: false },
  })
  const read = async () => (await admin.send('GET', `${base}/changes?days=30`)).body
  const fresh = await read()
  const pushed = fresh.data.filter((each: { source: { kind: string } }) => each.source.kind === 'connection')
  assert.deepEqual(
    pushed.map((each: Record<string, number>) => [each['day'], each['created'], each['suspended']]),
    [
      ['2026-11-21', 2, 0],
      ['2026-11-22', 0, 1],
    ],
  )
  assert.equal(typeof pushed[0].source.name, 'string')
  const here = fresh.data.find((each: { source: { kind: string } }) => each.source.kind === 'here')
  assert.deepEqual([here.created, here.source.id], [1, null])
  await count()
  await count()
  assert.deepEqual(await read(), fresh)
  clock.advance(10 * dayMs)
  await count()
  assert.deepEqual((await read()).data, fresh.data)
  const { rows } = await admin.application.database.query<{ from_at: Date }>({
    text: `select from_at from activity_counts where series = 'changes'`,
  })
  assert.ok(rows.every(({ from_at }) => from_at.getTime() % dayMs === 0))
})

test('errors by cause, of requests and of apps; whoever may not read apps is told of requests only', async () => {
  const { application } = admin
  const at = application.clock()
  await addRequestLogLines(application, [
    { organizationId, at, status: 409, scimType: 'uniqueness', method: 'POST', path: '/Users' },
    { organizationId, at, status: 409, scimType: 'uniqueness', method: 'POST', path: '/Users' },
    { organizationId, at, status: 200 },
  ])
  const call = { actor: 'test', now: at, requestId: undefined, rights: 'all' } as const
  const app = await createTestApp(application.application.parts, call, { organizationId, name: 'Wiki' })
  await writeLog(application.database, [
    row(app.id, { status: 'failure', reason: 'InvisibleConflict' }),
    row(app.id, { status: 'success', reason: 'Created' }),
  ])
  const day = at.toISOString().slice(0, 10)
  const all = await admin.send('GET', `${base}/errors?days=1`, { key })
  assert.deepEqual(
    all.body.data.map(
      (each: { origin: string; cause: string; count: number; day: string; subject: { name: string } | null }) => [
        each.day,
        each.origin,
        each.cause,
        each.count,
        each.subject?.name,
      ],
    ),
    [
      [day, 'scim', '409 uniqueness', 2, undefined],
      [day, 'app', 'InvisibleConflict', 1, 'Wiki'],
    ],
  )
  const poor = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['log:read'] } })
  const some = await admin.send('GET', `${base}/errors?days=1`, { key: poor.body.key })
  assert.equal(some.body.data.length, 1)
})

function row(appId: string, fields: Partial<LogRow>): LogRow {
  return {
    organizationId,
    appId,
    at: admin.application.clock(),
    cycleId: null,
    objectKind: 'user',
    objectId: null,
    action: 'create',
    status: 'success',
    reason: 'Created',
    httpStatus: 201,
    durationMs: 13,
    initiator: 'change',
    targetKey: null,
    detail: null,
    redactedPaths: [],
    ...fields,
  }
}
