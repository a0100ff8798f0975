import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, messageUrns } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import {
  type Answer,
  type ProviderFactory,
  assertError,
  connect,
  enterpriseUrn,
  groupUrn,
  listOf,
  toUser,
} from './provider.ts'

const post = (bulkId: string, userName: string, more = {}): Json => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: toUser(userName, more),
})

const postGroup = (bulkId: string, displayName: string, memberIds: readonly string[] = []): Json => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: [groupUrn], displayName, members: memberIds.map((value) => ({ value })) },
})

const statuses = (answer: Answer) =>
  listOf(answer.at('Operations')).map((_, index) => answer.at('Operations', index, 'status'))

const idOf = (answer: Answer, index: number) => {
  const location = String(answer.at('Operations', index, 'location'))
  return location.slice(location.lastIndexOf('/') + 1)
}

/** Bulk operations (RFC 7644 §3.7). */
export function bulkCases(makeProvider: ProviderFactory): void {
  test('TRAP-G1: a reference to a later operation is resolved, and answers keep the order of the request', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.bulk([postGroup('g', 'Tour Guides', ['bulkId:u']), post('u', 'Alice')])
    assert.deepEqual(statuses(answer), ['201', '201'])
    assert.deepEqual([answer.at('Operations', 0, 'bulkId'), answer.at('Operations', 1, 'bulkId')], ['g', 'u'])
    assert.deepEqual(await scim.members(idOf(answer, 0)), [idOf(answer, 1)])
  })

  test('TRAP-G2: two groups that contain each other are both created', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.bulk([
      postGroup('qwerty', 'Group A', ['bulkId:ytrewq']),
      postGroup('ytrewq', 'Group B', ['bulkId:qwerty']),
    ])
    assert.deepEqual(statuses(answer), ['201', '201'], answer.text)
    assert.deepEqual(await scim.members(idOf(answer, 0)), [idOf(answer, 1)])
    assert.deepEqual(await scim.members(idOf(answer, 1)), [idOf(answer, 0)])
    const version = (await scim.get(`/Groups/${idOf(answer, 0)}`)).at('meta', 'version')
    assert.equal(answer.at('Operations', 0, 'version'), version)
  })

  test('a circle of managers is created; one that fails leaves nothing of the circle', async () => {
    const scim = await connect(makeProvider)
    const manager = (bulkId: string) => ({ [enterpriseUrn]: { manager: { value: `bulkId:${bulkId}` } } })
    const answer = await scim.bulk([post('a', 'a', manager('b')), post('b', 'b', manager('a'))])
    assert.deepEqual(statuses(answer), ['201', '201'], answer.text)
    const a = await scim.get(`/Users/${idOf(answer, 0)}`)
    assert.equal(a.at(enterpriseUrn, 'manager', 'value'), idOf(answer, 1))
    const failing = await scim.bulk([post('c', 'c', manager('d')), post('d', 'A', manager('c')), post('e', 'e')])
    assert.deepEqual(statuses(failing), ['409', '409', '201'], failing.text)
    assert.deepEqual(await scim.find('/Users', 'userName eq "c"'), [])
  })

  test('TRAP-G3: references are resolved in paths, $ref and PATCH values, and never in free text', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.bulk([
      post('u', 'u', { displayName: 'bulkId:u', title: 'bulkId:none' }),
      postGroup('g', 'G'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: {
          schemas: [messageUrns.patchOp],
          Operations: [{ op: 'add', path: 'members', value: [{ $ref: '../Users/bulkId:u', value: 'bulkId:u' }] }],
        },
      },
      post('v', 'v', { [enterpriseUrn]: { manager: { value: 'bulkId:u' } } }),
      { method: 'PUT', path: '/Users/bulkId:v', data: toUser('w', { [enterpriseUrn]: { manager: 'bulkId:u' } }) },
    ])
    assert.deepEqual(statuses(answer), ['201', '201', '204', '201', '200'], answer.text)
    const user = idOf(answer, 0)
    const read = await scim.get(`/Users/${user}`)
    assert.deepEqual([read.at('displayName'), read.at('title')], ['bulkId:u', 'bulkId:none'])
    assert.deepEqual(await scim.members(idOf(answer, 1)), [user])
    const put = await scim.get(`/Users/${idOf(answer, 3)}`)
    assert.deepEqual([put.at('userName'), put.at(enterpriseUrn, 'manager', 'value')], ['w', user])
    const removal = { op: 'remove', path: 'members[value eq "bulkId:x"]' }
    const second = await scim.bulk([
      post('x', 'x'),
      {
        method: 'PATCH',
        path: `/Groups/${idOf(answer, 1)}`,
        data: {
          schemas: [messageUrns.patchOp],
          Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:x' }] }, removal],
        },
      },
      { method: 'DELETE', path: '/Users/bulkId:x' },
    ])
    assert.deepEqual(statuses(second), ['201', '204', '204'], second.text)
    assert.deepEqual(await scim.members(idOf(answer, 1)), [user])
    assertError(await scim.get(`/Users/${idOf(second, 0)}`), 404)
  })

  test('TRAP-G4: an unknown bulkId, or one whose POST failed, fails the operation and stores nothing', async () => {
    const scim = await connect(makeProvider)
    await scim.user('taken')
    const answer = await scim.bulk([
      postGroup('g1', 'G1', ['bulkId:nobody']),
      post('u', 'TAKEN'),
      postGroup('g2', 'G2', ['bulkId:u']),
      { method: 'DELETE', path: '/Users/bulkId:u' },
    ])
    assert.deepEqual(statuses(answer), ['400', '409', '409', '409'], answer.text)
    assert.equal((await scim.get('/Groups')).at('totalResults'), 0)
    assert.equal(answer.at('Operations', 0, 'location'), undefined)
  })

  test('TRAP-G5: failOnErrors stops after that many errors; what was done stays', async () => {
    const scim = await connect(makeProvider)
    const operations = [post('a', 'a'), post('b', 'a'), post('c', 'c'), post('d', 'A'), post('e', 'e'), post('f', 'f')]
    const two = await scim.bulk(operations, { failOnErrors: 2 })
    assert.deepEqual(statuses(two), ['201', '409', '201', '409'])
    assert.deepEqual(await scim.find('/Users', 'userName pr'), ['a', 'c'])
    const one = await scim.bulk([{ method: 'DELETE', path: '/Users/none' }, post('g', 'g')], { failOnErrors: 1 })
    assert.deepEqual(statuses(one), ['404'])
    const never = await scim.bulk(operations)
    assert.deepEqual(statuses(never), ['409', '409', '409', '409', '201', '201'])
    assertError(await scim.bulk(operations, { failOnErrors: 0 }), 400, 'invalidValue')
  })

  test('TRAP-G6: the answer has the shape of the RFC', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('old')
    const answer = await scim.bulk([
      post('a', 'a'),
      { method: 'PUT', path: `/Users/${user}`, data: toUser('new') },
      {
        method: 'PATCH',
        path: '/Users/none',
        data: { schemas: [messageUrns.patchOp], Operations: [{ op: 'remove', path: 'title' }] },
      },
      { method: 'DELETE', path: `/Users/${user}` },
      post('b', 'a'),
    ])
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/scim+json')
    assert.deepEqual(answer.at('schemas'), [messageUrns.bulkResponse])
    const { baseUrl } = scim.provider
    const [created, replaced, missing, deleted, refused] = listOf(answer.at('Operations'))
    const version = (await scim.get(`/Users/${idOf(answer, 0)}`)).at('meta', 'version')
    assert.deepEqual(created, {
      method: 'POST',
      bulkId: 'a',
      version,
      location: `${baseUrl}/Users/${idOf(answer, 0)}`,
      status: '201',
    })
    assert.equal(answer.at('Operations', 1, 'status'), '200')
    assert.match(JSON.stringify(replaced), /"version":"W\//)
    assert.deepEqual(
      [answer.at('Operations', 2, 'status'), answer.at('Operations', 2, 'location')],
      ['404', `${baseUrl}/Users/none`],
    )
    assert.deepEqual(answer.at('Operations', 2, 'response', 'schemas'), [messageUrns.error], JSON.stringify(missing))
    assert.deepEqual(deleted, { method: 'DELETE', location: `${baseUrl}/Users/${user}`, status: '204' })
    assert.equal(answer.at('Operations', 4, 'location'), undefined, JSON.stringify(refused))
    assert.equal(answer.at('Operations', 4, 'response', 'scimType'), 'uniqueness')
    assert.equal(answer.at('Operations', 4, 'bulkId'), 'b')
  })

  test('TRAP-G7: too many operations or bytes are 413 with the limit, before any work', async () => {
    const scim = await connect(makeProvider, { limits: { bulkOperationsMax: 3, bulkPayloadBytesMax: 2_000 } })
    const many = await scim.bulk(Array.from({ length: 4 }, (_, n) => post(`b${n}`, `u${n}`)))
    assertError(many, 413)
    assert.match(String(many.at('detail')), /\b3\b/)
    const large = await scim.bulk([post('a', 'a', { title: 'x'.repeat(3_000) })])
    assertError(large, 413)
    assert.match(String(large.at('detail')), /2000/)
    assert.equal((await scim.get('/Users')).at('totalResults'), 0)
  })

  test('TRAP-G8: a bulkId twice, a nested /Bulk and GET are refused; a bulkId beside PUT is echoed only', async () => {
    const scim = await connect(makeProvider)
    assertError(await scim.bulk([post('a', 'a'), post('a', 'b')]), 400, 'invalidValue')
    const user = await scim.user('u')
    const answer = await scim.bulk([
      { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} },
      { method: 'GET', path: `/Users/${user}` },
      { method: 'PUT', bulkId: 'x', path: `/Users/${user}`, data: toUser('v') },
      { method: 'POST', path: '/Users', data: toUser('w') },
      { method: 'POST', path: '/Users', bulkId: 'y' },
      'nonsense',
      { method: 'DELETE', path: '/Users' },
    ])
    assert.deepEqual(statuses(answer), ['400', '400', '200', '400', '400', '400', '400'], answer.text)
    assert.equal(answer.at('Operations', 2, 'bulkId'), 'x')
    assertError(await scim.bulk([]), 400, 'invalidSyntax')
    assertError(await scim.post('/Bulk', { schemas: [messageUrns.bulkRequest] }), 400, 'invalidSyntax')
  })

  test('TRAP-G9: the version of an operation is its If-Match', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('u')
    const version = String((await scim.get(`/Users/${user}`)).at('meta', 'version'))
    const path = `/Users/${user}`
    const data = { schemas: [messageUrns.patchOp], Operations: [{ op: 'add', path: 'title', value: 'T' }] }
    const answer = await scim.bulk([
      { method: 'PATCH', path, version: 'W/"other"', data },
      { method: 'PATCH', path, version, data },
      { method: 'PUT', path, version, data: toUser('u') },
      { method: 'DELETE', path, version },
    ])
    assert.deepEqual(statuses(answer), ['412', '200', '412', '412'], answer.text)
    assert.equal((await scim.get(path)).at('title'), 'T')
  })

  test('consecutive POSTs go to the store in batches, with failures in their places', async () => {
    const scim = await connect(makeProvider)
    await scim.user('u7')
    const { storage } = scim.provider
    const { prepareMany } = storage
    if (prepareMany === undefined) return
    const sizes: number[] = []
    storage.prepareMany = (context, type, drafts) => {
      sizes.push(drafts.length)
      return prepareMany.call(storage, context, type, drafts)
    }
    const operations = Array.from({ length: 600 }, (_, n) => post(`b${n}`, n === 9 ? '' : `u${n}`))
    const answer = await scim.bulk(operations)
    assert.deepEqual(sizes, [99, 100, 100, 100, 100, 100])
    const failed = statuses(answer).flatMap((status, index) => (status === '201' ? [] : [`${index}:${String(status)}`]))
    assert.deepEqual(failed, ['7:409', '9:400'])
    assert.equal((await scim.get('/Users?count=0')).at('totalResults'), 599)
  })

  test('a chain of 1,000 managers, each before the one it needs, is created', async () => {
    const scim = await connect(makeProvider)
    const operations = Array.from({ length: 1_000 }, (_, n) =>
      post(`b${n}`, `u${n}`, n === 999 ? {} : { [enterpriseUrn]: { manager: { value: `bulkId:b${n + 1}` } } }),
    )
    const answer = await scim.bulk(operations)
    assert.ok(statuses(answer).every((status) => status === '201'))
    const first = await scim.get(`/Users/${idOf(answer, 0)}`)
    assert.equal(first.at(enterpriseUrn, 'manager', 'value'), idOf(answer, 1))
  })
}

if (import.meta.main) bulkCases(makeMemoryProvider)
