import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScimError, messageUrns } from '@rollcall/scim'
import type { Exchange } from '@rollcall/scim/server'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, assertError, connect, listOf, toUser, userUrn } from './provider.ts'

const json = 'application/scim+json'

/** HTTP itself: bodies, media types, methods, errors, `/Me` (RFC 7644 §3.1, §3.8, §3.11, §3.12). */
export function httpCases(makeProvider: ProviderFactory): void {
  test('TRAP-A21: malformed bodies are invalidSyntax, other media types 415, larger ones 413, and nothing is stored', async () => {
    const scim = await connect(makeProvider, { limits: { bodyBytesMax: 2_000, jsonDepthMax: 20 } })
    const send = (raw: string | Uint8Array<ArrayBuffer>, type = json) =>
      scim.send('POST', '/Users', { raw, headers: { 'content-type': type } })
    const start = `{"schemas":["${userUrn}"],"userName":"a"`
    for (const raw of [
      '',
      ' ',
      '{',
      'junk',
      '[]',
      '"text"',
      'null',
      '5',
      `${start}`,
      `${start}}}`,
      `${start},}`,
      "{'userName':'a'}",
    ])
      assertError(await send(raw), 400, 'invalidSyntax')
    const twice = await send(`${start},"userName":"b"}`)
    assertError(twice, 400, 'invalidSyntax')
    assert.match(String(twice.at('detail')), /"userName"/)
    const nested = await send(`${start},"name":{"givenName":"a","given\\u004eame":"b"}}`)
    assertError(nested, 400, 'invalidSyntax')
    assert.match(String(nested.at('detail')), /"givenName"/)
    assertError(await send(`${start},"title":${'['.repeat(50)}${']'.repeat(50)}}`), 400, 'invalidSyntax')
    assertError(await send(`${'['.repeat(1_900)}`), 400, 'invalidSyntax')
    assertError(await send(`${start},"title":"${'x'.repeat(3_000)}"}`), 413)
    assertError(await send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])), 400, 'invalidSyntax')
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=iso-8859-1'])
      assertError(await send(`${start}}`, type), 415)
    assert.equal((await scim.get('/Users')).at('totalResults'), 0)
    const marked = await send(new TextEncoder().encode(`\ufeff${start}}`))
    assert.equal(marked.status, 201, marked.text)
  })

  test('a key twice is found though strings hold quotes, colons and braces', async () => {
    const scim = await connect(makeProvider)
    const tricky = { ...toUser('a'), title: 'say "x": {"y":1} \\" \\\\', displayName: '":' }
    const answer = await scim.post('/Users', tricky)
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.at('title'), tricky.title)
  })

  test('a body without a length is counted while it is read, and one that breaks off is an error', async () => {
    const scim = await connect(makeProvider, { limits: { bodyBytesMax: 1_000 } })
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(500).fill(0x20))
      },
    })
    assertError(await scim.send('POST', '/Users', { raw: endless, headers: { 'content-type': json } }), 413)
    assert.ok(pulled < 20)
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"schemas":'))
      },
      pull(controller) {
        controller.error(new Error('connection reset'))
      },
    })
    assertError(await scim.send('POST', '/Users', { raw: broken, headers: { 'content-type': json } }), 400)
    const whole = new ReadableStream<Uint8Array>({
      start(controller) {
        const bytes = new TextEncoder().encode(JSON.stringify(toUser('zoë')))
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const answer = await scim.send('POST', '/Users', { raw: whole, headers: { 'content-type': json } })
    assert.equal(answer.at('userName'), 'zoë')
  })

  test('TRAP-A22: every error has the SCIM form with status as text, and says nothing about the inside', async () => {
    const exchanges: Exchange[] = []
    const scim = await connect(makeProvider, { onExchange: (exchange) => exchanges.push(exchange) })
    const other = await connect(makeProvider)
    const foreign = await other.user('a')
    const unknown = await scim.get(`/Users/${crypto.randomUUID()}`)
    const theirs = await scim.get(`/Users/${foreign}`)
    assertError(unknown, 404)
    assertError(theirs, 404)
    assert.equal(
      String(unknown.at('detail')).replace(/[0-9a-f-]{36}/, 'ID'),
      String(theirs.at('detail')).replace(foreign, 'ID'),
    )
    const { storage } = scim.provider
    const { find } = storage
    storage.find = () => Promise.reject(new Error('password=secret SELECT * FROM users'))
    const broken = await scim.get(`/Users/${foreign}`)
    storage.find = find
    assertError(broken, 500)
    assert.doesNotMatch(broken.text, /secret|SELECT|at .*\.ts/)
    const told = exchanges.at(-1)?.error
    assert.ok(told instanceof ScimError && told.cause instanceof Error)
    assert.match(told.cause.message, /SELECT/)
  })

  test('TRAP-H2: /Me is the resource of the caller with its permanent Location, or 501', async () => {
    const subject: { id?: string } = {}
    const scim = await connect(makeProvider, { findSubjectId: () => subject.id })
    assertError(await scim.get('/Me'), 501)
    const id = await scim.user('me')
    subject.id = id
    const location = `${scim.provider.baseUrl}/Users/${id}`
    const read = await scim.get('/Me')
    assert.deepEqual([read.status, read.id(), read.headers.get('location')], [200, id, location])
    const patched = await scim.patch('/Me', [{ op: 'add', path: 'nickName', value: 'N' }])
    assert.deepEqual([patched.status, patched.at('nickName'), patched.headers.get('location')], [200, 'N', location])
    const put = await scim.put('/Me', toUser('me'))
    assert.deepEqual([put.status, put.at('nickName')], [200, undefined])
    assert.equal((await scim.get('/Me', { 'if-none-match': '*' })).status, 304)
    assert.equal((await scim.delete('/Me')).headers.get('location'), location)
    assertError(await scim.get('/Me'), 404)
  })

  test('TRAP-H3: unknown paths are 404, wrong methods 405 with Allow, unknown methods 501, all as SCIM errors', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    for (const path of ['/Nothing', `/Users/${id}/more`, '/Users/.search/x', '/Bulk/x', '/ServiceProviderConfig/x'])
      assertError(await scim.get(path), 404)
    const wrong: readonly (readonly [string, string, string])[] = [
      ['DELETE', '/Users', 'GET, HEAD, POST, OPTIONS'],
      ['PATCH', '/Groups', 'GET, HEAD, POST, OPTIONS'],
      ['POST', `/Users/${id}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
      ['GET', '/Bulk', 'POST, OPTIONS'],
      ['GET', '/.search', 'POST, OPTIONS'],
      ['PUT', '/Users/.search', 'POST, OPTIONS'],
      ['POST', '/', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/Schemas', 'GET, HEAD, OPTIONS'],
      ['POST', '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
    ]
    for (const [method, path, allow] of wrong) {
      const answer = await scim.send(method, path)
      assertError(answer, 405)
      assert.equal(answer.headers.get('allow'), allow)
    }
    assertError(await scim.send('PROPFIND', '/Users'), 501)
  })

  test('TRAP-H4: locations come from the configured base URL and never from the request', async () => {
    const scim = await connect(makeProvider, { baseUrl: 'https://public.example/o/acme/scim/v2' })
    const body = JSON.stringify(toUser('a'))
    const request = new Request('http://10.0.0.5:8080/o/acme/scim/v2/Users', {
      method: 'POST',
      body,
      headers: { 'content-type': json, 'x-forwarded-host': 'evil.example', host: 'evil.example' },
    })
    const response = await scim.provider.fetch(request)
    assert.equal(response.status, 201)
    assert.match(response.headers.get('location') ?? '', /^https:\/\/public\.example\/o\/acme\/scim\/v2\/Users\//)
    assert.doesNotMatch(await response.text(), /evil|10\.0\.0\.5/)
  })

  test('TRAP-H5: a missing User-Agent, slashes too many and encoded ids are accepted; a wrong case is told', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    for (const path of [`/Users/${id}/`, `//Users//${id}`, `/Users/${id.replaceAll('-', '%2D')}`, `/%55sers/${id}`])
      assert.equal((await scim.get(path)).id(), id, path)
    for (const path of ['/Users/', '//Users', '/Users?aadOptscim062020'])
      assert.equal((await scim.get(path)).at('totalResults'), 1, path)
    const lower = await scim.get(`/users/${id}`)
    assertError(lower, 404)
    assert.match(String(lower.at('detail')), /\/Users/)
    assertError(await scim.get('/Users/%E0%A4%A'), 400)
  })

  test('style github refuses a request without a User-Agent', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    assertError(await scim.get('/Users'), 403)
    assert.equal((await scim.get('/Users', { 'user-agent': 'x' })).status, 200)
  })

  test('TRAP-H9: Accept, charset, HEAD and OPTIONS', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const path = `/Users/${id}`
    const accepted = [
      json,
      'application/json',
      '*/*',
      'text/html, application/json;q=0.9',
      'application/*',
      'application/scim+json;charset=utf-8',
      'application/scim',
    ]
    for (const accept of accepted) {
      const answer = await scim.get(path, { accept })
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, json], accept)
    }
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0'])
      assertError(await scim.get(path, { accept }), 406)
    const head = await scim.send('HEAD', path)
    const get = await scim.get(path)
    assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', get.headers.get('etag')])
    assert.equal((await scim.send('HEAD', '/Users')).status, 200)
    assert.deepEqual(
      [(await scim.send('HEAD', '/Users/none')).status, (await scim.send('HEAD', '/Users/none')).text],
      [404, ''],
    )
    const options = await scim.send('OPTIONS', path)
    assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'])
  })

  test('AC-E2: every answer with a body is application/scim+json, errors too', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    const answers = [
      await scim.get('/Users'),
      await scim.get(`/Users/${id}`),
      await scim.post('/Users', toUser('b')),
      await scim.post('/Users', toUser('b')),
      await scim.get('/Users/none'),
      await scim.get('/none'),
      await scim.send('POST', '/Users', { raw: '{' }),
      await scim.get('/ServiceProviderConfig'),
      await scim.bulk([{ method: 'DELETE', path: '/Users/none' }]),
      await scim.post('/.search', { schemas: [messageUrns.searchRequest] }),
      await scim.send('POST', '/Users', { raw: '{}', headers: { 'content-type': 'text/plain' } }),
    ]
    for (const answer of answers) assert.equal(answer.headers.get('content-type'), json, answer.text)
  })

  test('AC-O21: both content types are accepted, on GET too', async () => {
    const scim = await connect(makeProvider)
    const types = [
      json,
      'application/json',
      `${json}; charset=utf-8`,
      'application/json;charset=UTF-8',
      'text/json;charset=UTF-8',
    ]
    for (const [index, type] of types.entries()) {
      const posted = await scim.post('/Users', toUser(`u${index}`), {
        'content-type': type,
        accept: `${json}; charset=utf-8`,
      })
      assert.equal(posted.status, 201, type)
      assert.equal((await scim.get('/Users', { 'content-type': type })).status, 200, type)
    }
    assert.equal((await scim.get('/Users', { 'content-type': 'application/scim' })).status, 200)
  })

  test('AC-O3: an unknown id is 404 with detail and status', async () => {
    const scim = await connect(makeProvider)
    for (const path of ['/Users/010101001010101011001010101011', '/Groups/00919288221112222']) {
      const answer = await scim.get(path)
      assertError(answer, 404)
      assert.notEqual(answer.at('detail'), '')
    }
  })

  test('AC-E14: 25 requests at once are all answered, none with 429', async () => {
    const scim = await connect(makeProvider)
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => scim.post('/Users', toUser(`u${n}`))))
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201])
  })

  test('an exchange tells what happened, without secrets, and what a refused request changed: nothing', async () => {
    const exchanges: Exchange[] = []
    const scim = await connect(makeProvider, { onExchange: (exchange) => exchanges.push(exchange) })
    const id = await scim.user('a', { externalId: 'E1', password: 'canary' })
    const path = `/Users/${id}`
    await scim.patch(path, [{ op: 'Replace', path: 'active', value: 'False' }])
    await scim.patch(path, [{ op: 'replace', path: 'password', value: 'canary' }])
    await scim.patch(path, [
      { op: 'replace', path: 'title', value: 'T' },
      { op: 'replace', path: 'bogus', value: 'x' },
    ])
    await scim.get(`${path}?attributes=userName`)
    const [created, patched, secret, refused, read] = exchanges
    assert.deepEqual([created?.method, created?.path, created?.type, created?.status], ['POST', '/Users', 'User', 201])
    assert.deepEqual([created?.resourceId, created?.externalId], [id, 'E1'])
    assert.match(created?.requestBody(1_000) ?? '', /"password":"\*\*\*"/)
    assert.deepEqual(patched?.changes, [{ path: 'active', before: true, after: false }])
    assert.ok(patched?.rules.has('operationCase') && patched.rules.has('booleanText'))
    assert.match(secret?.requestBody(1_000) ?? '', /"value":"\*\*\*"/)
    assert.deepEqual([refused?.status, refused?.scimType, refused?.changes], [400, 'invalidPath', []])
    assert.deepEqual(
      [read?.method, read?.path, read?.requestBody(10)],
      ['GET', `${path}?attributes=userName`, undefined],
    )
    assert.ok((read?.durationMs ?? -1) >= 0)
    assert.equal(created?.requestBody(20)?.length, 21)
    for (const exchange of exchanges) assert.doesNotMatch(String(exchange.requestBody(5_000)), /canary/)
    await scim.send('POST', '/Users', { raw: '{"password":"canary"' })
    assert.doesNotMatch(String(exchanges.at(-1)?.requestBody(1_000)), /canary/)
    for (const name of [String.raw`pa\u0073sword`, 'PassWord', 'urn:ietf:params:scim:schemas:core:2.0:User:password'])
      await scim.send('POST', '/Users', { raw: `{"userName":"c","${name}":"canary"}` })
    for (const exchange of exchanges.slice(-3)) assert.doesNotMatch(String(exchange.requestBody(5_000)), /canary/)
    const plain = '{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],\n  "userName": "d" }'
    await scim.send('PUT', path, { raw: plain })
    assert.equal(exchanges.at(-1)?.requestBody(1_000), plain)
    await scim.bulk([{ method: 'POST', path: '/Users', bulkId: 'b', data: toUser('b', { password: 'canary' }) }])
    assert.equal(exchanges.at(-1)?.operations, 1)
    assert.doesNotMatch(String(exchanges.at(-1)?.requestBody(5_000)), /canary/)
    assert.equal(listOf((await scim.get('/Users')).at('Resources')).length, 2)
  })
}

if (import.meta.main) httpCases(makeMemoryProvider)
