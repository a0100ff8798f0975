import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BulkOperationInput, type BulkResult, ScimClientError, createClient } from '../../src/client/index.ts'
import { type ScriptedAnswer, type SeenRequest, startScriptedServer } from './scripted-server.ts'

type Sent = {
  readonly failOnErrors?: number
  readonly Operations: readonly (BulkOperationInput & { bulkId?: string })[]
}

/** What a server that carries out everything answers; ids are made of the bulkId. */
function carryOut(request: SeenRequest): ScriptedAnswer {
  const { Operations } = sentIn(request)
  return {
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: Operations.map(({ method, path, bulkId }) => ({
        method,
        bulkId,
        location: `https://example.com/scim/v2${method === 'POST' ? `${path}/id-${bulkId}` : path}`,
        status: method === 'POST' ? '201' : '200',
      })),
    },
  }
}

/** The one place where the test trusts what it sent itself. */
function sentIn(request: SeenRequest | undefined): Sent {
  return request?.body as Sent
}

async function bulk(
  operations: readonly BulkOperationInput[],
  limits: { maxOperations?: number; maxPayloadSize?: number; supported?: boolean },
  answer: (request: SeenRequest, index: number) => ScriptedAnswer = carryOut,
  failOnErrors?: number,
): Promise<{ results: readonly BulkResult[]; sent: readonly Sent[]; error: ScimClientError | undefined }> {
  await using server = await startScriptedServer((request, index) =>
    request.path.endsWith('/ServiceProviderConfig')
      ? { body: { bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_000_000, ...limits } } }
      : answer(request, index - 1),
  )
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', retries: 0 })
  const options = failOnErrors === undefined ? {} : { failOnErrors }
  const outcome = await client.bulk(operations, options).then(
    (results) => ({ results, error: undefined }),
    (error: unknown) => {
      if (!(error instanceof ScimClientError)) throw error
      return { results: [], error }
    },
  )
  return { ...outcome, sent: server.seen.slice(1).map(sentIn) }
}

const user = (bulkId: string, data: object = {}): BulkOperationInput => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: bulkId, ...data },
})
const group = (bulkId: string, ...members: readonly string[]): BulkOperationInput => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value })) },
})
const states = (results: readonly BulkResult[]): readonly string[] => results.map(({ state }) => state)

test('what fits goes in one request, in its order, and every POST gets a bulkId', async () => {
  const { results, sent } = await bulk(
    [{ method: 'POST', path: '/Users', data: { userName: 'a' } }, user('b'), { method: 'DELETE', path: '/Users/x' }],
    {},
  )
  assert.equal(sent.length, 1)
  assert.deepEqual(states(results), ['done', 'done', 'done'])
  assert.deepEqual(
    results.map(({ id }) => id),
    ['id-rollcall-0', 'id-b', 'x'],
  )
})

test('operations are cut by maxOperations', async () => {
  const { results, sent } = await bulk(
    Array.from({ length: 5 }, (_, index) => user(`u${index}`)),
    { maxOperations: 2 },
  )
  assert.deepEqual(
    sent.map(({ Operations }) => Operations.length),
    [2, 2, 1],
  )
  assert.deepEqual(
    results.map(({ id }) => id),
    ['id-u0', 'id-u1', 'id-u2', 'id-u3', 'id-u4'],
  )
})

test('operations are cut by maxPayloadSize, measured in bytes and not in characters', async () => {
  const operations = Array.from({ length: 6 }, (_, index) => user(`u${index}`, { displayName: '日'.repeat(100) }))
  const { sent } = await bulk(operations, { maxPayloadSize: 1200 })
  assert.ok(sent.length >= 3)
  for (const request of sent) assert.ok(Buffer.byteLength(JSON.stringify(request)) <= 1200)
})

test('an operation that is larger than a request may be is refused before anything is sent', async () => {
  const { error, sent } = await bulk([user('a'), user('b', { title: 'x'.repeat(2000) })], { maxPayloadSize: 1000 })
  assert.equal(error?.kind, 'invalidRequest')
  assert.deepEqual(sent, [])
})

test('a reference to an earlier request is written as the id that came back', async () => {
  const { sent } = await bulk(
    [user('a'), group('g', 'bulkId:a'), { method: 'PATCH', path: '/Groups/bulkId:g', data: patch('bulkId:a') }],
    { maxOperations: 1 },
  )
  assert.deepEqual(dataOf(sent[1]), { displayName: 'g', members: [{ value: 'id-a' }] })
  assert.equal(sent[2]?.Operations[0]?.path, '/Groups/id-g')
  assert.deepEqual(dataOf(sent[2]), patch('id-a'))
})

