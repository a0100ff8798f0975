import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProvisioningRules } from '@rollcall/admin-api'
import { runNotices } from '../../src/access/notice-mails.ts'
import { selectGateHolds, type GateHoldRow } from '../../src/db/queries/gate-holds.ts'
import { publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { decideHeld, getGateHold, listHoldItems, settleGateHolds } from '../../src/provisioning/gate/holds.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { deleting, teamRules } from './team-rules.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const hiredAtOnce = 20
const never = new AbortController().signal

/** So many people of a department, by their ids. */
async function hire(harness: EngineHarness, department: string, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `${department}${index}@example.com`)
  const ids: string[] = []
  while (ids.length < count) {
    const some = names.slice(ids.length, ids.length + hiredAtOnce)
    ids.push(...(await Promise.all(some.map((name) => harness.createPerson(name, { [enterprise]: { department } })))))
  }
  return ids
}

async function publish(harness: EngineHarness, changed: Partial<ProvisioningRules>): Promise<void> {
  const { database, call } = harness.server
  const at = { organizationId: harness.organizationId, appId: harness.appId }
  const { revision } = await saveRules(database, call(), { ...at, document: { ...simpleRules, ...changed } })
  await publishRules(database, call(), { ...at, revision })
}

async function openHolds({ server, organizationId, appId }: EngineHarness): Promise<readonly GateHoldRow[]> {
  return selectGateHolds(server.database, organizationId, { appId, state: 'open', after: undefined, rowsMax: 10 })
}

const activeIn = ({ fake }: EngineHarness): number =>
  fake.users.all().filter(({ resource }) => resource['active'] !== false).length

test('ENG-14: 340 of 400 leave by an edit of the filter: nothing is sent before a person has said who may go', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
  const { server, fake, organizationId } = harness
  await hire(harness, 'sales', 340)
  await hire(harness, 'research', 60)
  await harness.settle()
  assert.equal(activeIn(harness), 400)
  fake.clearCounts()

  const scope = { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'research' }]] }
  await publish(harness, { assignment: 'everyone', users: { ...simpleRules.users, scope } })
  const second = harness.openEngine('second')
  for (let round = 0; round < 5; round++) {
    await Promise.all([harness.engine.turn(never), second.turn(never)])
    await Promise.all([harness.engine.idle(), second.idle()])
  }
  await second.close()
  // Until then the permits of the other one are not ours.
  await harness.pass(5_000)
  assert.equal(fake.requests, 0)
  const [hold, ...others] = await openHolds(harness)
  assert.ok(hold !== undefined && others.length === 0)
  assert.deepEqual([hold.class, hold.held_count, hold.allowance, hold.used], ['disable', 340, 20, 0])

  const { id: holdId } = hold
  const { causes } = await getGateHold(server.database, organizationId, holdId)
  assert.equal(causes[0]?.count, 340)
  const page = await listHoldItems(server.database, organizationId, { holdId, limit: 500 })
  const names = page.data.map(({ name }) => name)
  assert.equal(names.filter((name) => name?.startsWith('sales')).length, 340)

  const some = page.data.slice(0, 3).map(({ object_id }) => object_id)
  const decide = (act: 'approve' | 'ignore' | 'evaluate', selection = {}) =>
    decideHeld(server.database, server.call(), { organizationId, holdId, act, selection })
  await decide('approve', { objectIds: some })
  await harness.settle()
  assert.equal(activeIn(harness), 397)

  const kept = page.data.slice(3, 5).map(({ object_id }) => object_id)
  await decide('ignore', { objectIds: kept })
  await decide('approve')
  await harness.settle()
  assert.equal(activeIn(harness), 62, 'those who stay, and two whom somebody rejected')
  fake.clearCounts()
  await harness.settle()
  assert.equal(fake.requests, 0)
})

test('who comes back into scope leaves the hold by himself, and nothing was ever sent', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
  const { server, fake } = harness
  await hire(harness, 'sales', 25)
  await harness.settle()
  fake.clearCounts()
  const scope = { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'nobody' }]] }
  await publish(harness, { assignment: 'everyone', users: { ...simpleRules.users, scope } })
  await harness.settle()
  assert.equal((await openHolds(harness))[0]?.held_count, 25)
  await publish(harness, { assignment: 'everyone' })
  await harness.settle()
  await settleGateHolds(server.database, server.clock())
  assert.deepEqual(await openHolds(harness), [])
  assert.equal(fake.requests, 0)
})

test('AC-E32: with a threshold of 3 a cycle, 4 who would be disabled or deleted, accounts and groups, are staged, told of by mail, and allowed', async () => {
  const gate = { kind: 'cycle', threshold: 3, holdLapsesMs: 28 * 86_400_000 } as const
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone', users: { ...simpleRules.users, leaving: deleting }, teams: teamRules },
    settings: { numbers: 'entra-parity', overrides: { gate }, notify: ['owner@app.example'] },
  })
  const { server, fake, tenant, organizationId } = harness
  const ids = await hire(harness, 'sales', 10)
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const group = await tenant.scim('POST', '/Groups', { schemas, displayName: 'Sales' })
  await harness.settle()
  assert.deepEqual([activeIn(harness), fake.groups.size], [10, 1])

  /** What changed is heard, and waits for the next cycle. */
  const tick = async (): Promise<void> => {
    await harness.settle()
    await harness.pass(40 * 60_000)
  }
  const suspend = (id: string | undefined) =>
    harness.patchPerson(id ?? '', [{ op: 'replace', path: 'active', value: false }])
  const { rows } = await server.database.query<{ scim_id: string }>(
    { text: 'select scim_id from users where id = any ($1) order by id' },
    [ids.slice(0, 1)],
  )
  await tenant.scim('DELETE', `/Users/${rows[0]?.scim_id}`)
  await tenant.scim('DELETE', `/Groups/${group.body.id}`)
  for (const id of ids.slice(1, 3)) await suspend(id)
  fake.clearCounts()
  await tick()
  assert.equal(fake.requests, 0)
  const held = (await openHolds(harness)).map((hold) => [hold.class, hold.held_count, hold.allowance])
  assert.deepEqual(held.toSorted(), [
    ['delete', 2, 3],
    ['disable', 2, 3],
  ])
  await runNotices(server.database, server.clock())
  const mails = await harness.rows<{ recipient: string }>(
    `select recipient from mails where organization_id = $1 and template = 'appWorkHeld' and $2::uuid is not null`,
  )
  assert.ok(mails.length > 0 && mails.every(({ recipient }) => recipient === 'owner@app.example'))

  for (const { id: holdId } of await openHolds(harness))
    await decideHeld(server.database, server.call(), { organizationId, holdId, act: 'approve', selection: {} })
  await tick()
  assert.deepEqual([activeIn(harness), fake.users.size, fake.groups.size], [7, 9, 0], 'two disabled, two deleted')

  for (const id of ids.slice(3, 6)) await suspend(id)
  await tick()
  assert.equal(activeIn(harness), 4, 'three a cycle pass')
})
