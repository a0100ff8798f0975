import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { startFakeTarget } from './fake-target/fake-target.ts'
import { outboundAllow } from './fake-target/open-fake.ts'
import { simpleRules } from '../harness/provisioning-app.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: outboundAllow.join(',') } })
  await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

const apps = '/api/v1/organizations/acme/apps'
const target = { kind: 'scim', baseUrl: 'https://wiki.example/scim/v2' }
const credentials = { kind: 'bearer', token: 'canary-77c1' }

test('CON-H9: credentials of an app are written and never read; another server wants them anew', async () => {
  const made = await admin.send('POST', apps, { body: { name: 'Wiki', target, credentials } })
  assert.equal(made.status, 201)
  assert.deepEqual(
    [made.body.credentials, made.body.state, made.body.numbers.tickMs],
    [{ kind: 'bearer', expiresAt: null }, 'draft', 30_000],
  )
  assert.equal(made.headers.get('etag'), '"1"')
  const place = `${apps}/${made.body.id}`
  assert.ok(made.headers.get('location')?.endsWith(place), made.headers.get('location') ?? '')
  const moved = await admin.send('PATCH', place, { body: { target: { ...target, baseUrl: 'https://evil.example/' } } })
  assert.deepEqual([moved.status, moved.body.errors[0].code], [400, 'secretMissing'])
  const changed = await admin.send('PATCH', place, {
    body: { settings: { numbers: 'entra-parity', overrides: { logDays: 7 } } },
  })
  assert.deepEqual([changed.body.numbers.tickMs, changed.body.numbers.logDays], [40 * 60_000, 7])
  const stale = await admin.send('PATCH', place, { body: { name: 'x' }, headers: { 'if-match': '"1"' } })
  assert.deepEqual([stale.status, stale.body.currentVersion], [412, 2])
  for (const path of [apps, place]) {
    const text = JSON.stringify((await admin.send('GET', path)).body)
    assert.ok(!text.includes(credentials.token), text)
  }
  const taken = await admin.send('POST', apps, { body: { name: 'Wiki', target } })
  assert.deepEqual([taken.status, taken.body.errors[0].pointer], [409, '/name'])
})

test('rules go from draft to live, an earlier version is restored as a draft, and states follow', async () => {
  const made = await admin.send('POST', apps, { body: { name: 'Rules', target, rules: simpleRules } })
  assert.deepEqual([made.body.draftRevision, made.body.liveRevision], [1, null])
  const place = `${apps}/${made.body.id}`
  const early = await admin.send('POST', `${place}/pause`, { body: {} })
  assert.equal(early.status, 409)
  assert.equal(
    (await admin.send('POST', `${place}/rules/publish`, { body: { revision: 1, withoutPlan: true } })).body.state,
    'live',
  )
  const everyone = { ...simpleRules, assignment: 'everyone' }
  const second = await admin.send('POST', `${place}/rules`, { body: { rules: everyone, note: 'All of us' } })
  assert.deepEqual([second.status, second.body.revision, second.body.state], [201, 2, 'draft'])
  const unseen = await admin.send('POST', `${place}/rules/publish`, { body: { revision: 2, withoutPlan: true } })
  assert.deepEqual([unseen.status, unseen.body.code], [409, 'conflict'])
  const plan = await admin.send('POST', `${place}/plans`, { body: { revision: 2 } })
  await workOffAllRuns(admin.application.application.parts, new AbortController().signal)
  assert.equal((await admin.send('POST', `${place}/plans/${plan.body.id}/apply`)).status, 200)
  const restored = await admin.send('POST', `${place}/rules/restore`, { body: { revision: 1 } })
  assert.deepEqual([restored.body.revision, restored.body.rules.assignment], [3, 'assigned'])
  const history = await admin.send('GET', `${place}/rules/revisions?limit=2&total=true`)
  assert.deepEqual(
    history.body.data.map((each: { revision: number; state: string }) => [each.revision, each.state]),
    [
      [3, 'draft'],
      [2, 'live'],
    ],
  )
  assert.equal(history.body.total, 3)
  const rest = await admin.send('GET', `${place}/rules/revisions?limit=2&cursor=${history.body.nextCursor}`)
  assert.deepEqual(rest.body.data.length, 1)
  assert.equal((await admin.send('GET', `${place}/rules?revision=9`)).status, 404)
  const paused = await admin.send('POST', `${place}/pause`, { body: { reason: 'Holidays' } })
  assert.deepEqual([paused.body.state, paused.body.pausedReason], ['paused', 'Holidays'])
  const until = new Date(admin.application.clock().getTime() + 3_600_000).toISOString()
  const again = await admin.send('POST', `${place}/pause`, { body: { reason: 'Holidays', until } })
  assert.deepEqual([again.body.state, again.body.pausedUntil], ['paused', until])
  const far = await admin.send('POST', `${place}/pause`, { body: { until: '2099-01-01T00:00:00Z' } })
  assert.deepEqual([far.status, far.body.errors[0].pointer], [400, '/until'])
  const unknown = await admin.send('GET', `${place}/health`)
  assert.equal(unknown.body.pace, null)
  assert.equal((await admin.send('POST', `${place}/resume`)).body.state, 'active')
  assert.equal((await admin.send('POST', `${place}/stop`)).body.state, 'stopped')
})

