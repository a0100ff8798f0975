import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createWebhook } from '../../src/events/webhooks.ts'
import { openVault } from '../../src/events/webhook-secret.ts'
import { runNotices } from '../../src/access/notice-mails.ts'
import { probeApps } from '../../src/app-safety.ts'
import { selectGateHolds } from '../../src/db/queries/gate-holds.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import { decideHeld } from '../../src/provisioning/gate/holds.ts'
import { allowanceOf } from '../../src/provisioning/gate/judge.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { getAppHealth } from '../../src/provisioning/health/care.ts'
import { connectTo, createContext } from '../directory/fixture.ts'
import { seedUsers } from '../directory/seed.ts'
import { createSink } from '../events/sink.ts'
import { createTestDatabase, type TestDatabase } from '../harness/database.ts'
import { createWebhookWorker } from '../harness/webhook-worker.ts'
import { teamRules } from './team-rules.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults } from './fake-target/fake-target.ts'

const minuteMs = 60_000

let directory: TestDatabase
before(async () => {
  directory = await createTestDatabase()
})
after(() => directory.close())

async function hire(harness: EngineHarness, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `p${index}@example.com`)
  return Promise.all(names.map((name) => harness.createPerson(name)))
}

const suspend = (harness: EngineHarness, ids: readonly string[]) =>
  Promise.all(ids.map((id) => harness.patchPerson(id, [{ op: 'replace', path: 'active', value: false }])))

const openHolds = ({ server, organizationId, appId }: EngineHarness) =>
  selectGateHolds(server.database, organizationId, { appId, state: 'open', after: undefined, rowsMax: 10 })

test('CON-F3: quarantine says why, since when and when it is asked next, ever later, by mail and webhook; held work is allowed or rejected', async () => {
  await using sink = await createSink()
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone' },
    settings: { notify: ['owner@app.example'] },
    instance: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' },
  })
  const { server, fake, organizationId, appId } = harness
  const { database, encryption, outboundSender: sender } = server.application.parts
  const vault = await openVault(database, encryption, server.clock())
  const types = ['app.quarantined', 'app.recovered', 'gate_hold.opened', 'gate_hold.approved', 'gate_hold.rejected']
  const command = { name: 'ops', url: sink.url, types, format: 'standard' } as const
  await createWebhook({ database, vault, sender }, server.call(), { organizationId, command })
  const work = createWebhookWorker(server)
  const told = async (): Promise<readonly string[]> => {
    await runNotices(database, server.clock())
    await work()
    return sink.received.splice(0).map(({ body }) => JSON.parse(body).type)
  }
  const mailed = async () =>
    (
      await harness.rows<{ template: string }>(
        `select template from mails where organization_id = $1 and recipient = 'owner@app.example' and $2::uuid is not null order by id`,
      )
    ).map(({ template }) => template)

  const ids = await hire(harness, 30)
  await harness.settle()
  fake.fault = () => faults.unauthorized
  await suspend(harness, ids.slice(0, 1))
  await harness.settle()
  for (let tries = 0; tries < 3; tries++) await harness.pass(minuteMs / 2)
  const health = () => getAppHealth(database, { organizationId, appId })
  const ill = await health()
  assert.deepEqual([ill.health, ill.reason], ['quarantined', 'CredentialsRefused'])
  assert.ok(ill.since !== null && ill.nextProbeAt !== null)
  assert.deepEqual(await told(), ['app.quarantined'])
  assert.deepEqual(await mailed(), ['appQuarantined'])
  const waits: number[] = []
  for (let probes = 0; probes < 5; probes++) {
    const { nextProbeAt } = await health()
    const waitMs = (nextProbeAt?.getTime() ?? 0) - server.clock().getTime()
    waits.push(waitMs / minuteMs)
    server.clock.advance(waitMs)
    await probeApps(server.application.parts, AbortSignal.timeout(10_000))
  }
  const steps = [1, 5, 15, 30, 60]
  assert.ok(
    steps.every((step, index) => Math.abs((waits[index] ?? 0) - step) <= 1),
    String(waits),
  )
  fake.fault = () => 'none'
  server.clock.advance(2 * 60 * minuteMs)
  await probeApps(server.application.parts, AbortSignal.timeout(10_000))
  await harness.settle()
  await harness.pass(minuteMs)
  await probeApps(server.application.parts, AbortSignal.timeout(10_000))
  assert.deepEqual(await told(), ['app.recovered'])

  await suspend(harness, ids.slice(1, 25))
  await harness.settle()
  const [hold] = await openHolds(harness)
  assert.equal(hold?.held_count, 24)
  assert.deepEqual(await told(), ['gate_hold.opened'])
  assert.deepEqual(await mailed(), ['appQuarantined', 'appWorkHeld'])
  const decide = (act: 'approve' | 'ignore', selection = {}) =>
    decideHeld(database, server.call(), { organizationId, holdId: hold?.id ?? '', act, selection })
  await decide('approve', { objectIds: ids.slice(1, 11) })
  await decide('ignore')
  await harness.settle()
  assert.equal(fake.users.all().filter(({ resource }) => resource['active'] === false).length, 11)
  assert.deepEqual((await told()).toSorted(), ['gate_hold.approved', 'gate_hold.rejected'])
})

test('CON-F4: nobody has switched anything on, and a source that shrinks, leavers and members who leave a team are held by count and share', async () => {
  const context = await createContext(directory.database, {})
  await seedUsers(directory.database, context, { count: 600 })
  const scim = connectTo(createDirectory({ database: directory.database }), context)
  const text = 'select scim_id from users where organization_id = $1 order by id'
  const { rows } = await directory.database.query<{ scim_id: string }>({ text }, [context.organizationId])
  const statuses: number[] = []
  for (const { scim_id: id } of rows.slice(0, 61))
    statuses.push((await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])).status)
  assert.deepEqual(statuses.filter((status) => status === 429).length, 1, 'of 600 a tenth, and not one more')

  const { gate } = numberPresets.default
  assert.deepEqual(
    [100, 1_000, 100_000].map((links) => allowanceOf(gate, links)),
    [20, 50, 500],
  )
  const rules = { assignment: 'everyone', teams: teamRules } as const
  await using harness = await createEngineHarness({ rules })
  const { fake, tenant } = harness
  const ids = await hire(harness, 60)
  const people = await harness.rows<{ id: string }>(
    `select scim_id as id from users where organization_id = $1 and $2::uuid is not null order by id`,
  )
  const members = people.slice(30, 50).map(({ id }) => ({ value: id }))
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const group = await tenant.scim('POST', '/Groups', { schemas, displayName: 'Sales', members })
  await harness.settle()
  const membersThere = () => fake.groups.all()[0]?.members.size
  assert.equal(membersThere(), 20)
  const active = () => fake.users.all().filter(({ resource }) => resource['active'] !== false).length
  await suspend(harness, ids.slice(0, 20))
  await harness.settle()
  assert.equal(active(), 40, 'twenty a day, though that is a third of so few')
  await suspend(harness, ids.slice(20, 21))
  await harness.settle()
  assert.equal(active(), 40)
  assert.equal((await openHolds(harness))[0]?.class, 'disable')

  const leaving = members.slice(0, 11).map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` }))
  await tenant.scim('PATCH', `/Groups/${group.body.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: leaving,
  })
  await harness.settle()
  assert.equal(membersThere(), 20, 'more than half of a team')
  const classes = (await openHolds(harness)).map((hold) => hold.class)
  assert.deepEqual(classes.toSorted(), ['disable', 'memberRemoval'])
})
