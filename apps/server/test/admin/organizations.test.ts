import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAdminHarness, type AdminHarness } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

test('an organization is made with its SCIM URL and one SCIM connection, and found by id and by slug', async () => {
  const made = await admin.send('POST', '/api/v1/organizations', { body: { slug: 'acme', name: ' Acme  AG ' } })
  assert.equal(made.status, 201)
  assert.equal(made.body.slug, 'acme')
  assert.equal(made.body.name, 'Acme  AG')
  assert.equal(made.body.scimUrl, 'https://rollcall.test/o/acme/scim/v2')
  assert.equal(made.headers.get('location'), `https://rollcall.test/api/v1/organizations/${made.body.id}`)
  for (const reference of ['acme', made.body.id]) {
    const found = await admin.send('GET', `/api/v1/organizations/${reference}`)
    assert.deepEqual(found.body, made.body)
  }
  const connections = await admin.send('GET', '/api/v1/organizations/acme/connections')
  assert.equal(connections.body.data.length, 1)
  assert.equal(connections.body.data[0].isDefault, true)
})

test('a taken slug is a conflict that names the field', async () => {
  await admin.createOrganization('taken')
  const refused = await admin.send('POST', '/api/v1/organizations', { body: { slug: 'taken' } })
  assert.equal(refused.status, 409)
  assert.deepEqual(
    refused.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code]),
    [['/slug', 'slugTaken']],
  )
})

test('a wrong slug, an unknown field and a wrong type are named together', async () => {
  const body = { slug: 'No Good', colour: 'red', settings: { requestLog: { daysMax: 0 } } }
  const refused = await admin.send('POST', '/api/v1/organizations', { body })
  assert.equal(refused.status, 400)
  assert.deepEqual(
    refused.body.errors.map(({ in: part, pointer }: { in: string; pointer: string }) => `${part}${pointer}`),
    ['body/slug', 'body/settings/requestLog/daysMax', 'body/colour'],
  )
})

test('CON-D6: a change with If-Match on an old version is refused and told the current one; of ten at once one wins', async () => {
  await admin.createOrganization('versions')
  const path = '/api/v1/organizations/versions'
  const first = await admin.send('GET', path)
  const etag = first.headers.get('etag') ?? ''
  assert.equal(etag, `"${first.body.version}"`)
  const changes = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      admin.send('PATCH', path, { body: { name: `Name ${index}` }, headers: { 'if-match': etag } }),
    ),
  )
  const winners = changes.filter(({ status }) => status === 200)
  assert.equal(winners.length, 1)
  const current = winners[0]?.body.version
  for (const loser of changes.filter(({ status }) => status !== 200)) {
    assert.equal(loser.status, 412)
    assert.equal(loser.body.code, 'versionMismatch')
    assert.equal(loser.body.currentVersion, current)
  }
  const stale = await admin.send('PATCH', path, { body: { name: 'Late' }, headers: { 'if-match': '"abc"' } })
  assert.equal(stale.status, 412)
  assert.equal(stale.body.currentVersion, current)
  const any = await admin.send('PATCH', path, { body: { name: 'Any' }, headers: { 'if-match': '*' } })
  assert.equal(any.status, 200)
})

test('changes of one organization at once without If-Match all happen', async () => {
  await admin.createOrganization('busy')
  const changes = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      admin.send('PATCH', '/api/v1/organizations/busy', { body: { name: `Name ${index}` } }),
    ),
  )
  assert.deepEqual(
    changes.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  )
})

test('a change to what already is changes nothing, not even the version', async () => {
  await admin.createOrganization('same')
  const before_ = await admin.send('GET', '/api/v1/organizations/same')
  const after_ = await admin.send('PATCH', '/api/v1/organizations/same', { body: { name: 'same' } })
  assert.deepEqual(after_.body, before_.body)
})

test('whoever has the version already gets 304 without a body', async () => {
  await admin.createOrganization('cached')
  const first = await admin.send('GET', '/api/v1/organizations/cached')
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
  const second = await admin.send('GET', '/api/v1/organizations/cached', { headers })
  assert.equal(second.status, 304)
  assert.equal(second.body, undefined)
})

test('CON-D4: lists go on by an opaque signed cursor, 200 at most, and count only when asked', async () => {
  const { key } = await admin.createOrganization('paged')
  const path = '/api/v1/organizations/paged/service-accounts'
  for (let index = 0; index < 5; index++) await admin.send('POST', path, { key, body: { name: `account ${index}` } })
  const names: string[] = []
  let after_ = ''
  while (true) {
    const { body } = await admin.send('GET', `${path}?limit=2${after_}`, { key })
    names.push(...body.data.map(({ name }: { name: string }) => name))
    assert.equal(body.hasMore, body.nextCursor !== null)
    assert.equal('total' in body, false)
    if (body.nextCursor === null) break
    after_ = `&cursor=${body.nextCursor}`
  }
  assert.deepEqual(names, ['account 0', 'account 1', 'account 2', 'account 3', 'account 4'])
  assert.equal((await admin.send('GET', `${path}?limit=1&total=true`, { key })).body.total, 5)
  for (const limit of ['0', '201', '1.5', 'x', ''])
    assert.equal((await admin.send('GET', `${path}?limit=${limit}`, { key })).status, 400, limit)
})

test('a cursor that was changed, or of another list, organization or filter, is refused', async () => {
  const { key } = await admin.createOrganization('cursors')
  const other = await admin.createOrganization('cursors-other')
  const path = '/api/v1/organizations/cursors'
  for (const name of ['a', 'b', 'c'])
    await admin.send('POST', `${path}/keys`, { key, body: { scopes: ['scim'], name } })
  const { nextCursor } = (await admin.send('GET', `${path}/keys?limit=1`, { key })).body
  const flipped = nextCursor.slice(0, -4) + (nextCursor.endsWith('AAAA') ? 'BBBB' : 'AAAA')
  const wrong = [
    [`${path}/keys?cursor=${flipped}`, key],
    [`${path}/keys?cursor=x`, key],
    [`${path}/keys?revoked=true&cursor=${nextCursor}`, key],
    [`${path}/connections?cursor=${nextCursor}`, key],
    [`/api/v1/organizations/cursors-other/keys?cursor=${nextCursor}`, other.key],
  ] as const
  for (const [url, with_] of wrong) {
    const refused = await admin.send('GET', url, { key: with_ })
    assert.equal(refused.body.code, 'invalidCursor', url)
  }
  assert.equal((await admin.send('GET', `${path}/keys?limit=3&cursor=${nextCursor}`, { key })).status, 200)
})
