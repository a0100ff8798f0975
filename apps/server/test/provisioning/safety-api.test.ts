import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { transaction } from '../../src/db/transaction.ts'
import { decideGate } from '../../src/provisioning/gate/decide-gate.ts'
import { noteOutcomes } from '../../src/provisioning/health/health.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { createId, formatTypeId, parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
let organizationId: string
let app: string
const path = '/api/v1/organizations/acme'

before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme', ['scim'])
  const { body } = await admin.send('GET', path)
  organizationId = parseTypeId('org', body.id) ?? ''
  const target = { kind: 'scim', baseUrl: 'https://app.example/scim/v2' }
  const made = await admin.send('POST', `${path}/apps`, { body: { name: 'Wiki', target } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  app = made.body.id
})
after(() => admin[Symbol.asyncDispose]())

const own = () => ({ organizationId, appId: parseTypeId('app', app) ?? '' })
const clock = () => admin.application.clock()

async function put(stage: 'gate' | 'escrow', count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => createId())
  const { database } = admin.application
  await database.query(
    {
      text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, destructive_class, initiator,
          destructive) select $1, $2, id, 'user', $4, 0, $5, 'disable', 'change', '{"cause":"department changed"}'
        from unnest($3::uuid[]) id`,
    },
    [organizationId, own().appId, ids, stage, clock()],
  )
  if (stage === 'escrow')
    await database.query(
      {
        text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, failure_code, attempts, failed_at,
            failure_attribute)
          select $1, $2, 'user', id, 'unlinked', true, 'Conflict', 2, $4, 'userName' from unnest($3::uuid[]) id`,
      },
      [organizationId, own().appId, ids, clock()],
    )
  return ids.map((id) => formatTypeId('usr', id))
}

test('a hold is listed, shown with its causes and names, approved for one and rejected for the rest; events tell of it', async () => {
  const [first = ''] = await put('gate', 21)
  await decideGate(admin.application.database, { ...own(), numbers: numberPresets.default, now: clock() })
  const open = await admin.send('GET', `${path}/app-holds?state=open&app=${app}&total=true`)
  assert.equal(open.body.total, 1)
  const [hold] = open.body.data
  assert.deepEqual([hold.class, hold.heldCount, hold.allowance, hold.appId], ['disable', 21, 20, app])
  const shown = await admin.send('GET', `${path}/app-holds/${hold.id}`)
  assert.deepEqual(shown.body.causes, [{ cause: 'department changed', count: 21 }])
  const items = await admin.send('GET', `${path}/app-holds/${hold.id}/items?limit=200&state=held`)
  assert.equal(items.body.data.length, 21)
  const approved = await admin.send('POST', `${path}/app-holds/${hold.id}/approve`, { body: { objects: [first] } })
  assert.deepEqual([approved.status, approved.body.heldCount], [200, 20])
  const unnamed = await admin.send('POST', `${path}/app-holds/${hold.id}/reject`, { body: {} })
  assert.equal(unnamed.body.code, 'invalidRequest')
  const rejected = await admin.send('POST', `${path}/app-holds/${hold.id}/reject`, { body: { outcome: 'evaluate' } })
  assert.equal(rejected.body.state, 'decided')
  const again = await admin.send('POST', `${path}/app-holds/${hold.id}/approve`, { body: {} })
  assert.equal(again.body.code, 'conflict')
  const events = await admin.send('GET', `${path}/events?limit=200`)
  const types = events.body.data.map(({ type }: { type: string }) => type)
  for (const type of ['gate_hold.opened', 'gate_hold.approved', 'gate_hold.rejected']) assert.ok(types.includes(type))
  const notices = await admin.send('GET', `${path}/notices?kind=appWorkHeld`)
  assert.equal(notices.body.data[0].appId, app)
  assert.match(notices.body.data[0].message, /^21 operations on the app "Wiki" wait for a decision/)
})

