import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { simpleRules } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let key: string
let app: string
let person: string
before(async () => {
  admin = await createAdminHarness()
  key = (await admin.createOrganization('acme')).key
  const made = await admin.send('POST', '/api/v1/organizations/acme/people', {
    body: { attributes: { userName: 'ada', displayName: 'Ada' } },
  })
  person = made.body.id
  const target = { kind: 'scim', baseUrl: 'https://wiki.example/scim/v2' }
  app = (
    await admin.send('POST', '/api/v1/organizations/acme/apps', { body: { name: 'Wiki', target, rules: simpleRules } })
  ).body.id
  await act('rules/publish', { revision: 1, withoutPlan: true })
  await link()
})
after(() => admin[Symbol.asyncDispose]())

test('links are listed with the failure and the next step of each, by every filter', async () => {
  const links = `/api/v1/organizations/acme/apps/${app}/links`
  const { data, total } = (await admin.send('GET', `${links}?total=true`)).body
  assert.equal(total, 1)
  const [only] = data
  assert.deepEqual(
    [only.object, only.state, only.targetKey],
    [{ kind: 'user', id: person, name: 'Ada' }, 'linked', "k'1"],
  )
  assert.deepEqual(
    [only.failure.code, only.failure.attribute, only.work.stage],
    ['InvisibleConflict', 'userName', 'escrow'],
  )
  for (const [query, count] of [
    ['state=linked', 1],
    ['state=dead', 0],
    ['failure=InvisibleConflict', 1],
    ['kind=team', 0],
    ['search=ada', 1],
    ['search=AD', 1],
    ['search=nobody', 0],
    ['search=%25', 0],
    [`inScope=${only.isInScope}`, 1],
    [`inScope=${!only.isInScope}`, 0],
  ] as const)
    assert.equal((await admin.send('GET', `${links}?${query}`)).body.data.length, count, query)
  assert.deepEqual((await admin.send('GET', `${links}/${person}`)).body, only)
  assert.equal((await admin.send('GET', `${links}/usr_01h4zpwq00e008000000000000`)).status, 404)
})

test('AC-E37: object connections are shown by either id, deleted only while the job is paused, and without asking the app', async () => {
  const shown = await entra('GET', `/objectConnections('${person}')`)
  assert.deepEqual(
    [shown.status, shown.body],
    [200, { objectId: person, sourceAnchor: person, targetAnchor: "k'1", displayName: 'Ada', objectTypeName: 'User' }],
  )
  assert.deepEqual((await entra('GET', `/objectConnections('k''1')`)).body, shown.body)
  assert.deepEqual((await entra('GET', `/objectConnections/${encodeURIComponent("k'1")}`)).body, shown.body)
  assert.equal((await entra('GET', `/objectConnections('nobody')`)).status, 404)
  assert.equal((await entra('GET', '/objectConnections')).status, 400)
  assert.equal((await entra('GET', `/objectConnections('${person}')`, 'wrong')).status, 401)
  const busy = await entra('DELETE', `/objectConnections('${person}')`)
  assert.deepEqual([busy.status, busy.body.error.code], [409, 'Conflict'])
  assert.equal((await entra('GET', `/objectConnections('${person}')`)).status, 200)
  await act('pause')
  for (const _ of ['first', 'again'])
    assert.equal((await entra('DELETE', `/objectConnections('${person}')`)).status, 204)
  assert.equal((await entra('GET', `/objectConnections('${person}')`)).status, 404)
  for (const table of ['links', 'link_shadows', 'member_edges'])
    assert.equal((await admin.application.database.query({ text: `select from ${table}` })).rowCount, 0, table)
  const { rows } = await admin.application.database.query<{ data: { targetKey: string } }>({
    text: `select data from changes where action = 'app.link_deleted'`,
  })
  assert.deepEqual(
    rows.map(({ data }) => data.targetKey),
    ["k'1"],
  )
})

test('an object connection of another job, or of another organization, is not there', async () => {
  await link()
  const other = await admin.createOrganization('other')
  assert.equal((await entra('GET', `/objectConnections('${person}')`, other.key)).status, 404)
  const path = `/servicePrincipals/${app}/synchronization/jobs/app_01h4zpwq00e008000000000000/objectConnections('${person}')`
  assert.equal((await admin.application.fetch(path, { headers: { authorization: `Bearer ${key}` } })).status, 404)
})

test('a link is deleted by the admin API while the app is paused', async () => {
  const path = `/api/v1/organizations/acme/apps/${app}/links/${person}`
  await act('resume')
  assert.equal((await admin.send('DELETE', path)).status, 409)
  await act('pause')
  assert.equal((await admin.send('DELETE', path)).status, 204)
  assert.equal((await admin.send('GET', path)).status, 404)
})

async function act(verb: string, body: object = {}): Promise<void> {
  const options = verb === 'resume' ? {} : { body }
  assert.equal((await admin.send('POST', `/api/v1/organizations/acme/apps/${app}/${verb}`, options)).status, 200)
}

async function entra(method: string, path: string, secret = key) {
  const url = `/servicePrincipals/${app}/synchronization/jobs/${app}${path}`
  const response = await admin.application.fetch(url, { method, headers: { authorization: `Bearer ${secret}` } })
  const text = await response.text()
  // Tests look into answers freely.
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** As the engine writes it. */
async function link(): Promise<void> {
  const { database, clock } = admin.application
  const { rows } = await database.query<{ id: string }>({ text: 'select organization_id as id from apps' })
  const ids = [rows[0]?.id, parseTypeId('app', app), parseTypeId('usr', person)]
  await database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key, attempts, failure_code,
          failure_attribute, failed_at) values ($1, $2, 'user', $3, 'linked', true, 'created', 'k''1', 2, 'InvisibleConflict', 'userName', $4)`,
    },
    [...ids, clock()],
  )
  await database.query(
    { text: `insert into link_shadows (organization_id, app_id, object_id, sent) values ($1, $2, $3, '{}')` },
    ids,
  )
  await database.query(
    {
      text: `insert into member_edges (organization_id, app_id, team_id, member_id, member_key) values ($1, $2, $3, $3, 'k')`,
    },
    ids,
  )
  await database.query(
    {
      text: `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, initiator)
        values ($1, $2, $3, 'user', 'escrow', 3, $4, 'change') on conflict do nothing`,
    },
    [...ids, clock()],
  )
}
