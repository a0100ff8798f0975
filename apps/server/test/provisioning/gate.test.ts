import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { DestructiveClass } from '../../src/db/queries/gate.ts'
import { decideGate, type GateDecision } from '../../src/provisioning/gate/decide-gate.ts'
import type { GateFacts } from '../../src/provisioning/gate/destructive.ts'
import { numberPresets, type EngineNumbers } from '../../src/provisioning/numbers.ts'
import { createId } from '../../src/type-id.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
let appId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())
beforeEach(async () => {
  const { parts } = server.application
  const app = await createTestApp(parts, server.call(), { organizationId: acme.organization.id, name: createId() })
  appId = app.id
})

type Item = {
  readonly id?: string
  readonly class?: DestructiveClass
  readonly lane?: number
  readonly cycle?: string
  readonly facts?: GateFacts
}

/** Accounts of the app that stand. */
async function seedLinks(count: number): Promise<void> {
  await server.database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope)
        select $1, $2, 'user', gen_random_uuid(), 'linked', true from generate_series(1, $3)`,
    },
    [acme.organization.id, appId, count],
  )
}

/** What an evaluator puts before the gate. */
async function putBefore(items: readonly Item[]): Promise<readonly string[]> {
  const ids = items.map((item) => item.id ?? createId())
  await server.database.query(
    {
      text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, destructive_class, initiator,
          cycle_id, destructive)
        select $1, $2, i.id, 'user', 'gate', i.lane, $3, i.class, 'change', i.cycle, i.facts
        from unnest($4::uuid[], $5::text[], $6::smallint[], $7::uuid[], $8::jsonb[]) i (id, class, lane, cycle, facts)
        on conflict (organization_id, app_id, object_id) do update
          set stage = 'gate', destructive_class = excluded.destructive_class, destructive = excluded.destructive`,
    },
    [
      acme.organization.id,
      appId,
      server.clock(),
      ids,
      items.map((item) => item.class ?? 'disable'),
      items.map((item) => item.lane ?? 0),
      items.map((item) => item.cycle ?? null),
      items.map((item) => JSON.stringify(item.facts ?? {})),
    ],
  )
  return ids
}

const many = (count: number, item: Item = {}): readonly Item[] => Array.from({ length: count }, () => item)

const decide = (numbers: EngineNumbers = numberPresets.default): Promise<GateDecision> =>
  decideGate(server.database, { organizationId: acme.organization.id, appId, numbers, now: server.clock() })

async function stages(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await server.database.query<{ stage: string; count: number }>(
    { text: 'select stage, count(*) as count from work_items where app_id = $1 group by stage order by stage' },
    [appId],
  )
  return Object.fromEntries(rows.map(({ stage, count }) => [stage, count]))
}

async function openHolds(): Promise<readonly { readonly class: string; readonly allowance: number; count: number }[]> {
  const { rows } = await server.database.query<{ class: string; allowance: number; count: number }>(
    {
      text: `select h.class, h.allowance, count(*) as count from gate_holds h join gate_hold_items i on i.hold_id = h.id
        where h.app_id = $1 and h.state = 'open' and i.state = 'held' group by h.class, h.allowance order by h.class`,
    },
    [appId],
  )
  return rows
}

test('an app without destructive work costs one look', async () => {
  const before = server.database.stats.roundTrips
  assert.deepEqual(await decide(), { admitted: 0, held: 0 })
  assert.equal(server.database.stats.roundTrips - before, 1)
})

test('20 leavers a day pass in a small app; with the 21st all of that turn are held by name', async () => {
  await seedLinks(100)
  await putBefore(many(15))
  assert.deepEqual(await decide(), { admitted: 15, held: 0 })
  await putBefore(many(6))
  assert.deepEqual(await decide(), { admitted: 0, held: 6 })
  assert.deepEqual(await openHolds(), [{ class: 'disable', allowance: 20, count: 6 }])
  await putBefore(many(5))
  assert.deepEqual(await decide(), { admitted: 5, held: 0 }, 'what was held has not used anything up')
  server.clock.advance(24 * 3_600_000 + 60_000)
  await putBefore(many(20))
  assert.deepEqual(await decide(), { admitted: 20, held: 0 }, 'a day later the window is empty')
})

test('the share counts where it is larger, and 500 is the most', async () => {
  await seedLinks(1_000)
  await putBefore(many(50))
  assert.equal((await decide()).admitted, 50)
  await putBefore(many(1))
  assert.equal((await decide()).held, 1)
  await seedLinks(19_000)
  await putBefore(many(451))
  assert.deepEqual(await decide(), { admitted: 0, held: 451 })
  await putBefore(many(450))
  assert.deepEqual(await decide(), { admitted: 450, held: 0 })
})

