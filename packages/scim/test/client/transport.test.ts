import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Client,
  type ClientOptions,
  ScimClientError,
  createClient,
  parseRetryAfter,
} from '../../src/client/index.ts'
import { type ScriptedAnswer, type SeenRequest, startScriptedServer } from './scripted-server.ts'

const token = 'canary-token'

/** A client of a scripted server that notes its waits in place of making them. */
async function connect(
  answer: (request: SeenRequest, index: number) => ScriptedAnswer,
  options: Partial<ClientOptions> = {},
): Promise<AsyncDisposable & { client: Client; seen: readonly SeenRequest[]; waits: number[] }> {
  const server = await startScriptedServer(answer)
  const waits: number[] = []
  const client = createClient({
    baseUrl: server.baseUrl,
    token,
    random: () => 0,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    ...options,
  })
  return { client, seen: server.seen, waits, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function failureOf(work: Promise<unknown>): Promise<ScimClientError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ScimClientError, String(error))
  return error
}

const user = { id: 'u1', userName: 'bjensen', meta: { version: 'W/"1"' } }

test('a request carries the token, a User-Agent and both JSON media types in Accept', async () => {
  await using server = await connect(() => ({ body: user }))
  await server.client.users.get('u1')
  const [request] = server.seen
  assert.equal(request?.headers['authorization'], `Bearer ${token}`)
  assert.equal(request?.headers['user-agent'], 'rollcall-scim')
  assert.match(String(request?.headers['accept']), /application\/scim\+json, application\/json/)
})

test('authorize is asked for every attempt and may give another request', async () => {
  let asked = 0
  await using server = await startScriptedServer((_, index) => (index === 0 ? { status: 503 } : { body: user }))
  const client = createClient({
    baseUrl: server.baseUrl,
    sleep: async () => {},
    authorize: (request) => {
      asked += 1
      return new Request(request, { headers: { Authorization: `Basic ${asked}` } })
    },
  })
  await client.users.get('u1')
  assert.deepEqual(
    server.seen.map((request) => request.headers['authorization']),
    ['Basic 1', 'Basic 2'],
  )
})

test('what authorize throws reaches the caller as it is and nothing is sent', async () => {
  await using server = await startScriptedServer(() => ({ body: user }))
  const client = createClient({ baseUrl: server.baseUrl, authorize: () => Promise.reject(new RangeError('no secret')) })
  await assert.rejects(client.users.get('u1'), RangeError)
  assert.equal(server.seen.length, 0)
})

test('a query in the base URL goes along with every request (Entra ID: ?aadOptscim062020)', async () => {
  await using server = await startScriptedServer(() => ({ body: user }))
  const client = createClient({ baseUrl: `${server.baseUrl}/?aadOptscim062020`, token })
  await client.users.get('u1', { attributes: ['userName'] })
  assert.equal(server.seen[0]?.url, '/scim/v2/Users/u1?attributes=userName&aadOptscim062020')
})

test('a SCIM error becomes a ScimClientError with status, scimType, detail and request id, without the token', async () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
  await using server = await connect(() => ({
    status: 409,
    headers: { 'X-Request-Id': 'req_1' },
    body: { schemas, status: '409', scimType: 'uniqueness', detail: 'userName is taken' },
  }))
  const error = await failureOf(server.client.users.create({ userName: 'bjensen' }))
  assert.deepEqual(
    { ...error, name: undefined },
    {
      kind: 'response',
      status: 409,
      scimType: 'uniqueness',
      detail: 'userName is taken',
      retryAfterMs: undefined,
      requestId: 'req_1',
      isScimAnswer: true,
      isPage: false,
      outcome: 'refused',
      method: 'POST',
      path: '/Users',
      attempts: 1,
      name: undefined,
    },
  )
  assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes(token))
})

test('the words of servers with errors of their own are read, and are no word of SCIM', async () => {
  for (const body of [
    { errors: ['name is too long'] },
    { Errors: { description: 'name is too long', code: 400 } },
    { message: 'name is too long', documentation_url: 'https://example.com' },
    { errors: [{ detail: 'name is too long' }] },
  ]) {
    await using server = await connect(() => ({ status: 400, body }))
    const error = await failureOf(server.client.users.create({ userName: 'bjensen' }))
    assert.deepEqual([error.detail, error.isScimAnswer, error.isPage], ['name is too long', false, false])
  }
})

test('an error does not carry the filter, which names a person', async () => {
  await using server = await connect(() => ({ status: 400, body: { detail: 'no' } }))
  const error = await failureOf(server.client.users.find('userName eq "bjensen"'))
  assert.ok(!`${error.message} ${JSON.stringify(error)}`.includes('bjensen'))
})

test('an HTML 404 of an unknown route is told from a SCIM 404 (Google answers so to PUT)', async () => {
  await using server = await connect(() => ({
    status: 404,
    headers: { 'Content-Type': 'text/html' },
    text: '<h1>Not found</h1>',
  }))
  const error = await failureOf(server.client.users.replace('u1', { userName: 'bjensen' }))
  assert.equal(error.status, 404)
  assert.deepEqual([error.isScimAnswer, error.isPage], [false, true])
})

