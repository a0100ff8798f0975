import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionError, createAdminClient, ProblemError } from '../src/index.ts'

type Seen = { readonly url: string; readonly init: RequestInit }

function clientOf(answer: () => Response | Promise<Response>) {
  const seen: Seen[] = []
  const client = createAdminClient({
    url: 'https://id.example/',
    key: 'secret',
    fetch: async (url, init) => {
      seen.push({ url, init })
      return answer()
    },
  })
  return { client, seen }
}

test('a call fills the path, leaves undefined query values out and sends the key in the header only', async () => {
  const { client, seen } = clientOf(() => Response.json({ data: [], nextCursor: null, hasMore: false }))
  await client.call('listRequests', { params: { organization: 'a/b' }, query: { failed: 'true', since: undefined } })
  assert.equal(seen[0]?.url, 'https://id.example/api/v1/organizations/a%2Fb/requests?failed=true')
  assert.equal(new Headers(seen[0]?.init.headers).get('authorization'), 'Bearer secret')
  assert.equal(seen[0]?.init.redirect, 'error')
})

test('a refusal is thrown with the problem as the server wrote it', async () => {
  const problem = {
    type: 'https://id.example/errors/notFound',
    title: 't',
    status: 404,
    detail: 'gone',
    code: 'notFound',
  }
  const { client } = clientOf(
    () =>
      new Response(JSON.stringify(problem), { status: 404, headers: { 'content-type': 'application/problem+json' } }),
  )
  await assert.rejects(client.call('whoami', {}), (error) => {
    assert.ok(error instanceof ProblemError)
    assert.deepEqual(error.problem, problem)
    return error.code === 'notFound'
  })
})

test('an answer that is not ours is told apart from a refusal', async () => {
  const { client } = clientOf(() => new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }))
  await assert.rejects(
    client.call('whoami', {}),
    (error) => error instanceof ConnectionError && /502/.test(error.message),
  )
})

test('a server that is not there is named by its URL', async () => {
  const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const { client } = clientOf(() => Promise.reject(new TypeError('fetch failed', { cause })))
  await assert.rejects(client.call('whoami', {}), (error) => {
    assert.ok(error instanceof ConnectionError)
    return error.message === 'ECONNREFUSED' && error.url === 'https://id.example/api/v1/whoami'
  })
})
