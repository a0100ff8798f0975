import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AccessError } from '../../src/access/access-error.ts'
import { assign, listAssignments, unassign } from '../../src/provisioning/apps/assignments.ts'
import { getApp, listRunningApps } from '../../src/provisioning/apps/app.ts'
import { updateApp } from '../../src/provisioning/apps/manage-apps.ts'
import { getRules, publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { createTestApp, simpleRules } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())

const credentials = { kind: 'bearer', token: 'canary-4f1c' } as const

test('an app keeps its credentials sealed, and only a worker gets them back', async () => {
  const app = await createTestApp(partsOf(), server.call(), { ...own(), name: 'Sealed', credentials })
  assert.deepEqual(app.credentials, credentials)
  const { rows } = await server.database.query<{ text: string }>({
    text: `select row_to_json(a)::text as text from apps a union all select row_to_json(c)::text from changes c`,
  })
  for (const { text } of rows) assert.ok(!text.includes(credentials.token), text)
  const shown = await getApp(server.database, { ...own(), appId: app.id })
  assert.equal(shown.credentialsKind, 'bearer')
  assert.ok(!('credentials' in shown))
})

test('an app whose address changes wants its credentials anew', async () => {
  const { id: appId, target } = await createTestApp(partsOf(), server.call(), { ...own(), name: 'Moves', credentials })
  const move = { target: { ...target, baseUrl: 'https://other.example/scim' } }
  await assert.rejects(
    updateApp(partsOf(), server.call(), { ...own(), appId, command: move }),
    refusal('secretMissing'),
  )
  const moved = await updateApp(partsOf(), server.call(), { ...own(), appId, command: { ...move, credentials } })
  assert.equal(moved.target.baseUrl, 'https://other.example/scim')
  const elsewhere = { target: { ...moved.target, baseUrl: 'https://other.example/v2' } }
  assert.ok(await updateApp(partsOf(), server.call(), { ...own(), appId, command: elsewhere }))
})

test('rules are drafts until they are published, and revisions never change', async () => {
  const { database } = server
  const { id: appId } = await createTestApp(partsOf(), server.call(), { ...own(), name: 'Draft', rules: null })
  const at = { ...own(), appId }
  const first = await saveRules(database, server.call(), { ...at, document: simpleRules, note: 'first' })
  const again = await saveRules(database, server.call(), { ...at, document: simpleRules })
  assert.equal(again.revision, first.revision)
  assert.equal((await getApp(database, at)).state, 'draft')
  await assert.rejects(getRules(database, { ...at, revision: 'live' }), refusal('rulesNotFound'))
  assert.equal((await publishRules(database, server.call(), { ...at, revision: 1 })).state, 'active')
  const second = await saveRules(database, server.call(), {
    ...at,
    document: { ...simpleRules, assignment: 'everyone' },
  })
  assert.deepEqual([second.revision, (await getRules(database, { ...at, revision: 'live' })).revision], [2, 1])
  assert.deepEqual((await getRules(database, { ...at, revision: 1 })).document, simpleRules)
  await assert.rejects(publishRules(database, server.call(), { ...at, revision: 9 }), refusal('rulesNotFound'))
  const running = await listRunningApps(partsOf(), server.clock())
  assert.ok(running.some(({ id }) => id === appId))
})

test('people and teams are assigned once; one that does not exist assigns nobody', async () => {
  const { database } = server
  const { id: appId } = await createTestApp(partsOf(), server.call(), { ...own(), name: 'Assigned' })
  const at = { ...own(), appId }
  await acme.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ada@example.com',
  })
  await acme.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Team A',
  })
  const { rows } = await database.query<{ kind: 'user' | 'team'; id: string }>({
    text: `select 'user' as kind, id from users union all select 'team', id from teams`,
  })
  assert.equal(rows.length, 2)
  assert.equal((await assign(database, server.call(), { ...at, subjects: rows })).length, 2)
  assert.equal((await assign(database, server.call(), { ...at, subjects: rows })).length, 0)
  const { data: listed } = await listAssignments(database, at, { limit: 10 })
  assert.deepEqual(
    listed.map(({ kind, name }) => [kind, name]),
    [
      ['team', 'Team A'],
      ['user', 'ada@example.com'],
    ],
  )
  const nobody = { kind: 'user', id: '01893f6e-5c00-7000-8000-000000000001' } as const
  await assert.rejects(assign(database, server.call(), { ...at, subjects: [nobody] }), refusal('subjectNotFound'))
  assert.equal((await unassign(database, server.call(), { ...at, subjects: rows.slice(0, 1) })).length, 1)
  assert.equal((await listAssignments(database, at, { limit: 10 })).data.length, 1)
})

function own() {
  return { organizationId: acme.organization.id }
}

function partsOf() {
  return server.application.parts
}

function refusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AccessError && error.code === code
}
