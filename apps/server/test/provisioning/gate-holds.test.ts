import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import { selectGateHolds } from '../../src/db/queries/gate-holds.ts'
import { decideGate, type GateDecision } from '../../src/provisioning/gate/decide-gate.ts'
import {
  decideHeld,
  getGateHold,
  listHoldItems,
  remindOfGateHolds,
  settleGateHolds,
} from '../../src/provisioning/gate/holds.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { createId } from '../../src/type-id.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
let organizationId: string
let appId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  organizationId = acme.organization.id
})
after(() => server.close())
beforeEach(async () => {
  const settings = { notify: ['owner@app.example'] }
  const options = { organizationId, name: createId(), settings }
  appId = (await createTestApp(server.application.parts, server.call(), options)).id
})

/** Accounts that stand, each with a disable before the gate. */
async function leave(count: number, cause = 'department changed'): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => createId())
  await server.database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope)
        select $1, $2, 'user', id, 'linked', false from unnest($3::uuid[]) id`,
    },
    [organizationId, appId, ids],
  )
  await server.database.query(
    {
      text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, destructive_class, initiator,
          destructive) select $1, $2, id, 'user', 'gate', 0, $4, 'disable', 'change', $5 from unnest($3::uuid[]) id`,
    },
    [organizationId, appId, ids, server.clock(), JSON.stringify({ cause })],
  )
  return ids
}

const decide = (): Promise<GateDecision> =>
  decideGate(server.database, { organizationId, appId, numbers: numberPresets.default, now: server.clock() })

async function hold(): Promise<string> {
  const rows = await selectGateHolds(server.database, organizationId, {
    appId,
    state: 'open',
    after: undefined,
    rowsMax: 2,
  })
  assert.equal(rows.length, 1)
  return rows[0]?.id ?? ''
}

/** Where the work of these stands now; `none`: there is none any more. */
async function stagesOf(ids: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { rows } = await server.database.query<{ stage: string; count: number }>(
    {
      text: `select coalesce(w.stage, 'none') as stage, count(*) as count from unnest($2::uuid[]) id
        left join work_items w on w.app_id = $1 and w.object_id = id group by 1 order by 1`,
    },
    [appId, ids],
  )
  return Object.fromEntries(rows.map(({ stage, count }) => [stage, count]))
}

async function setStage(ids: readonly string[], stage: string): Promise<void> {
  const text = 'update work_items set stage = $3 where app_id = $1 and object_id = any ($2)'
  await server.database.query({ text }, [appId, ids, stage])
}

test('a hold groups by cause and names everybody; approving one cause lets exactly these through', async () => {
  const moved = await leave(18)
  const gone = await leave(4, 'suspended')
  assert.equal((await decide()).held, 22)
  const holdId = await hold()
  const shown = await getGateHold(server.database, organizationId, holdId)
  assert.deepEqual(shown.causes, [
    { cause: 'department changed', count: 18 },
    { cause: 'suspended', count: 4 },
  ])
  const items = await listHoldItems(server.database, organizationId, { holdId, limit: 100 })
  assert.deepEqual(items.data.map(({ object_id }) => object_id).toSorted(), [...moved, ...gone].toSorted())
  const act = { organizationId, holdId, act: 'approve', selection: { cause: 'suspended' } } as const
  const left = await decideHeld(server.database, server.call(), act)
  assert.deepEqual([left.state, left.held_count], ['open', 18])
  assert.deepEqual(await stagesOf(gone), { export: 4 })
  assert.deepEqual(await stagesOf(moved), { held: 18 })
  const rest = { organizationId, holdId, act: 'ignore', selection: {} } as const
  assert.equal((await decideHeld(server.database, server.call(), rest)).state, 'decided')
  assert.deepEqual(await stagesOf(moved), { none: 18 })
  const { rows } = await server.database.query<{ count: number }>(
    { text: `select count(*) as count from links where app_id = $1 and state = 'ignored'` },
    [appId],
  )
  assert.equal(rows[0]?.count, 18)
  await assert.rejects(decideHeld(server.database, server.call(), rest), { code: 'gateHoldDecided' })
})

test('some are approved by name; whoever is named and does not wait is passed over', async () => {
  const ids = await leave(21)
  await decide()
  const holdId = await hold()
  const approve = (objectIds: readonly string[]) =>
    decideHeld(server.database, server.call(), { organizationId, holdId, act: 'approve', selection: { objectIds } })
  assert.equal((await approve([...ids.slice(0, 2), createId()])).held_count, 19)
  await assert.rejects(approve(ids.slice(0, 2)), { code: 'nothingHeld' })
  assert.deepEqual(await stagesOf(ids), { export: 2, held: 19 })
})