test('each class has an allowance of its own; removals of members count members, and a team that loses most of them waits alone', async () => {
  await putBefore([...many(20), ...many(20, { class: 'delete' })])
  assert.deepEqual(await decide(), { admitted: 40, held: 0 })
  const [emptied = ''] = await putBefore([
    { class: 'memberRemoval', facts: { count: 11 } },
    { class: 'memberRemoval', facts: { count: 9 } },
    { class: 'memberRemoval', facts: { count: 11 } },
  ])
  await server.database.query(
    {
      text: `insert into member_edges (organization_id, app_id, team_id, member_id, member_key, is_present)
        select organization_id, app_id, object_id, gen_random_uuid(), '', true
        from work_items, generate_series(1, case when object_id = $2 then 20 else 100 end)
        where app_id = $1 and stage = 'gate'`,
    },
    [appId, emptied],
  )
  assert.deepEqual(await decide(), { admitted: 2, held: 1 }, 'eleven of twenty wait; twenty of two hundred pass')
  assert.deepEqual(await stages(), { export: 40, held: 1, members: 2 })
})

test('an attribute that is emptied for too many is held with all who lose it; others pass', async () => {
  await seedLinks(100)
  const lost = { class: 'clear', facts: { cleared: ['department'] } } as const
  await putBefore([...many(21, lost), ...many(3, { class: 'clear', facts: { changed: ['title'] } })])
  assert.deepEqual(await decide(), { admitted: 3, held: 21 })
})

test('an attribute that changes in more than a fifth of the accounts is held', async () => {
  await seedLinks(200)
  const changed = { class: 'clear', facts: { changed: ['department'] } } as const
  await putBefore(many(40, changed))
  assert.deepEqual(await decide(), { admitted: 40, held: 0 })
  await putBefore(many(1, changed))
  assert.deepEqual(await decide(), { admitted: 0, held: 1 })
})

test('a lone leaver by hand does not wait for anything, and is counted', async () => {
  await putBefore(many(21))
  await putBefore([{ lane: 1 }])
  assert.deepEqual(await decide(), { admitted: 1, held: 21 })
  await putBefore(many(19))
  assert.deepEqual(await decide(), { admitted: 19, held: 0 })
  await putBefore(many(1))
  assert.deepEqual(await decide(), { admitted: 0, held: 1 })
})

test('what is still being evaluated is waited for: changes for a while, slices of a cycle to the end', async () => {
  const { database, clock } = server
  const cycle = createId()
  await database.query(
    {
      text: `insert into cycles (organization_id, id, app_id, kind, state, rules_revision, started_at)
        values ($1, $2, $3, 'full', 'evaluating', 1, $4)`,
    },
    [acme.organization.id, cycle, appId, clock()],
  )
  await putBefore(many(300, { cycle }))
  await putBefore(many(2))
  const [evaluated = ''] = await putBefore([{}])
  await database.query({ text: `update work_items set stage = 'evaluate' where app_id = $1 and object_id = $2` }, [
    appId,
    evaluated,
  ])
  assert.deepEqual(await decide(), { admitted: 0, held: 0 })
  clock.advance(20_000)
  assert.deepEqual(await decide(), { admitted: 2, held: 0 }, 'a leaver is not kept by changes that keep coming')
  await putBefore(many(40, { cycle }))
  await database.query({ text: `update cycles set state = 'exporting' where id = $1` }, [cycle])
  assert.deepEqual(await decide(), { admitted: 0, held: 340 })
  await putBefore(many(1, { cycle }))
  assert.deepEqual(await decide(), { admitted: 0, held: 1 }, 'what the same cycle brings later joins its hold')
  assert.deepEqual(await openHolds(), [{ class: 'disable', allowance: 20, count: 341 }])
})

test('evaluated anew, what is held is held still', async () => {
  const ids = await putBefore(many(21))
  assert.equal((await decide()).held, 21)
  await putBefore(ids.slice(0, 3).map((id) => ({ id })))
  assert.deepEqual(await decide(), { admitted: 0, held: 3 })
  assert.deepEqual(await openHolds(), [{ class: 'disable', allowance: 20, count: 21 }])
})

test('the count is exact with several workers: of 8 times 5 at once, 20 pass', async () => {
  for (let round = 0; round < 8; round++) await putBefore(many(5, { cycle: createId() }))
  const put = async (): Promise<GateDecision> => {
    await putBefore(many(5))
    return decide()
  }
  const decisions = await Promise.all(Array.from({ length: 8 }, put))
  const admitted = decisions.reduce((total, one) => total + one.admitted, 0)
  const all = await stages()
  assert.equal(all['export'] ?? 0, admitted)
  assert.ok(admitted <= 20, `${admitted} passed`)
  assert.equal((all['held'] ?? 0) + (all['gate'] ?? 0) + admitted, 80)
})

test('the gate of Entra is off until a threshold is set, and then counts accounts and groups of a cycle', async () => {
  const parity = numberPresets['entra-parity']
  await putBefore(many(60))
  assert.deepEqual(await decide(parity), { admitted: 60, held: 0 })
  server.clock.advance(41 * 60_000)
  const three: EngineNumbers = { ...parity, gate: { ...parity.gate, threshold: 3 } }
  await putBefore([...many(2), ...many(2, { class: 'delete' })])
  assert.deepEqual(await decide(three), { admitted: 0, held: 4 })
  await putBefore(many(3, { class: 'delete' }))
  assert.deepEqual(await decide(three), { admitted: 3, held: 0 })
})