test('429 with Retry-After in seconds is waited for exactly, also before a POST', async () => {
  await using server = await connect((_, index) =>
    index < 2 ? { status: 429, headers: { 'Retry-After': '7' } } : { status: 201, body: user },
  )
  await server.client.users.create({ userName: 'bjensen' })
  assert.deepEqual(server.waits, [7000, 7000])
  assert.equal(server.seen.length, 3)
})

test('503 with Retry-After as an HTTP date is waited for until that date', async () => {
  const now = Date.UTC(2026, 0, 1)
  await using server = await connect(
    (_, index) =>
      index === 0 ? { status: 503, headers: { 'Retry-After': 'Thu, 01 Jan 2026 00:00:30 GMT' } } : { body: user },
    { now: () => now },
  )
  await server.client.users.get('u1')
  assert.deepEqual(server.waits, [30_000])
})

test('without Retry-After the wait doubles, half of it by chance, until the retries are used up', async () => {
  await using server = await connect(() => ({ status: 429 }), { retries: 3, random: () => 0.5 })
  const error = await failureOf(server.client.users.get('u1'))
  assert.deepEqual(server.waits, [375, 750, 1500])
  assert.equal(error.attempts, 4)
  assert.equal(error.status, 429)
})

test('a Retry-After beyond waitMsMax is not waited for: the error says how long', async () => {
  await using server = await connect(() => ({ status: 429, headers: { 'Retry-After': '3600' } }))
  const error = await failureOf(server.client.users.get('u1'))
  assert.equal(error.retryAfterMs, 3_600_000)
  assert.deepEqual(server.waits, [])
})

test('Retry-After is read as whole seconds or as a date, and nothing else', () => {
  assert.equal(parseRetryAfter(' 5 ', 0), 5000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 0), 60_000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 90_000), 0)
  for (const text of ['1.5', '-1', '', 'soon', null, 'null']) assert.equal(parseRetryAfter(text, 0), undefined)
})

test('a GET is repeated when the connection breaks, before or inside the answer', async () => {
  await using server = await connect((_, index) => (index === 0 ? 'drop' : index === 1 ? 'half' : { body: user }))
  assert.equal((await server.client.users.get('u1')).id, 'u1')
  assert.equal(server.seen.length, 3)
})

test('a POST is not repeated when its connection breaks: its outcome is unknown', async () => {
  await using server = await connect(() => 'drop')
  const error = await failureOf(server.client.users.create({ userName: 'bjensen' }))
  assert.equal(error.kind, 'network')
  assert.equal(error.outcome, 'unknown')
  assert.equal(server.seen.length, 1)
})

test('a PATCH is not repeated after 502 or 504, a PUT is', async () => {
  await using server = await connect((request, index) =>
    request.method === 'PUT' && index === 2 ? { body: user } : { status: index === 0 ? 502 : 504 },
  )
  const error = await failureOf(server.client.users.patch('u1', [{ op: 'replace', path: 'active', value: false }]))
  assert.equal(error.outcome, 'unknown')
  assert.equal((await server.client.users.replace('u1', { userName: 'bjensen' })).id, 'u1')
  assert.deepEqual(
    server.seen.map((request) => request.method),
    ['PATCH', 'PUT', 'PUT'],
  )
})

test('500 is not repeated', async () => {
  await using server = await connect(() => ({ status: 500 }))
  await failureOf(server.client.users.get('u1'))
  assert.equal(server.seen.length, 1)
})

test('a DELETE whose answer was lost takes the 404 of its repetition for done', async () => {
  const gone = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404', detail: 'gone' }
  await using server = await connect((_, index) => (index === 0 ? 'drop' : { status: 404, body: gone }))
  await server.client.users.delete('u1')
  assert.equal(server.seen.length, 2)
  const error = await failureOf(server.client.users.delete('u2'))
  assert.equal(error.status, 404)
})

test('a server that never answers ends in timeout after its attempts', async () => {
  await using server = await connect(() => 'hang', { timeoutMs: 50, retries: 1 })
  const error = await failureOf(server.client.users.get('u1'))
  assert.equal(error.kind, 'timeout')
  assert.equal(error.attempts, 2)
})

test('a fetch that pays no heed to its signal is left behind at the timeout', async () => {
  const client = createClient({
    baseUrl: 'http://127.0.0.1:9/scim',
    token,
    timeoutMs: 20,
    retries: 0,
    fetch: () => new Promise(() => {}),
  })
  assert.equal((await failureOf(client.users.get('u1'))).kind, 'timeout')
})

test('the signal of the caller ends a request at once and no further attempt is made', async () => {
  await using server = await connect(() => 'hang')
  const controller = new AbortController()
  const work = failureOf(server.client.users.get('u1', { signal: controller.signal }))
  setTimeout(() => controller.abort(), 20)
  assert.equal((await work).kind, 'aborted')
  assert.equal(server.seen.length, 1)
})

