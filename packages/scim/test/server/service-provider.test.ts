import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonObject, createRegistry, isJsonObject, messageUrns, profiles, scimError, styles } from '@rollcall/scim'
import {
  type Exchange,
  type ServiceProviderOptions,
  type ServiceSettings,
  createMemoryStorage,
  createServiceProvider,
  defaultLimits,
  toErrorResponse,
} from '@rollcall/scim/server'
import { TestClient, assertError, listOf, toUser } from './suite/provider.ts'

type Context = { readonly organization: string; readonly isReader: boolean }

const registry = createRegistry()

const toSettings = (more: Partial<ServiceSettings> = {}): ServiceSettings => ({
  registry,
  profile: profiles.default,
  style: styles.rollcall,
  baseUrl: 'https://scim.example.com/scim/v2',
  limits: defaultLimits,
  cursorSecret: new Uint8Array(32).fill(7),
  scope: 'acme',
  documentationUri: undefined,
  ...more,
})

/** A provider with keys: "acme", "reader" of the same organization, and "globex" of another one. */
function createKeyed(more: Partial<ServiceProviderOptions<Context>> = {}, settings = toSettings()) {
  const storage = createMemoryStorage<Context>({ registry, partition: ({ organization }) => organization })
  const options: ServiceProviderOptions<Context> = {
    storage,
    authenticate(request) {
      const key = request.headers.get('authorization')?.replace(/^Bearer /, '')
      if (key === 'acme' || key === 'reader') return { organization: 'acme', isReader: key === 'reader' }
      if (key === 'globex') return { organization: 'globex', isReader: false }
      throw scimError('unauthorized', 'The key is missing, unknown or revoked')
    },
    authorize(context, action) {
      if (context.isReader && action.method !== 'GET') throw scimError('forbidden', 'The key may only read')
    },
    settings: () => settings,
    ...more,
  }
  const provider = createServiceProvider(options)
  const clientOf = (key: string | undefined) =>
    new TestClient({
      baseUrl: settings.baseUrl,
      storage,
      context: undefined,
      fetch(request) {
        if (key !== undefined && !request.headers.has('authorization'))
          request.headers.set('authorization', `Bearer ${key}`)
        return provider.fetch(request)
      },
    })
  return { provider, storage, clientOf, acme: clientOf('acme') }
}

test("TRAP-H1: 401 with a challenge without a key, 403 beyond its scope, 404 for what is another organization's", async () => {
  const { clientOf, acme } = createKeyed()
  const id = await acme.user('a')
  for (const key of [undefined, 'wrong']) {
    const answer = await clientOf(key).get(`/Users/${id}`)
    assertError(answer, 401)
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
  }
  const reader = clientOf('reader')
  assert.equal((await reader.get(`/Users/${id}`)).status, 200)
  assert.equal((await reader.send('HEAD', `/Users/${id}`)).status, 200)
  assert.equal((await reader.post('/Users/.search', { schemas: [messageUrns.searchRequest] })).status, 200)
  assertError(await reader.delete(`/Users/${id}`), 403)
  assertError(await reader.bulk([{ method: 'DELETE', path: `/Users/${id}` }]), 403)
  const globex = clientOf('globex')
  assertError(await globex.get(`/Users/${id}`), 404)
  assertError(await globex.delete(`/Users/${id}`), 404)
  assert.equal((await globex.get('/Users')).at('totalResults'), 0)
})

test('TRAP-G9: what a key may is asked for every operation of a bulk request', async () => {
  const { acme } = createKeyed({
    authorize(_, action) {
      if (action.type === 'Group') throw scimError('forbidden', 'The key may not touch groups')
    },
  })
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'G' }
  const answer = await acme.bulk([
    { method: 'POST', path: '/Users', bulkId: 'u', data: toUser('a') },
    { method: 'POST', path: '/Groups', bulkId: 'g', data: group },
    { method: 'POST', path: '/Groups', bulkId: 'h', data: group },
    { method: 'DELETE', path: '/Groups/x' },
  ])
  const statuses = listOf(answer.at('Operations')).map((_, index) => answer.at('Operations', index, 'status'))
  assert.deepEqual(statuses, ['201', '403', '403', '403'])
})

