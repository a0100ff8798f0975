import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConnectionHarness, type ConnectionHarness } from './connection-harness.ts'

let server: ConnectionHarness
before(async () => {
  server = await createConnectionHarness()
})
after(() => server[Symbol.asyncDispose]())

test('AC-G43: under style github-org a POST invites, and the pending invitation stands in the list', async () => {
  const acme = await server.organization('g43')
  const connection = await acme.connect({ style: 'github-org' })
  const id = await connection.create('octocat')
  const { rows } = await server.admin.application.database.query<{ state: string }>(
    { text: 'select state from users where scim_id = $1' },
    [id],
  )
  assert.equal(rows[0]?.state, 'pending')
  const invitations = await acme.send('GET', '/invitations')
  assert.equal(invitations.body.data.length, 1)
  const list = await connection.scim('GET', '/Users')
  assert.deepEqual([list.body.totalResults, list.body.Resources[0].id, list.body.Resources[0].active], [1, id, true])
})

test('AC-G43: active false removes the person with the identity and its id: GET is 404, by PATCH as by PUT', async () => {
  const acme = await server.organization('g43-off')
  const connection = await acme.connect({ style: 'github-org' })
  const ada = await connection.create('ada')
  const bea = await connection.create('bea')
  const removed = await connection.patch(ada, { active: false })
  assert.deepEqual([removed.status, removed.body.active, removed.body.id], [200, false, ada])
  const put = await connection.scim('PUT', `/Users/${bea}`, { ...connection.person('bea'), active: false })
  assert.deepEqual([put.status, put.body.active], [200, false])
  for (const id of [ada, bea]) {
    assert.equal((await connection.scim('GET', `/Users/${id}`)).status, 404)
    assert.equal((await connection.patch(id, { active: true })).status, 404)
  }
  assert.equal((await connection.scim('GET', '/Users')).body.totalResults, 0)
  const again = await connection.create('ada')
  assert.notEqual(again, ada, 'whoever comes again has another id')
  const enterprise = await acme.connect({ style: 'github' })
  const kept = await enterprise.create('kept')
  await enterprise.patch(kept, { active: false })
  assert.equal((await enterprise.scim('GET', `/Users/${kept}`)).status, 200, 'of style github-org alone')
})

test('AC-G43: people are found by userName, externalId and emails', async () => {
  const acme = await server.organization('g43-filter')
  const connection = await acme.connect({ style: 'github-org' })
  const id = await connection.create('octocat')
  await connection.create('hubot')
  for (const filter of [
    'userName eq "octocat"',
    'externalId eq "ext-octocat"',
    `id eq "${id}"`,
    'emails eq "octocat@example.com"',
    'emails.value eq "OCTOCAT@example.com"',
  ]) {
    const { status, body } = await connection.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)
    assert.deepEqual([status, body.totalResults, body.Resources?.[0]?.id], [200, 1, id], filter)
  }
})

test('Okta’s own steps to unassign and assign again keep the id, and the request log shows each of them', async () => {
  const acme = await server.organization('o10')
  const okta = await acme.connect({ preset: 'okta' })
  const headers = { 'user-agent': 'Okta SCIM Client 1.0.0' }
  const lookUp = () =>
    okta.scim(
      'GET',
      `/Users?filter=${encodeURIComponent('userName eq "test.user"')}&startIndex=1&count=100`,
      undefined,
      headers,
    )
  const active = (id: string, value: boolean) => {
    const Operations = [{ op: 'replace', value: { active: value } }]
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    return okta.scim('PATCH', `/Users/${id}`, { schemas, Operations }, headers)
  }
  assert.equal((await lookUp()).body.totalResults, 0)
  const body = { ...okta.person('test.user'), groups: [], password: 'Xk7-not-kept', locale: 'en-US' }
  const { body: made } = await okta.scim('POST', '/Users', body, headers)
  // Unassign, then assign again: the same id, active again (OIN test C9293).
  assert.equal((await active(made.id, false)).body.active, false)
  const found = await lookUp()
  assert.deepEqual([found.body.Resources[0].id, found.body.Resources[0].active], [made.id, false])
  assert.equal((await active(made.id, true)).body.active, true)
  await server.logged()
  const { body: log } = await acme.send('GET', `/requests?limit=200`)
  const methods = log.data.map((line: { method: string; client: string }) => [line.method, line.client])
  assert.deepEqual(methods.map(([method]: [string, string]) => method).toSorted(), [
    'GET',
    'GET',
    'PATCH',
    'PATCH',
    'POST',
  ])
  assert.ok(methods.every(([method, client]: [string, string]) => method !== 'DELETE' && client.startsWith('Okta')))
  const deleted = await acme.send('GET', '/requests?method=DELETE')
  assert.equal(deleted.body.data.length, 0)
})
