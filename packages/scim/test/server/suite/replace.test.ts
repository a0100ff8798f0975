import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, assertError, connect, enterpriseUrn, listNames, listOf, toUser } from './provider.ts'

/** PUT, DELETE and versions (RFC 7644 §3.5.1, §3.6 and §3.14). */
export function replaceCases(makeProvider: ProviderFactory): void {
  test('TRAP-E1: readOnly attributes of a PUT are ignored', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const before = await scim.get(`/Users/${id}`)
    const answer = await scim.put(
      `/Users/${id}`,
      toUser('a', { id: 'other', meta: { created: '2001-01-01T00:00:00Z' }, groups: [{ value: 'g' }], title: 'T' }),
    )
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.id(), id)
    assert.equal(answer.at('meta', 'created'), before.at('meta', 'created'))
    assert.equal(answer.at('groups'), undefined)
    assert.equal(answer.at('title'), 'T')
  })

  test('TRAP-E2: a PUT clears what it leaves out, but never revives a leaver', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { title: 'T', active: false, [enterpriseUrn]: { department: 'D' } })
    const answer = await scim.put(`/Users/${id}`, toUser('a', { nickName: 'N' }))
    assert.equal(answer.at('title'), undefined)
    assert.equal(answer.at(enterpriseUrn), undefined)
    assert.equal(answer.at('active'), false)
    assert.equal((await scim.post('/Users', toUser('b'))).at('active'), true)
  })

  test('TRAP-E3: a PUT on an unknown id is 404 and creates nothing', async () => {
    const scim = await connect(makeProvider)
    assertError(await scim.put(`/Users/${crypto.randomUUID()}`, toUser('a')), 404)
    assert.equal((await scim.get('/Users')).at('totalResults'), 0)
  })

  test('TRAP-E4: If-Match and If-None-Match hold for GET, PUT, PATCH and DELETE, with lists, * and weak comparison', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const path = `/Users/${id}`
    const etag = String((await scim.get(path)).headers.get('etag'))
    const strong = etag.replace('W/', '')
    assert.match(etag, /^W\/"[^"]+"$/)
    for (const header of [etag, strong, `"x", ${etag}`, '*']) {
      const answer = await scim.get(path, { 'if-none-match': header })
      assert.deepEqual([answer.status, answer.text, answer.headers.get('etag')], [304, '', etag], header)
    }
    assert.equal((await scim.get(path, { 'if-none-match': 'W/"x"' })).status, 200)
    const operations = [{ op: 'replace', path: 'title', value: 'T' }]
    for (const headers of [{ 'if-match': 'W/"x", "y"' }, { 'if-none-match': '*' }, { 'if-none-match': etag }]) {
      assertError(await scim.put(path, toUser('a', { title: 'T' }), headers), 412)
      assertError(await scim.patch(path, operations, headers), 412)
      assertError(await scim.delete(path, headers), 412)
    }
    assert.equal((await scim.get(path)).headers.get('etag'), etag)
    const patched = await scim.patch(path, operations, { 'if-match': `"x", ${strong}` })
    assert.equal(patched.status, 200)
    assertError(await scim.patch(path, operations, { 'if-match': etag }), 412)
    const put = await scim.put(path, toUser('a'), { 'if-match': '*' })
    assert.equal(put.status, 200)
    assertError(await scim.delete(path, { 'if-match': etag }), 412)
    assert.equal((await scim.delete(path, { 'if-match': String(put.headers.get('etag')) })).status, 204)
    assertError(await scim.delete(path, { 'if-match': '*' }), 404)
  })

  test('TRAP-E5: a write that changes nothing keeps version and lastModified', async () => {
    const scim = await connect(makeProvider)
    const user = toUser('a', { title: 'T', emails: [{ value: 'a@example.com', type: 'work' }] })
    const created = await scim.post('/Users', user)
    const path = `/Users/${created.id()}`
    const put = await scim.put(path, created.json ?? null)
    assert.deepEqual(put.json, created.json)
    const patched = await scim.patch(path, [{ op: 'replace', path: 'title', value: 'T' }])
    assert.deepEqual(patched.json, created.json)
    const member = created.id()
    const group = await scim.group('G', [member])
    const before = await scim.get(`/Groups/${group}`)
    await scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: member }] }])
    await scim.put(`/Groups/${group}`, before.json ?? null)
    assert.deepEqual((await scim.get(`/Groups/${group}`)).json, before.json)
  })

  test('TRAP-E3: a PUT without schemas is 400 and a good one 404 where nothing is', async () => {
    const scim = await connect(makeProvider)
    for (const path of ['/Users/nobody', '/Groups/nothing']) {
      assertError(await scim.put(path, { userName: 'a', displayName: 'A' }), 400, 'invalidSyntax')
      assertError(await scim.put(path, { schemas: ['urn:example:other'] }), 400, 'invalidSyntax')
    }
    assertError(await scim.put('/Users/nobody', toUser('a')), 404)
  })

  test('TRAP-E6: after DELETE everything is 404, the name is free, lists and members forget', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const path = `/Users/${id}`
    const group = await scim.group('G', [id])
    const deleted = await scim.delete(path)
    assert.deepEqual([deleted.status, deleted.text], [204, ''])
    assertError(await scim.get(path), 404)
    assertError(await scim.put(path, toUser('a')), 404)
    assertError(await scim.patch(path, [{ op: 'replace', path: 'title', value: 'T' }]), 404)
    assertError(await scim.delete(path), 404)
    assert.equal((await scim.get('/Users')).at('totalResults'), 0)
    assert.deepEqual(await scim.members(group), [])
    const again = await scim.post('/Users', toUser('a'))
    assert.equal(again.status, 201)
    assert.notEqual(again.id(), id)
  })

  test('TRAP-E7: somebody who comes back with the same externalId gets a new id; inactive is not deleted', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { externalId: 'E1' })
    await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    assert.equal((await scim.get(`/Users/${id}`)).status, 200)
    await scim.delete(`/Users/${id}`)
    const again = await scim.user('a', { externalId: 'E1' })
    assert.notEqual(again, id)
    assertError(await scim.get(`/Users/${id}`), 404)
  })

  test('TRAP-E8: a POST that meets an inactive user of the same name is 409 and leaves him as he is', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { externalId: 'E1', active: false })
    assertError(await scim.post('/Users', toUser('a', { externalId: 'E1', active: true })), 409, 'uniqueness')
    assert.equal((await scim.get(`/Users/${id}`)).at('active'), false)
  })

  test('TRAP-E9: the ETag header is byte-equal to meta.version, and lists carry versions', async () => {
    const scim = await connect(makeProvider)
    const created = await scim.post('/Users', toUser('a'))
    const read = await scim.get(`/Users/${created.id()}`)
    assert.equal(created.headers.get('etag'), created.at('meta', 'version'))
    assert.equal(read.headers.get('etag'), read.at('meta', 'version'))
    assert.equal((await scim.get('/Users')).at('Resources', 0, 'meta', 'version'), read.at('meta', 'version'))
    const changed = await scim.patch(`/Users/${created.id()}`, [{ op: 'add', path: 'title', value: 'T' }])
    assert.notEqual(changed.headers.get('etag'), read.headers.get('etag'))
    assert.equal(changed.headers.get('etag'), changed.at('meta', 'version'))
  })

  test('AC-O8: GET then PUT with what was read is 200, readOnly parts ignored', async () => {
    const scim = await connect(makeProvider, { profile: 'okta' })
    const id = await scim.user('test.user@okta.local', { displayName: 'Test', active: true })
    await scim.group('G', [id])
    const read = await scim.get(`/Users/${id}`)
    assert.equal(listOf(read.at('groups')).length, 1)
    const body = isJsonObject(read.json) ? { ...read.json, displayName: 'Other', urnUnknown: 'x' } : {}
    const answer = await scim.put(`/Users/${id}`, body)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.at('displayName'), 'Other')
    assert.deepEqual(answer.at('groups'), read.at('groups'))
  })

  test('AC-O22: pushing empty values gives no error and unassigns', async () => {
    const scim = await connect(makeProvider, { profile: 'okta' })
    const id = await scim.user('a', { title: 'T' })
    const answer = await scim.put(`/Users/${id}`, toUser('a', { title: '', nickName: '' }))
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.at('title'), undefined)
    assert.deepEqual(await scim.find('/Users', 'title pr or nickName pr'), [])
  })

  test('AC-G19: under style github a PUT must be complete, and what it leaves out is removed', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    const headers = { 'user-agent': 'GitHub-client' }
    const whole = toUser('mona', {
      externalId: 'e1',
      active: true,
      displayName: 'Mona',
      emails: [{ value: 'm@example.com', type: 'work', primary: true }],
    })
    const created = await scim.post('/Users', { ...whole, roles: [{ value: 'user' }] }, headers)
    const { displayName: _, ...partial } = whole
    const refused = await scim.put(`/Users/${created.id()}`, partial, headers)
    assertError(refused, 400, 'invalidValue')
    assert.match(String(refused.at('detail')), /displayName/)
    const answer = await scim.put(`/Users/${created.id()}`, whole, headers)
    assert.equal(answer.status, 200)
    assert.equal(answer.at('roles'), undefined)
  })

  test('parallel PUTs of one user leave one of the bodies whole', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const bodies = [1, 2, 3, 4].map((n) => toUser('a', { title: `t${n}`, nickName: `t${n}` }))
    const answers = await Promise.all(bodies.map((body) => scim.put(`/Users/${id}`, body)))
    for (const answer of answers) assert.equal(answer.status, 200)
    const after = await scim.get(`/Users/${id}`)
    assert.equal(after.at('title'), after.at('nickName'))
    assert.deepEqual(listNames(await scim.get('/Users')), ['a'])
  })
}

if (import.meta.main) replaceCases(makeMemoryProvider)