test('AC-O2: a token that is none is 401 with detail and status "401"', async () => {
  const { acme } = createKeyed()
  const answer = await acme.get('/Users', { authorization: 'non-token' })
  assertError(answer, 401)
  assert.notEqual(answer.at('detail'), '')
})

test('AC-O1: the twelve steps of the SPEC suite of Okta', async () => {
  const { acme } = createKeyed()
  const headers = { accept: 'application/scim+json', 'content-type': 'application/scim+json; charset=utf-8' }
  const toOktaUser = (userName: string): JsonObject =>
    toUser(userName, {
      name: { familyName: 'Family', givenName: 'Given' },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Given Family',
      active: true,
    })
  await acme.post('/Users', toOktaUser('first@atko.com'))
  const one = await acme.get('/Users?count=1&startIndex=1', headers)
  assert.equal(one.status, 200)
  assert.deepEqual(one.at('schemas'), [messageUrns.listResponse])
  for (const name of ['itemsPerPage', 'startIndex', 'totalResults']) assert.equal(typeof one.at(name), 'number')
  const first = one.at('Resources', 0)
  const id = isJsonObject(first) ? String(first['id']) : ''
  const two = await acme.get(`/Users/${id}`, headers)
  assert.deepEqual([two.status, two.id()], [200, id])
  for (const answer of [
    two.at('name', 'familyName'),
    two.at('name', 'givenName'),
    two.at('userName'),
    two.at('emails', 0, 'value'),
  ])
    assert.ok(typeof answer === 'string' && answer !== '')
  const three = await acme.get('/Users?filter=userName%20eq%20%22abcdefgh%40atko.com%22', headers)
  assert.deepEqual([three.status, three.at('totalResults')], [200, 0])
  assertError(await acme.get('/Users/010101001010101011001010101011', headers), 404)
  const five = await acme.get('/Users?filter=userName%20eq%20%22Runscope300x%40atko.com%22', headers)
  assert.deepEqual([five.status, five.at('totalResults')], [200, 0])
  const sent = toOktaUser('Runscope300x@atko.com')
  const json = { 'content-type': 'application/json', accept: 'application/scim+json; charset=utf-8' }
  const six = await acme.post('/Users', sent, json)
  assert.equal(six.status, 201)
  for (const name of ['userName', 'name', 'emails', 'displayName', 'active', 'schemas'])
    assert.deepEqual(six.at(name), sent[name])
  assert.deepEqual((await acme.get(`/Users/${six.id()}`, headers)).json, six.json)
  assertError(await acme.post('/Users', sent, json), 409, 'uniqueness')
  const nine = await acme.get('/Users?filter=userName%20eq%20%22RUNSCOPE300X%40ATKO.COM%22', headers)
  assert.deepEqual([nine.status, nine.at('totalResults')], [200, 1])
  const startedAt = performance.now()
  assert.equal((await acme.get('/Groups', headers)).status, 200)
  assert.ok(performance.now() - startedAt < 600)
  assertError(await acme.get('/Users', { ...headers, authorization: 'non-token' }), 401)
  assertError(await acme.get('/Groups/00919288221112222', headers), 404)
})