test('whoever may only read apps sees holds and decides nothing', async () => {
  const { key } = (await admin.send('POST', `${path}/keys`, { body: { scopes: ['apps:read'] } })).body
  const { data } = (await admin.send('GET', `${path}/app-holds`, { key })).body
  const refused = await admin.send('POST', `${path}/app-holds/${data[0].id}/approve`, { key, body: {} })
  assert.equal(refused.body.code, 'forbidden')
  assert.equal((await admin.send('POST', `${path}/apps/${app}/probe`, { key })).body.code, 'forbidden')
})

test('the health of an app says why it does not work and what to do; it is probed and released by hand', async () => {
  const healthy = await admin.send('GET', `${path}/apps/${app}/health`)
  assert.deepEqual([healthy.body.health, healthy.body.reason], ['healthy', null])
  assert.equal((await admin.send('POST', `${path}/apps/${app}/probe`)).body.code, 'conflict')
  const refused = { reason: 'CredentialsRefused', status: 401, detail: 'token expired' } as const
  const { quarantine } = numberPresets.default
  const outcomes = [refused, refused, refused]
  await transaction(admin.application.database, (tx) =>
    noteOutcomes(tx, { ...own(), quarantine, now: clock(), outcomes }),
  )
  const ill = await admin.send('GET', `${path}/apps/${app}/health`)
  assert.deepEqual(
    [ill.body.health, ill.body.reason, ill.body.remedy, ill.body.detail],
    ['quarantined', 'CredentialsRefused', 'Give new credentials.', 'token expired'],
  )
  const probed = await admin.send('POST', `${path}/apps/${app}/probe`)
  assert.equal(new Date(probed.body.nextProbeAt).getTime(), clock().getTime())
  assert.equal((await admin.send('POST', `${path}/apps/${app}/release`)).body.health, 'healthy')
})

test('the gate is switched off for days at most, with a reason, and shows what has passed', async () => {
  const gate = await admin.send('GET', `${path}/apps/${app}/gate`)
  assert.deepEqual([gate.body.kind, gate.body.allowance, gate.body.used.disable], ['rolling', 20, 0])
  const until = (days: number) => new Date(clock().getTime() + days * 86_400_000).toISOString()
  const far = await admin.send('POST', `${path}/apps/${app}/gate/pause`, { body: { reason: 'sold', until: until(8) } })
  assert.equal(far.body.code, 'invalidRequest')
  const off = await admin.send('POST', `${path}/apps/${app}/gate/pause`, { body: { reason: 'sold', until: until(1) } })
  assert.deepEqual([off.body.kind, off.body.allowance, off.body.pause.reason], ['off', null, 'sold'])
  await admin.application.database.query({ text: 'delete from work_items where app_id = $1' }, [own().appId])
  await put('gate', 30)
  const decision = { ...own(), numbers: numberPresets.default, now: clock() }
  assert.deepEqual(await decideGate(admin.application.database, decision), { admitted: 30, held: 0 })
  const on = await admin.send('POST', `${path}/apps/${app}/gate/resume`)
  assert.deepEqual([on.body.kind, on.body.used.disable], ['rolling', 30])
})

test('what an app does not take is listed by reason with its remedy, and tried again at once', async () => {
  await put('escrow', 3)
  const reasons = await admin.send('GET', `${path}/apps/${app}/escrow/reasons`)
  const [reason] = reasons.body.data
  assert.deepEqual([reason.reason, reason.count, reason.attribute], ['Conflict', 3, 'userName'])
  assert.match(reason.remedy, /./)
  const list = await admin.send('GET', `${path}/apps/${app}/escrow?reason=Conflict&total=true`)
  assert.equal(list.body.total, 3)
  assert.equal(list.body.data[0].attempts, 2)
  const other = await admin.send('POST', `${path}/apps/${app}/escrow/retry`, { body: { reason: 'Ambiguous' } })
  assert.equal(other.body.count, 0)
  const retried = await admin.send('POST', `${path}/apps/${app}/escrow/retry`, { body: { reason: 'Conflict' } })
  assert.equal(retried.body.count, 3)
  assert.deepEqual((await admin.send('GET', `${path}/apps/${app}/escrow`)).body.data, [])
})