test('a reference forwards is sent after what it refers to, and results keep the order of the call', async () => {
  const { results, sent } = await bulk([group('g', 'bulkId:a', 'bulkId:b'), user('a'), user('b')], { maxOperations: 1 })
  assert.deepEqual(
    sent.map(({ Operations }) => Operations[0]?.bulkId),
    ['a', 'b', 'g'],
  )
  assert.deepEqual(dataOf(sent[2]), { displayName: 'g', members: [{ value: 'id-a' }, { value: 'id-b' }] })
  assert.deepEqual(
    results.map(({ id }) => id),
    ['id-g', 'id-a', 'id-b'],
  )
})

test('operations that refer to each other in a circle stay in one request', async () => {
  const operations = [user('u'), group('a', 'bulkId:b'), group('b', 'bulkId:a')]
  const { sent } = await bulk(operations, { maxOperations: 2 })
  assert.deepEqual(
    sent.map(({ Operations }) => Operations.map(({ bulkId }) => bulkId)),
    [['u'], ['a', 'b']],
  )
  assert.equal((await bulk(operations, { maxOperations: 1 })).error?.kind, 'invalidRequest')
})

test('"bulkId:a" in free text is somebody’s text', async () => {
  const { sent } = await bulk([user('a'), user('b', { displayName: 'bulkId:a', nickName: 'see bulkId:a' })], {
    maxOperations: 1,
  })
  assert.deepEqual(dataOf(sent[1]), { userName: 'b', displayName: 'bulkId:a', nickName: 'see bulkId:a' })
})

test('what refers to a failed POST of an earlier request is not sent', async () => {
  const { results, sent } = await bulk(
    [user('a'), group('g', 'bulkId:a'), user('b')],
    { maxOperations: 1 },
    (request) => (sentIn(request).Operations[0]?.bulkId === 'a' ? refuse(request) : carryOut(request)),
  )
  assert.deepEqual(states(results), ['failed', 'notSent', 'done'])
  assert.equal(sent.length, 2)
  assert.equal(results[0]?.error?.scimType, 'uniqueness')
})

test('failOnErrors counts over all requests', async () => {
  const operations = ['a', 'b', 'c'].map((bulkId) => user(bulkId))
  const { results, sent } = await bulk(operations, { maxOperations: 1 }, refuse, 2)
  assert.deepEqual(states(results), ['failed', 'failed', 'notSent'])
  assert.deepEqual(
    sent.map(({ failOnErrors }) => failOnErrors),
    [2, 1],
  )
})

test('a request that breaks after others were done leaves their results, its own are unknown, the rest not sent', async () => {
  const operations = ['a', 'b', 'c'].map((bulkId) => user(bulkId))
  const { results, error } = await bulk(operations, { maxOperations: 1 }, (request, index) =>
    index === 1 ? 'drop' : carryOut(request),
  )
  assert.equal(error, undefined)
  assert.deepEqual(states(results), ['done', 'unknown', 'notSent'])
})

test('a first request that is refused as a whole throws: nothing was done', async () => {
  const { error } = await bulk([user('a')], {}, () => ({ status: 413 }))
  assert.equal(error?.status, 413)
})

test('a server without /Bulk is not asked', async () => {
  const { error, sent } = await bulk([user('a')], { supported: false })
  assert.equal(error?.kind, 'invalidRequest')
  assert.deepEqual(sent, [])
})

test('answers in another order, with the status as a number or an object, are found', async () => {
  const { results } = await bulk([user('a'), user('b')], {}, () => ({
    body: {
      operations: [
        { method: 'POST', bulkId: 'b', status: { code: '201' }, location: 'https://example.com/Users/2' },
        { method: 'POST', bulkId: 'a', status: 201, location: 'https://example.com/Users/1' },
      ],
    },
  }))
  assert.deepEqual(
    results.map(({ id }) => id),
    ['1', '2'],
  )
})

function patch(member: string): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'remove', path: `members[value eq "${member}"]` }],
  }
}

function dataOf(sent: Sent | undefined): unknown {
  const [operation] = sent?.Operations ?? []
  return operation !== undefined && 'data' in operation ? operation.data : undefined
}

function refuse(request: SeenRequest): ScriptedAnswer {
  return {
    body: {
      Operations: sentIn(request).Operations.map(({ method, bulkId }) => ({
        method,
        bulkId,
        status: '409',
        response: { status: '409', scimType: 'uniqueness', detail: 'taken' },
      })),
    },
  }
}
