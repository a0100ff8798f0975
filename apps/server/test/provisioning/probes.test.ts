import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { runNotices } from '../../src/access/notice-mails.ts'
import { transaction } from '../../src/db/transaction.ts'
import { getApp } from '../../src/provisioning/apps/app.ts'
import { noteOutcomes, readHealth, type AppHealth } from '../../src/provisioning/health/health.ts'
import { remindOfIllness } from '../../src/provisioning/health/probes.ts'
import type { EngineOutcome } from '../../src/provisioning/health/outcomes.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { probeApps } from '../../src/app-safety.ts'
import { createId } from '../../src/type-id.ts'
import { createFakeTarget, faults, type FakeTarget } from './fake-target/fake-target.ts'
import { inProcess } from './fake-target/open-fake.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

const { quarantine } = numberPresets.default
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let server: TestProvisioning
let acme: TestTenant
let fake: FakeTarget
let appId: string
before(async () => {
  const send = (call: Parameters<ReturnType<typeof inProcess>>[0]) => inProcess(fake)(call)
  server = await createTestProvisioning({ outboundConnections: { ...createOutboundConnections({ allow: [] }), send } })
  acme = await server.createTenant('acme')
})
after(() => server.close())
beforeEach(async () => {
  fake = createFakeTarget({ now: () => server.clock().getTime() })
  const app = await createTestApp(server.application.parts, server.call(), {
    organizationId: acme.organization.id,
    name: createId(),
    target: { baseUrl: fake.baseUrl },
    credentials: { kind: 'bearer', token: fake.token },
    settings: { notify: ['owner@app.example'] },
  })
  appId = app.id
})

const own = () => ({ organizationId: acme.organization.id, appId })
const health = (): Promise<AppHealth> => readHealth(server.database, { ...own(), quarantine })
const probe = (): Promise<void> => probeApps(server.application.parts, AbortSignal.timeout(10_000))

const note = (...outcomes: readonly EngineOutcome[]): Promise<string> =>
  transaction(server.database, (tx) => noteOutcomes(tx, { ...own(), quarantine, now: server.clock(), outcomes }))

const refused: EngineOutcome = { reason: 'CredentialsRefused', status: 401 }
const updated: EngineOutcome = { reason: 'Updated', status: 200 }

async function fallIll(): Promise<void> {
  fake.fault = () => faults.unauthorized
  await note(refused, refused, refused)
  assert.equal((await health()).health, 'quarantined')
}

async function queue(count: number, stage = 'export'): Promise<void> {
  await server.database.query(
    {
      text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, initiator)
        select $1, $2, gen_random_uuid(), 'user', $4, 3, $3, 'change' from generate_series(1, $5)`,
    },
    [acme.organization.id, appId, server.clock(), stage, count],
  )
}

async function mails(template = 'appQuarantined'): Promise<number> {
  await runNotices(server.database, server.clock())
  const { rows } = await server.database.query<{ count: number }>(
    {
      text: `select count(*) as count from mails
        where template = $2 and recipient = 'owner@app.example' and data ->> 'app' = (select name from apps where id = $1)`,
    },
    [appId, template],
  )
  return rows[0]?.count ?? 0
}

test('an app in quarantine is asked after 1, 5, 15, 30 minutes, 1, 2, 4 and then every 6 hours, with one request each', async () => {
  await fallIll()
  for (const minutes of [1, 5, 15, 30, 60, 120, 240, 360, 360]) {
    server.clock.advance(minutes * minuteMs - 1_000)
    await probe()
    assert.equal(fake.requests, 0)
    server.clock.advance(1_000)
    await probe()
    assert.equal(fake.requests, 1)
    fake.clearCounts()
  }
  assert.equal(await mails(), 1, 'one mail an episode')
})

test('it leaves quarantine by itself: at once where nothing waits, else when three items have gone through', async () => {
  await fallIll()
  fake.fault = () => 'none'
  server.clock.advance(minuteMs)
  await probe()
  assert.equal((await health()).health, 'healthy')

  await fallIll()
  await queue(10)
  fake.fault = () => 'none'
  server.clock.advance(minuteMs)
  await probe()
  assert.deepEqual((await health()).allows, { kind: 'canaries', itemsMax: 3 })
  await note(updated)
  assert.deepEqual((await health()).allows, { kind: 'canaries', itemsMax: 2 })
  await note(updated, updated)
  assert.deepEqual((await health()).allows, { kind: 'all' })
})

test('a canary that fails closes it again, for longer, in the same episode; another reason is told', async () => {
  await fallIll()
  const since = (await health()).since
  await queue(10)
  fake.fault = () => 'none'
  server.clock.advance(minuteMs)
  await probe()
  await note(refused)
  const again = await health()
  assert.deepEqual([again.health, again.since], ['quarantined', since])
  assert.equal(again.nextProbeAt?.getTime(), server.clock().getTime() + 5 * minuteMs)
  assert.equal(await mails(), 1)
  server.clock.advance(5 * minuteMs)
  fake.fault = () => faults.html
  await probe()
  assert.equal((await health()).reason, 'HtmlAnswer')
  assert.equal(await mails(), 2)
})

test('what all objects were refused for is tried with some of them', async () => {
  await note(...Array.from({ length: 30 }, (): EngineOutcome => ({ reason: 'InvalidValue', status: 400 })))
  assert.equal((await health()).reason, 'InvalidValue')
  await queue(10, 'escrow')
  await server.database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, failure_code)
        select organization_id, app_id, kind, object_id, 'unlinked', true, 'InvalidValue' from work_items where app_id = $1`,
    },
    [appId],
  )
  server.clock.advance(minuteMs)
  await probe()
  const { rows } = await server.database.query<{ count: number }>(
    { text: `select count(*) as count from work_items where app_id = $1 and stage = 'evaluate'` },
    [appId],
  )
  assert.equal(rows[0]?.count, 3)
  assert.equal((await health()).health, 'probing')
})

