import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Registry } from 'prom-client'
import { readProvisioning } from '../../src/job-queues.ts'
import { collectProvisioningMetrics } from '../../src/provisioning/engine-metrics.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import { createId, parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { createTestApp } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let key: string
let organizationId: string
let appId: string
let place: string
before(async () => {
  admin = await createAdminHarness()
  const acme = await admin.createOrganization('acme')
  key = (await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['scim'] } })).body.key
  organizationId = parseTypeId('org', acme.id) ?? ''
  const { application, clock } = admin.application
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  appId = (await createTestApp(application.parts, call, { organizationId })).id
  place = `/api/v1/organizations/acme/apps/${(await admin.send('GET', '/api/v1/organizations/acme/apps')).body.data[0].id}`
  for (let number = 0; number < people; number++)
    await provision('/Users', { userName: `user${number}`, active: number % 7 !== 0 })
  for (let number = 0; number < teams; number++) await provision('/Groups', { displayName: `team${number}` })
  // Whoever is in the recycle bin is not counted, even while something is to be done with the account.
  const { rows } = await admin.application.database.query<{ id: string }>({
    text: 'select scim_id as id from users order by id limit 5',
  })
  for (const { id } of rows)
    await admin.application.fetch(`/scim/v2/Users/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
})
after(() => admin[Symbol.asyncDispose]())

const people = 60
const teams = 20
const gone = 5
const stages = ['evaluate', 'gate', 'held', 'export', 'members', 'reference', 'escrow', null] as const
const stateOfStage = {
  evaluate: 'pending',
  gate: 'pending',
  export: 'pending',
  members: 'pending',
  held: 'held',
  reference: 'waiting',
} as const

test('ENG-27: whatever happens to whom, the states sum to the number of people and of teams, and each is the right one', async () => {
  const random = createRandom(27)
  for (let round = 0; round < 12; round++) {
    const expected = await scatter(random)
    const { people: shownPeople, teams: shownTeams } = (await admin.send('GET', `${place}/progress`)).body
    assert.deepEqual(shownPeople, { ...expected.user, total: people - gone }, `round ${round}`)
    assert.deepEqual(shownTeams, { ...expected.team, total: teams }, `round ${round}`)
    for (const { total, ...states } of [shownPeople, shownTeams])
      assert.equal(
        Object.values(states).reduce((sum, count) => sum + count, 0),
        total,
      )
  }
})

test('whom a running cycle has yet to come to is pending; rate and time left come from what was done lately', async () => {
  const { database, clock } = admin.application
  await clear()
  const cycleId = createId()
  const { rows } = await database.query<{ id: string }>({
    text: `select id from users where state <> 'deprovisioned' order by id`,
  })
  await database.query(
    {
      text: `insert into cycles (organization_id, id, app_id, kind, state, rules_revision, started_at, estimate) values ($1, $2, $3, 'initial', 'evaluating', 1, $4, 55)`,
    },
    [organizationId, cycleId, appId, clock()],
  )
  await database.query(
    {
      text: `insert into cycle_slices (organization_id, cycle_id, kind, position, reached_id) values ($1, $2, 'user', 1, $3)`,
    },
    [organizationId, cycleId, rows[9]?.id],
  )
  const operation = {
    organizationId,
    appId,
    at: clock(),
    cycleId,
    objectKind: 'user',
    objectId: null,
    action: 'create',
    status: 'success',
    reason: 'Created',
    httpStatus: 201,
    durationMs: 3,
    initiator: 'schedule',
    targetKey: null,
    detail: null,
  } as const
  await insertLogRows(
    database,
    Array.from({ length: 30 }, () => operation),
  )
  await insertLogRows(database, [{ ...operation, status: 'skipped', reason: 'NotAssigned' }])
  const { body } = await admin.send('GET', `${place}/progress`)
  assert.deepEqual([body.people.pending, body.people.outOfScope, body.cycle.kind], [45, 10, 'initial'])
  assert.deepEqual([body.ratePerSecond, body.etaSeconds], [0.1, 450])
  const { data, total } = (await admin.send('GET', `${place}/cycles?total=true`)).body
  assert.deepEqual([data[0].state, total], ['evaluating', 1])
  clock.advance(6 * 60_000)
  assert.equal((await admin.send('GET', `${place}/progress`)).body.etaSeconds, null)
})

test('metrics tell what is due by lane and for how long, what waits, how apps are, and how far the engine is behind', async () => {
  const { database, clock, application } = admin.application
  await clear()
  const values = [organizationId, appId, clock()]
  for (const [stage, lane] of [
    ['export', 0],
    ['escrow', 3],
    ['held', 3],
  ] as const)
    await database.query(
      {
        text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, initiator)
      values ($1, $2, '${createId()}', 'user', '${stage}', ${lane}, $3, 'change')`,
      },
      values,
    )
  await database.query(
    { text: `insert into app_health (organization_id, app_id, health, since) values ($1, $2, 'quarantined', $3)` },
    values,
  )
  await database.query(
    { text: `insert into outbox_cursors (organization_id, consumer, position) values ($1, 'provisioning', 0)` },
    [organizationId],
  )
  clock.advance(60_000)
  const registry = new Registry()
  collectProvisioningMetrics({ registry }, () => readProvisioning(application.parts))
  const text = await registry.metrics()
  for (const line of [
    'rollcall_provisioning_due{lane="leaver"} 1',
    'rollcall_provisioning_due{lane="update"} 0',
    'rollcall_provisioning_oldest_seconds{lane="leaver"} 60',
    'rollcall_provisioning_escrowed 1',
    'rollcall_provisioning_held 1',
    'rollcall_provisioning_hold_age_seconds 0',
    'rollcall_provisioning_apps{health="quarantined"} 1',
    'rollcall_provisioning_apps{health="healthy"} 0',
  ])
    assert.ok(text.includes(`${line}\n`), `${line} in ${text}`)
  assert.match(text, /rollcall_provisioning_lag_seconds [1-9]/)
  await clear()
})