test('rejected because the cause was undone, everybody is evaluated anew', async () => {
  const ids = await leave(21)
  await decide()
  const act = { organizationId, holdId: await hold(), act: 'evaluate', selection: {} } as const
  await decideHeld(server.database, server.call(), act)
  assert.deepEqual(await stagesOf(ids), { evaluate: 21 })
})

test('an approval of what is being evaluated counts when it comes back, and only once', async () => {
  const ids = await leave(21)
  await decide()
  await setStage(ids.slice(0, 1), 'evaluate')
  const act = { organizationId, holdId: await hold(), act: 'approve', selection: {} } as const
  await decideHeld(server.database, server.call(), act)
  assert.deepEqual(await stagesOf(ids), { evaluate: 1, export: 20 })
  await leave(20)
  await setStage(ids.slice(0, 1), 'gate')
  assert.deepEqual(await decide(), { admitted: 21, held: 0 }, 'the 20 use the allowance up')
  await setStage(ids.slice(0, 1), 'gate')
  assert.deepEqual(await decide(), { admitted: 0, held: 1 })
})

test('who is not to be disabled any more leaves the hold by himself, and the last one closes it', async () => {
  const ids = await leave(21)
  await decide()
  const holdId = await hold()
  await setStage(ids.slice(0, 1), 'evaluate')
  await settleGateHolds(server.database, server.clock())
  assert.equal((await getGateHold(server.database, organizationId, holdId)).held_count, 21, 'not known yet')
  await setStage(ids.slice(0, 1), 'export')
  await settleGateHolds(server.database, server.clock())
  assert.equal((await getGateHold(server.database, organizationId, holdId)).held_count, 20)
  await server.database.query({ text: 'delete from work_items where app_id = $1' }, [appId])
  await settleGateHolds(server.database, server.clock())
  assert.equal((await getGateHold(server.database, organizationId, holdId)).state, 'decided')
})

test('nobody decides for seven days: everything is judged anew', async () => {
  const ids = await leave(21)
  await decide()
  const holdId = await hold()
  server.clock.advance(7 * 86_400_000 - 1)
  await settleGateHolds(server.database, server.clock())
  assert.deepEqual(await stagesOf(ids), { held: 21 })
  server.clock.advance(1)
  await settleGateHolds(server.database, server.clock())
  assert.equal((await getGateHold(server.database, organizationId, holdId)).state, 'lapsed')
  assert.deepEqual(await stagesOf(ids), { evaluate: 21 })
})

test('administrators and whom the app names are told by mail, with the cause, and once a day again', async () => {
  await leave(21)
  await decide()
  const told = async (): Promise<readonly string[]> => {
    await remindOfGateHolds(server.database, server.clock())
    await runNotices(server.database, server.clock())
    const { rows } = await server.database.query<{ recipient: string }>(
      {
        text: `select recipient from mails where template = 'appWorkHeld' and data ->> 'app' = (select name from apps where id = $1)`,
      },
      [appId],
    )
    return rows.map(({ recipient }) => recipient)
  }
  assert.deepEqual(await told(), ['owner@app.example'])
  server.clock.advance(3_600_000)
  assert.equal((await told()).length, 1)
  server.clock.advance(24 * 3_600_000)
  assert.equal((await told()).length, 2)
})

test('what became something worse while it was held does not pass with the approval of what it was', async () => {
  const ids = await leave(25)
  assert.equal((await decide()).held, 25)
  const holdId = await hold()
  // Other rules delete the accounts that were to be disabled: they wait in a hold of their own.
  const text = `update work_items set destructive_class = 'delete', stage = 'gate' where app_id = $1`
  await server.database.query({ text }, [appId])
  assert.equal((await decide()).held, 25)
  const call = server.call()
  await decideHeld(server.database, call, { organizationId, holdId, selection: {}, act: 'approve' })
  assert.deepEqual(await stagesOf(ids), { held: 25 })
})

test('an approval that nobody used lets through what it is about for seven days, and nothing afterwards', async () => {
  for (const [days, admitted] of [
    [6, 21],
    [8, 0],
  ] as const) {
    const ids = await leave(21)
    await decide()
    const holdId = await hold()
    // Looked at anew at the very moment: it passes when it comes back.
    await setStage(ids, 'evaluate')
    await decideHeld(server.database, server.call(), { organizationId, holdId, act: 'approve', selection: {} })
    server.clock.advance(days * 86_400_000)
    await setStage(ids, 'gate')
    const decided = await decide()
    assert.deepEqual(decided, { admitted, held: 21 - admitted }, `after ${days} days`)
    await server.database.query({ text: 'delete from work_items where object_id = any ($1)' }, [ids])
  }
})