test('an app that is only busy is asked again when it says, and that is no failed probe', async () => {
  await fallIll()
  fake.fault = () => faults.throttled({ 'retry-after': '90' })
  server.clock.advance(minuteMs)
  await probe()
  const ill = await health()
  assert.equal(ill.nextProbeAt?.getTime(), server.clock().getTime() + 90_000)
  assert.equal(ill.reason, 'CredentialsRefused')
})

test('after 28 days the app is paused with all that it has, and told of on days 7, 21, 27 and then', async () => {
  await fallIll()
  await queue(5)
  assert.equal(await mails(), 1)
  for (let day = 1; day <= 27; day++) {
    server.clock.advance(dayMs)
    await probe()
    await remindOfIllness(server.database, server.clock())
    assert.equal(await mails(), day < 7 ? 1 : day < 21 ? 2 : day < 27 ? 3 : 4, `day ${day}`)
  }
  server.clock.advance(dayMs)
  await probe()
  const app = await getApp(server.database, own())
  assert.equal(app.state, 'paused')
  assert.match(app.pausedReason ?? '', /credentials/)
  assert.equal(await mails('appPaused'), 1)
  const { rows } = await server.database.query<{ count: number }>(
    { text: 'select count(*) as count from work_items where app_id = $1' },
    [appId],
  )
  assert.equal(rows[0]?.count, 5)
})

test('AC-E31: in the manner of Entra, five examples; credentials at once, a probe a day, one mail, disabled after 28 days', async () => {
  const { quarantine: parity } = numberPresets['entra-parity']
  const make = async (): Promise<string> => {
    const app = await createTestApp(server.application.parts, server.call(), {
      organizationId: acme.organization.id,
      name: createId(),
      target: { baseUrl: fake.baseUrl },
      credentials: { kind: 'bearer', token: fake.token },
      settings: { numbers: 'entra-parity', notify: ['owner@app.example'] },
    })
    appId = app.id
    return app.id
  }
  const tell = (outcomes: readonly EngineOutcome[]): Promise<string> =>
    transaction(server.database, (tx) =>
      noteOutcomes(tx, { ...own(), quarantine: parity, now: server.clock(), outcomes }),
    )
  const failed: EngineOutcome = { reason: 'ServerError', status: 500 }
  const waits: EngineOutcome = { reason: 'ReferenceWaits', status: null }
  for (const [failures, successes, references, expected] of [
    [4_000, 0, 0, 'healthy'],
    [45_000, 200_000, 0, 'quarantined'],
    [30_000, 5_000, 0, 'quarantined'],
    [20_000, 80_000, 0, 'healthy'],
    [40_000, 200_000, 21_000, 'quarantined'],
  ] as const) {
    await make()
    const outcomes = [
      ...Array.from({ length: successes }, () => updated),
      ...Array.from({ length: failures }, () => failed),
      ...Array.from({ length: references }, () => waits),
    ]
    assert.equal(await tell(outcomes), expected, `${failures} of ${failures + successes}, ${references} references`)
  }

  // These would be asked too.
  await server.database.query({ text: `update apps set state = 'paused'` })
  await make()
  fake.fault = () => faults.unauthorized
  assert.equal(await tell([refused]), 'quarantined')
  fake.clearCounts()
  for (let day = 1; day <= 27; day++) {
    server.clock.advance(dayMs - 1_000)
    await probe()
    server.clock.advance(1_000)
    await probe()
    await remindOfIllness(server.database, server.clock())
    assert.equal(fake.requests, day)
  }
  assert.equal(await mails(), 1)
  server.clock.advance(dayMs)
  await probe()
  assert.equal((await getApp(server.database, own())).state, 'paused')
})