test('serve takes the path below the base and a caller who is known', async () => {
  const { provider } = createKeyed()
  const context = { organization: 'acme', isReader: false }
  const settings = toSettings({ baseUrl: 'https://public.example/o/acme/scim/v2' })
  const request = new Request('http://internal/whatever', {
    method: 'POST',
    body: JSON.stringify(toUser('a')),
    headers: { 'content-type': 'application/scim+json' },
  })
  const response = await provider.serve(request, { path: '/Users?attributes=userName', context, settings })
  assert.equal(response.status, 201)
  assert.match(response.headers.get('location') ?? '', /^https:\/\/public\.example\/o\/acme\/scim\/v2\/Users\//)
  assert.deepEqual(Object.keys(JSON.parse(await response.text())).toSorted(), ['id', 'schemas', 'userName'])
})

test('a request refused before it is known whose it is has an exchange too', async () => {
  const exchanges: (readonly [Exchange, Context | undefined])[] = []
  const { clientOf } = createKeyed({ onExchange: (exchange, context) => exchanges.push([exchange, context]) })
  await clientOf(undefined).get('/Users?count=1')
  const [exchange, context] = exchanges[0] ?? []
  assert.deepEqual([exchange?.status, exchange?.path, context], [401, '/scim/v2/Users?count=1', undefined])
})

test('a path outside of the base is 404', async () => {
  const { provider } = createKeyed()
  const headers = { authorization: 'Bearer acme' }
  for (const path of ['/', '/scim/v2x/Users', '/Users', '/scim']) {
    const response = await provider.fetch(new Request(`https://scim.example.com${path}`, { headers }))
    assert.equal(response.status, 404, path)
  }
})

test('a soft PUT keeps what it does not mention', async () => {
  const { acme } = createKeyed({}, toSettings({ softPut: true }))
  const id = await acme.user('a', { title: 'T' })
  const answer = await acme.put(`/Users/${id}`, toUser('b'))
  assert.deepEqual([answer.at('userName'), answer.at('title')], ['b', 'T'])
  const group = await acme.group('G', [id])
  await acme.put(`/Groups/${group}`, { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'H' })
  assert.deepEqual(await acme.members(group), [id])
})

test('a style with single filters refuses longer ones', async () => {
  const { acme } = createKeyed({}, toSettings({ style: { ...styles.rollcall, singleFilterOnly: true } }))
  assert.equal((await acme.list('/Users', { filter: 'userName eq "a"' })).status, 200)
  assertError(await acme.list('/Users', { filter: 'userName eq "a" and active eq true' }), 400, 'invalidFilter')
  assertError(await acme.list('/Users', { filter: 'userName sw "a"' }), 400, 'invalidFilter')
})

test('a store without prepareMany and transaction serves bulk requests, and takes a broken circle back', async () => {
  const { storage, acme } = createKeyed()
  delete storage.prepareMany
  delete storage.transaction
  const group = (bulkId: string, displayName: string, member: string) => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName,
      members: [{ value: `bulkId:${member}` }],
    },
  })
  const good = await acme.bulk([group('a', 'A', 'b'), group('b', 'B', 'a')])
  assert.deepEqual([good.at('Operations', 0, 'status'), good.at('Operations', 1, 'status')], ['201', '201'])
  const bad = await acme.bulk([
    group('c', 'C', 'd'),
    { ...group('d', 'D', 'c'), data: { ...group('d', 'D', 'c').data, displayName: '' } },
  ])
  assert.deepEqual([bad.at('Operations', 0, 'status'), bad.at('Operations', 1, 'status')], ['409', '400'])
  assert.equal((await acme.get('/Groups')).at('totalResults'), 2)
})

test('an update that is stale again and again is 503 with Retry-After', async () => {
  const { storage, acme } = createKeyed()
  const id = await acme.user('a')
  let attempts = 0
  storage.update = async () => {
    attempts++
    return { kind: 'stale' }
  }
  const answer = await acme.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'T' }])
  assertError(answer, 503)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal(attempts, 10)
})

test('an update that loses a race is computed again from what the winner left', async () => {
  const { storage, acme } = createKeyed()
  const id = await acme.user('a')
  const { update } = storage
  let isFirst = true
  storage.update = async (context, type, resourceId, change) => {
    if (isFirst) {
      isFirst = false
      await acme.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: 'N' }])
    }
    return update.call(storage, context, type, resourceId, change)
  }
  const answer = await acme.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'T' }])
  assert.deepEqual([answer.status, answer.at('title'), answer.at('nickName')], [200, 'T', 'N'])
})

test('toErrorResponse hides what is no SCIM error', async () => {
  const response = toErrorResponse(new Error('secret'))
  assert.equal(response.status, 500)
  assert.doesNotMatch(await response.text(), /secret/)
})
