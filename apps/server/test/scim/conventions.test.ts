import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('conventions')
})
after(() => server.close())

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const person = (userName: string) => ({
  schemas: [userUrn],
  userName,
  externalId: `ext-${userName}`,
  emails: [{ type: 'work', value: `${userName}@acme.example`, primary: true }],
})
const find = (filter: string, more = '') => acme.scim('GET', `/Users?filter=${encodeURIComponent(filter)}${more}`)
const patch = (path: string, ...operations: readonly unknown[]) =>
  acme.scim('PATCH', path, { schemas: [patchUrn], Operations: operations })

test('CON-E3: the look-ups of identity providers find one person each, with right totals', async () => {
  for (const name of ['e3-ann', 'e3-bob', 'e3-cid'])
    assert.equal((await acme.scim('POST', '/Users', person(name))).status, 201)
  for (const filter of [
    'userName eq "E3-ANN"',
    'externalId eq "ext-e3-ann"',
    'emails[type eq "work"].value eq "E3-ann@ACME.example"',
    'emails[type eq "work" and value eq "e3-ann@acme.example"]',
  ]) {
    const { status, body } = await find(filter, '&startIndex=1&count=100')
    assert.deepEqual([status, body.totalResults, body.Resources[0]?.userName], [200, 1, 'e3-ann'], filter)
  }
  const second = await find('userName sw "e3-"', '&startIndex=2&count=1')
  assert.deepEqual([second.body.totalResults, second.body.startIndex, second.body.itemsPerPage], [3, 2, 1])
  assert.equal(second.body.Resources[0]?.userName, 'e3-bob')
  const none = await find('userName sw "e3-"', '&count=0')
  assert.deepEqual([none.body.totalResults, none.body.itemsPerPage, none.body.Resources ?? []], [3, 0, []])
})

test('CON-E4: PATCH takes the shapes of Entra ID and Okta, and adding what is there changes nothing', async () => {
  const { body: user } = await acme.scim('POST', '/Users', person('e4-dan'))
  const { body: group } = await acme.scim('POST', '/Groups', { schemas: [groupUrn], displayName: 'E4' })
  const off = await patch(`/Users/${user.id}`, { op: 'Replace', path: 'active', value: 'False' })
  assert.deepEqual([off.status, off.body.active], [200, false])
  const on = await patch(`/Users/${user.id}`, { op: 'replace', value: { active: true } })
  assert.deepEqual([on.status, on.body.active], [200, true])

  const add = { op: 'Add', path: 'members', value: [{ value: user.id }] }
  assert.equal((await patch(`/Groups/${group.id}`, add)).status, 204)
  const before = await acme.scim('GET', `/Groups/${group.id}`)
  assert.match(before.text, new RegExp(`"value":"${user.id}"`))
  assert.equal((await patch(`/Groups/${group.id}`, add)).status, 204)
  assert.equal((await acme.scim('GET', `/Groups/${group.id}`)).body.meta.version, before.body.meta.version)
  const remove = { op: 'remove', path: `members[value eq "${user.id}"]` }
  assert.equal((await patch(`/Groups/${group.id}`, remove)).status, 204)
  assert.doesNotMatch((await acme.scim('GET', `/Groups/${group.id}`)).text, new RegExp(user.id))
})

test('CON-E5: cursors page through everybody once, and ServiceProviderConfig says so', async () => {
  const tenant = await server.createTenant('e5')
  for (let n = 0; n < 7; n++) await tenant.scim('POST', '/Users', person(`e5-${n}`))
  const seen: string[] = []
  let cursor: string | undefined = ''
  let pages = 0
  while (cursor !== undefined) {
    const { status, text } = await tenant.scim('GET', `/Users?cursor=${cursor}&count=3`)
    assert.equal(status, 200)
    const page = JSON.parse(text)
    assert.equal('totalResults' in page, false)
    seen.push(...page.Resources.map((resource: { readonly userName: string }) => resource.userName))
    cursor = page.nextCursor
    assert.ok(++pages <= 3)
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 7 }, (_, n) => `e5-${n}`),
  )
  const { text } = await tenant.scim('GET', '/ServiceProviderConfig')
  const { pagination } = JSON.parse(text)
  assert.deepEqual([pagination.cursor, pagination.index], [true, true])
})

test('CON-E8: a duplicate is 409 uniqueness, a wrong key comes before a wrong id, 201 carries Location and a weak ETag', async () => {
  const created = await acme.scim('POST', '/Users', person('e8-eve'))
  assert.equal(created.headers.get('location'), created.body.meta.location)
  assert.match(created.headers.get('etag') ?? '', /^W\/"/)
  assert.equal(created.headers.get('etag'), created.body.meta.version)
  const again = await acme.scim('POST', '/Users', person('E8-EVE'))
  assert.deepEqual([again.status, again.body.scimType, again.body.status], [409, 'uniqueness', '409'])
  const stranger = { authorization: 'Bearer nobody' }
  assert.equal((await acme.scim('GET', '/Users/nobody', undefined, stranger)).status, 401)
  assert.equal((await acme.scim('GET', '/Users/nobody')).status, 404)
})

test('CON-E9: what suspending and deleting mean is written down for each identity provider, and holds', async () => {
  const guide = (name: string) =>
    readFileSync(new URL(`../../../../docs/setup/${name}.en.md`, import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')
  for (const name of ['okta', 'entra', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic'])
    assert.match(guide(name), /active: (?:false|False)` \| suspended[:;]/, name)
  assert.match(
    guide('okta'),
    /unassign or deactivate \| `PATCH \/ PUT active: false` \| suspended: .*Okta never deletes a person/,
  )
  assert.match(guide('entra'), /delete for good \(30 days later\) \| `DELETE \/Users\/\{id\}` \| deprovisioned: 404/)

  const { body: user } = await acme.scim('POST', '/Users', person('e9-fay'))
  await patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: false })
  assert.equal((await acme.scim('GET', `/Users/${user.id}`)).body.active, false)
  assert.equal((await find('userName eq "e9-fay"')).body.totalResults, 1)
  assert.equal((await acme.scim('DELETE', `/Users/${user.id}`)).status, 204)
  assert.equal((await acme.scim('GET', `/Users/${user.id}`)).status, 404)
  assert.equal((await find('userName eq "e9-fay"')).body.totalResults, 0)
})
