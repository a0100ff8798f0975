import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, messageUrns } from '@rollcall/scim'
import { badge, badgeRegistry } from './badge-registry.ts'
import { makeMemoryProvider } from './memory-provider.ts'
import {
  type ProviderFactory,
  assertError,
  connect,
  enterpriseUrn,
  groupUrn,
  listOf,
  toUser,
  userUrn,
} from './provider.ts'

/** Discovery (RFC 7644 §4, RFC 7643 §5–§7). */
export function discoveryCases(makeProvider: ProviderFactory): void {
  test('TRAP-C15: discovery is ListResponses with locations, ignores sorting and paging, and refuses a filter', async () => {
    const scim = await connect(makeProvider)
    for (const path of ['/ResourceTypes', '/Schemas']) {
      const answer = await scim.get(`${path}?startIndex=2&count=1&sortBy=id&attributes=id`)
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.at('schemas'), [messageUrns.listResponse])
      const resources = listOf(answer.at('Resources'))
      assert.equal(answer.at('totalResults'), resources.length)
      assert.equal(answer.at('itemsPerPage'), resources.length)
      for (const [index] of resources.entries()) {
        const location = String(answer.at('Resources', index, 'meta', 'location'))
        assert.ok(location.startsWith(scim.provider.baseUrl + path))
        const single = await scim.get(location.slice(scim.provider.baseUrl.length))
        assert.deepEqual(single.json, answer.at('Resources', index))
      }
      assertError(await scim.get(`${path}?filter=id%20pr`), 403)
    }
    assertError(await scim.get('/ServiceProviderConfig?filter=x%20pr'), 403)
    assertError(await scim.get('/Schemas/urn:x:y'), 404)
    assertError(await scim.get('/ResourceTypes/Nothing'), 404)
    assert.equal((await scim.get(`/Schemas/${encodeURIComponent(userUrn.toUpperCase())}`)).at('id'), userUrn)
  })

  test('TRAP-H8: every flag of the ServiceProviderConfig is what the server does', async () => {
    const scim = await connect(makeProvider)
    const config = await scim.get('/ServiceProviderConfig')
    const id = await scim.user('a', { title: 'T' })
    const path = `/Users/${id}`
    assert.equal(config.at('meta', 'location'), `${scim.provider.baseUrl}/ServiceProviderConfig`)
    const patched = await scim.patch(path, [{ op: 'remove', path: 'title' }])
    assert.equal(config.at('patch', 'supported'), patched.status === 200)
    const bulk = await scim.bulk([{ method: 'POST', path: '/Users', bulkId: 'b', data: toUser('b') }])
    assert.equal(config.at('bulk', 'supported'), bulk.status === 200)
    const found = await scim.find('/Users', 'userName eq "b"')
    assert.equal(config.at('filter', 'supported'), found.length === 1)
    const sorted = await scim.list('/Users', { sortBy: 'userName', sortOrder: 'descending' })
    assert.equal(config.at('sort', 'supported'), sorted.at('Resources', 0, 'userName') === 'b')
    const cached = await scim.get(path, { 'if-none-match': String(patched.headers.get('etag')) })
    assert.equal(config.at('etag', 'supported'), cached.status === 304)
    const cursor = await scim.get('/Users?cursor&count=1')
    assert.equal(config.at('pagination', 'cursor'), typeof cursor.at('nextCursor') === 'string')
    assert.equal(config.at('pagination', 'index'), (await scim.get('/Users?startIndex=2')).at('startIndex') === 2)
    assert.equal(config.at('pagination', 'defaultPaginationMethod'), 'index')
    assert.equal((await scim.get('/Users')).at('nextCursor'), undefined)
    assertError(
      await scim.get(`/Users?cursor&count=${Number(config.at('pagination', 'maxPageSize')) + 1}`),
      400,
      'invalidCount',
    )
    assert.equal(config.at('filter', 'maxResults'), config.at('pagination', 'maxPageSize'))
    assert.ok(listOf(config.at('authenticationSchemes')).length > 0)
  })

  test('TRAP-H8: bulk limits in the ServiceProviderConfig are those that are enforced', async () => {
    const scim = await connect(makeProvider, { limits: { bulkOperationsMax: 2, bulkPayloadBytesMax: 5_000 } })
    const config = await scim.get('/ServiceProviderConfig')
    assert.deepEqual([config.at('bulk', 'maxOperations'), config.at('bulk', 'maxPayloadSize')], [2, 5_000])
    const operation = (n: number) => ({ method: 'POST', path: '/Users', bulkId: `b${n}`, data: toUser(`u${n}`) })
    assert.equal((await scim.bulk([operation(1), operation(2)])).status, 200)
    assertError(await scim.bulk([operation(3), operation(4), operation(5)]), 413)
  })

  test('AC-E16: /Schemas and /ResourceTypes are lists in camelCase without nulls', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry })
    const schemas = await scim.get('/Schemas')
    const ids = listOf(schemas.at('Resources')).map((schema) => (isJsonObject(schema) ? schema['id'] : undefined))
    for (const urn of [userUrn, groupUrn, enterpriseUrn, badge.id]) assert.ok(ids.includes(urn))
    assert.doesNotMatch(schemas.text, /:null/)
    assert.match(schemas.text, /"multiValued":/)
    const types = await scim.get('/ResourceTypes')
    assert.doesNotMatch(types.text, /:null/)
    const user = await scim.get('/ResourceTypes/User')
    assert.deepEqual([user.at('endpoint'), user.at('schema')], ['/Users', userUrn])
    assert.deepEqual(listOf(user.at('schemaExtensions')), [
      { schema: enterpriseUrn, required: false },
      { schema: badge.id, required: false },
    ])
  })
}

if (import.meta.main) discoveryCases(makeMemoryProvider)