test('the signal of the caller ends the wait before a repetition', async () => {
  await using server = await startScriptedServer(() => ({ status: 429, headers: { 'Retry-After': '50' } }))
  const client = createClient({ baseUrl: server.baseUrl, token })
  const started = Date.now()
  const error = await failureOf(client.users.get('u1', { signal: AbortSignal.timeout(100) }))
  assert.equal(error.kind, 'aborted')
  assert.ok(Date.now() - started < 20_000)
})

test('a redirect is refused: the token goes nowhere else', async () => {
  await using other = await startScriptedServer(() => ({ body: user }))
  await using server = await connect(() => ({ status: 307, headers: { Location: `${other.baseUrl}/Users/u1` } }))
  const error = await failureOf(server.client.users.get('u1'))
  assert.equal(error.kind, 'redirect')
  assert.equal(other.seen.length, 0)
})

test('an answer above the limit is refused by its Content-Length and by its bytes', async () => {
  const text = JSON.stringify({ ...user, displayName: 'x'.repeat(2000) })
  await using server = await connect(
    (_, index) => ({ text, headers: index === 0 ? { 'Content-Length': String(text.length) } : {} }),
    { responseBytesMax: 1000 },
  )
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'tooLarge')
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'tooLarge')
})

test('JSON of any media type is taken, a page of HTML or broken JSON is not', async () => {
  const types = ['application/json', 'text/json;charset=UTF-8', 'text/plain', 'application/octet-stream']
  await using server = await connect((_, index) =>
    index < types.length
      ? { body: user, headers: { 'Content-Type': types[index] ?? '' } }
      : index === types.length
        ? { text: '<p>Log in</p>', headers: { 'Content-Type': 'text/html' } }
        : { text: '{"id": "u1"' },
  )
  for (const _ of types) assert.equal((await server.client.users.get('u1')).id, 'u1')
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'malformed')
  assert.equal((await failureOf(server.client.users.get('u1'))).kind, 'malformed')
})

test('a base URL with a password, without http, or a client without credentials is refused', () => {
  const kindOf = (options: ClientOptions): string => {
    try {
      createClient(options)
    } catch (error) {
      if (error instanceof ScimClientError) return error.kind
    }
    return 'none'
  }
  assert.equal(kindOf({ baseUrl: 'https://a:b@example.com/scim', token }), 'invalidRequest')
  assert.equal(kindOf({ baseUrl: 'file:///scim', token }), 'invalidRequest')
  assert.equal(kindOf({ baseUrl: 'https://example.com' }), 'invalidRequest')
  assert.equal(kindOf({ baseUrl: 'https://example.com', token: 'a\r\nb' }), 'invalidRequest')
  assert.equal(kindOf({ baseUrl: 'https://example.com', token }), 'none')
})

test('an exchange in plain values stands in the place of fetch: credentials for every attempt, one answer, no objects of fetch', async () => {
  const seen: { readonly url: string; readonly credentials: string | undefined; readonly body: string | undefined }[] =
    []
  const client = createClient({
    baseUrl: 'https://scim.example/v2',
    sleep: async () => {},
    exchange: {
      authorize: ({ headers }) => void headers.set('authorization', `Bearer ${seen.length + 1}`),
      send: async ({ url, headers, body }) => {
        seen.push({ url, credentials: headers.get('authorization'), body })
        const isFirst = seen.length === 1
        return { status: isFirst ? 503 : 201, headers: new Headers(), text: isFirst ? '' : JSON.stringify(user) }
      },
    },
  })
  assert.equal((await client.users.create({ userName: 'bjensen' })).id, 'u1')
  const asked = { url: 'https://scim.example/v2/Users', body: seen[0]?.body }
  assert.deepEqual(seen, [
    { ...asked, credentials: 'Bearer 1' },
    { ...asked, credentials: 'Bearer 2' },
  ])
})

test('an exchange that pays no heed to the signal is not waited for, and what it throws is no answer', async () => {
  const connectBy = (send: () => Promise<never>): Client => {
    const exchange = { authorize: () => {}, send }
    return createClient({ baseUrl: 'https://scim.example/v2', exchange, retries: 0, timeoutMs: 20 })
  }
  const hanging = await failureOf(connectBy(() => new Promise(() => {})).users.create({ userName: 'bjensen' }))
  assert.deepEqual([hanging.kind, hanging.outcome], ['timeout', 'unknown'])
  const broken = connectBy(() => Promise.reject(new Error('reset')))
  const failed = await failureOf(broken.users.create({ userName: 'bjensen' }))
  assert.deepEqual([failed.kind, failed.outcome], ['network', 'unknown'])
})

test('an exchange brings the credentials itself: a token beside it is refused', () => {
  const exchange = { authorize: () => {}, send: () => Promise.reject(new Error('unused')) }
  assert.throws(() => createClient({ baseUrl: 'https://scim.example', exchange, token }), { kind: 'invalidRequest' })
})