test('progress is followed: an event for the state now and for every change', async () => {
  const { database } = admin.application
  const aborter = new AbortController()
  const headers = { authorization: `Bearer ${admin.instanceKey}`, accept: 'text/event-stream' }
  const response = await admin.application.fetch(`${place}/progress`, { headers, signal: aborter.signal })
  const seen: number[] = []
  let text = ''
  // The web's stream type forgets that a response's body is made of bytes.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk)
    const events = [...text.matchAll(/data: (.*)\n/g)].map(([, json]) => JSON.parse(json ?? '{}'))
    if (events.length > seen.length) {
      seen.push(events.at(-1).people.pending)
      if (seen.length === 1) await database.query({ text: `update cycles set state = 'done', ended_at = started_at` })
    }
    if (seen.length === 2) break
  }
  assert.deepEqual(seen, [45, 0])
})

/** Puts everybody into a state, and says how many are in which. */
async function scatter(random: () => number) {
  const { database, clock } = admin.application
  await clear()
  const { rows } = await database.query<{ kind: 'user' | 'team'; id: string; counts: boolean }>({
    text: `select 'user' as kind, id, state <> 'deprovisioned' as counts from users union all select 'team', id, true from teams`,
  })
  const states = () => ({ inSync: 0, pending: 0, waiting: 0, escrowed: 0, held: 0, conflict: 0, outOfScope: 0 })
  const counted = { user: states(), team: states() }
  for (const { kind, id, counts } of rows) {
    const stage = stages[Math.floor(random() * stages.length)] ?? null
    const [hasLink, isInScope, isConflict] = [random() < 0.7, random() < 0.6, random() < 0.5]
    const failure = stage === 'escrow' && hasLink ? (isConflict ? 'Ambiguous' : 'Timeout') : null
    const values = [organizationId, appId, id, kind]
    if (hasLink)
      await database.query(
        {
          text: `insert into links (organization_id, app_id, object_id, kind, state, is_in_scope, failure_code) values ($1, $2, $3, $4, 'linked', $5, $6)`,
        },
        [...values, isInScope, failure],
      )
    if (stage !== null)
      await database.query(
        {
          text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, initiator) values ($1, $2, $3, $4, $5, 3, $6, 'change')`,
        },
        [...values, stage, clock()],
      )
    if (!counts) continue
    const state =
      stage === 'escrow'
        ? failure === 'Ambiguous'
          ? 'conflict'
          : 'escrowed'
        : stage !== null
          ? stateOfStage[stage]
          : hasLink && isInScope
            ? 'inSync'
            : 'outOfScope'
    counted[kind][state]++
  }
  return counted
}

async function clear(): Promise<void> {
  for (const table of ['links', 'work_items']) await admin.application.database.query({ text: `delete from ${table}` })
}

async function provision(endpoint: string, attributes: object): Promise<void> {
  const schema = endpoint === '/Users' ? 'User' : 'Group'
  const response = await admin.application.fetch(`/scim/v2${endpoint}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ schemas: [`urn:ietf:params:scim:schemas:core:2.0:${schema}`], ...attributes }),
  })
  assert.equal(response.status, 201)
}

/** Always the same numbers for a seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