test('an app is tested with what is stored of it: what is wrong has a name, a remedy, and shows no secret', async () => {
  await using fake = await startFakeTarget({ token: credentials.token })
  const body = { name: 'Tested', target: { kind: 'scim', baseUrl: fake.baseUrl }, credentials }
  const place = `${apps}/${(await admin.send('POST', apps, { body })).body.id}`
  const good = await admin.send('POST', `${place}/test`)
  assert.deepEqual([good.body.isWorking, good.body.reason, good.body.httpStatus], [true, null, 200])
  await admin.send('PATCH', place, { body: { credentials: { kind: 'bearer', token: 'canary-wrong' } } })
  const bad = await admin.send('POST', `${place}/test`)
  assert.deepEqual([bad.body.isWorking, bad.body.reason, bad.body.httpStatus], [false, 'CredentialsRefused', 401])
  assert.ok(bad.body.explanation.remedy.length > 10 && bad.body.exchanges.length > 0)
  assert.doesNotMatch(JSON.stringify([good.body, bad.body]), /canary/)
  await admin.send('PATCH', place, {
    body: { target: { kind: 'scim', baseUrl: 'https://10.0.0.1/scim' }, credentials },
  })
  const inside = await admin.send('POST', `${place}/test`)
  assert.deepEqual([inside.body.isWorking, inside.body.httpStatus], [false, null])
})

test('a deleted app is gone at once, and all that belongs to it by a run; nothing of another app', async () => {
  const { database, clock, application } = admin.application
  const ids = await Promise.all(
    ['Gone', 'Stays'].map(
      async (name) => (await admin.send('POST', apps, { body: { name, target, rules: simpleRules } })).body.id,
    ),
  )
  const { rows } = await database.query<{ organization_id: string; id: string }>({
    text: `select organization_id, id from apps where name in ('Gone', 'Stays') order by name`,
  })
  for (const { organization_id: organization, id } of rows) {
    const values = [organization, id, '01893f6e-5c00-7000-8000-000000000001', clock()]
    await database.query(
      {
        text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope) values ($1, $2, 'user', $3, 'linked', true)`,
      },
      values.slice(0, 3),
    )
    await database.query(
      {
        text: `insert into cycles (organization_id, id, app_id, kind, state, rules_revision, started_at) values ($1, $2, $2, 'full', 'done', 1, $3)`,
      },
      [organization, id, clock()],
    )
    await database.query(
      { text: `insert into cycle_slices (organization_id, cycle_id, kind, position) values ($1, $2, 'user', 1)` },
      [organization, id],
    )
    await database.query(
      {
        text: `insert into app_assignments (organization_id, app_id, subject_kind, subject_id, assigned_by, assigned_at) values ($1, $2, 'user', $3, 'x', $4)`,
      },
      values,
    )
  }
  const begun = await admin.send('DELETE', `${apps}/${ids[0]}`)
  assert.deepEqual([begun.status, begun.body.kind], [202, 'app.delete'])
  assert.equal((await admin.send('GET', `${apps}/${ids[0]}`)).status, 404)
  clock.advance(3_000)
  await workOffAllRuns(application.parts, new AbortController().signal)
  assert.equal((await admin.send('GET', `/api/v1/organizations/acme/runs/${begun.body.id}`)).body.state, 'done')
  for (const table of ['links', 'cycles', 'cycle_slices', 'app_assignments', 'app_rules'])
    assert.equal(
      (await database.query({ text: `select from ${table} t where t::text like $1` }, [`%${rows[0]?.id}%`])).rowCount,
      0,
      table,
    )
  for (const table of ['links', 'cycles', 'cycle_slices', 'app_assignments', 'app_rules'])
    assert.equal(
      (await database.query({ text: `select from ${table} t where t::text like $1` }, [`%${rows[1]?.id}%`])).rowCount,
      1,
      table,
    )
})
