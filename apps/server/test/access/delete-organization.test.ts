import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTypeId } from '@rollcall/admin-api'
import { selectTables } from '../../src/db/queries/catalogue.ts'
import { createDemo } from '../../src/demo/demo.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

const signal = new AbortController().signal

test('a deleted organization is gone at once with its keys, every row of it a moment later, and no row of another', async () => {
  const { database, clock, application } = admin.application
  const demo = await createDemo(database, { slug: 'doomed', seed: 1, people: 2_500, now: clock() })
  const other = await admin.createOrganization('other')
  await admin.send('POST', '/scim/v2/Users', { key: other.key, body: userOf('ada') })
  const key = (
    await admin.send('POST', '/api/v1/organizations/doomed/keys', { body: { scopes: ['admin:enterprise'] } })
  ).body
  assert.equal((await admin.send('GET', '/scim/v2/Users?count=0', { key: demo.key })).status, 200)
  await sleep(1_500)
  const kept = await countRows(other.id)

  const wrong = await admin.send('DELETE', '/api/v1/organizations/doomed?confirm=other')
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'invalidRequest'])
  assert.equal((await admin.send('DELETE', '/api/v1/organizations/doomed')).status, 400)
  assert.equal(
    (await admin.send('DELETE', '/api/v1/organizations/doomed?confirm=doomed', { key: key.key })).status,
    403,
  )
  assert.equal((await admin.send('GET', '/api/v1/organizations/doomed')).status, 200)

  const begun = await admin.send('DELETE', '/api/v1/organizations/doomed?confirm=doomed')
  assert.deepEqual([begun.status, begun.body.organizationId, begun.body.state], [202, null, 'queued'])
  assert.match(begun.headers.get('location') ?? '', /\/api\/v1\/runs\/run_/)
  assert.equal((await admin.send('GET', '/api/v1/organizations/doomed')).status, 404)
  await sleep(1_000)
  assert.equal((await admin.send('GET', '/scim/v2/Users?count=0', { key: demo.key })).status, 401)
  assert.equal((await admin.send('GET', '/api/v1/whoami', { key: key.key })).status, 401)
  assert.equal(
    (await admin.createOrganization('doomed')).id === `org_${demo.organizationId}`,
    false,
    'the slug is free',
  )

  clock.advance(3_000)
  await workOffAllRuns(application.parts, signal)
  const ended = await admin.send('GET', `/api/v1/runs/${begun.body.id}`)
  assert.equal(ended.body.state, 'done', ended.body.error)
  assert.ok(ended.body.result.rows > 5_000)
  assert.deepEqual(
    [...(await countRows(demo.organizationId))].filter(([, count]) => count > 0),
    [],
  )
  assert.deepEqual(await countRows(other.id), kept)
  assert.equal((await admin.send('GET', '/scim/v2/Users?count=0', { key: other.key })).body.totalResults, 1)
})

test('what was deleted, by whom and when stands in the changes of the instance', async () => {
  const { rows } = await admin.application.database.query<{ action: string; data: object; actor: string }>({
    text: `select action, data, actor from changes where organization_id = '00000000-0000-0000-0000-000000000000'
      order by position`,
  })
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['organization.deleted', 'run.queued', 'run.done'],
  )
  assert.deepEqual(rows[0]?.data, { slug: 'doomed', name: 'Demo doomed' })
  assert.match(rows[0]?.actor ?? '', /^instance/)
})

function userOf(userName: string): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }
}

async function countRows(organization: string): Promise<ReadonlyMap<string, number>> {
  const { database } = admin.application
  const id = parseTypeId('org', organization) ?? organization
  const counts = new Map<string, number>()
  for (const { name } of (await selectTables(database)).filter((table) => table.hasOrganization)) {
    const { rows } = await database.query<{ count: number }>(
      { text: `select count(*) as count from "${name}" where organization_id = $1` },
      [id],
    )
    counts.set(name, rows[0]?.count ?? 0)
  }
  return counts
}
