import assert from 'node:assert/strict'
import { errorsOf, findErrorCode, listRouteIds, routes, type Problem, type Route } from '@rollcall/admin-api'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { matchRoute } from '../../src/http/admin/router.ts'
import {
  createTestApplication,
  testUrl,
  type TestApplication,
  type TestApplicationOptions,
} from '../harness/application.ts'

export type Reply = {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely; their shape is checked against the route table below.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- checked below
}

export type Send = {
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type AdminHarness = AsyncDisposable & {
  readonly application: TestApplication
  readonly instanceKey: string
  /** Sends with the instance's key unless told another; checks every answer against the contract. */
  send(method: string, path: string, options?: Send): Promise<Reply>
  /** An organization of its own with a key of the given scopes. */
  createOrganization(slug: string, scopes?: readonly string[]): Promise<{ readonly id: string; readonly key: string }>
}

export async function createAdminHarness(options: TestApplicationOptions = {}): Promise<AdminHarness> {
  const application = await createTestApplication(options)
  const instanceKey = await createInstanceKey(application.database, { name: 'test', now: application.clock() })
  const send: AdminHarness['send'] = async (method, path, { key = instanceKey, body, headers } = {}) => {
    const response = await application.fetch(path, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const reply = {
      status: response.status,
      headers: response.headers,
      body: parse(text, response.headers.get('content-type')),
    }
    checkContract(method, new URL(path, testUrl).pathname, reply)
    return reply
  }
  const createOrganization: AdminHarness['createOrganization'] = async (slug, scopes = ['admin:enterprise']) => {
    const organization = await send('POST', '/api/v1/organizations', { body: { slug } })
    assert.equal(organization.status, 201)
    const key = await send('POST', `/api/v1/organizations/${slug}/keys`, { body: { scopes } })
    assert.equal(key.status, 201)
    return { id: organization.body.id, key: key.body.key }
  }
  return {
    application,
    instanceKey,
    send,
    createOrganization,
    [Symbol.asyncDispose]: () => application.close(),
  }
}

/** JSON, a stream of text as it is, nothing. */
function parse(text: string, mediaType: string | null): unknown {
  if (mediaType?.startsWith('text/') === true || mediaType?.includes('ndjson') === true) return text
  return text === '' ? undefined : JSON.parse(text)
}

/** Every answer in these tests is one that the route table promises, and every refusal is a problem (RFC 9457). */
function checkContract(method: string, path: string, reply: Reply): void {
  if (!path.startsWith('/api/v1')) return
  assert.equal(reply.headers.get('cache-control'), 'no-store')
  const match = matchRoute(method, path)
  const route: Route | undefined = match.kind === 'route' ? routes[match.id] : undefined
  if (reply.status >= 400) return checkProblem(path, reply, route)
  if (reply.status === 304) return
  assert.ok(route !== undefined, `${method} ${path} is not in the table`)
  assert.equal(reply.status, route.status)
  if (route.answer === null || method === 'HEAD') return assert.equal(reply.body, undefined)
  const result = route.answer.safeParse(reply.body)
  assert.ok(result.success, `${method} ${path}: ${result.error?.message}`)
  // Nothing that the contract does not name leaves the house.
  assert.deepEqual(reply.body, JSON.parse(JSON.stringify(result.data)))
}

function checkProblem(path: string, reply: Reply, route: Route | undefined): void {
  assert.equal(reply.headers.get('content-type'), 'application/problem+json')
  const problem: Problem = reply.body
  assert.equal(problem.status, reply.status)
  assert.equal(problem.type, `${testUrl}/errors/${problem.code}`)
  assert.equal(problem.instance, path)
  assert.equal(problem.requestId, reply.headers.get('x-request-id'))
  assert.ok(problem.title.length > 0 && problem.detail.length > 0)
  const code = findErrorCode(problem.code)
  assert.ok(code !== undefined, problem.code)
  if (route !== undefined) assert.ok(errorsOf(route).includes(code), `${route.path} does not promise ${code}`)
}

/** All routes with their parameters filled in. */
export function listFilledRoutes(values: Readonly<Record<string, string>>) {
  return listRouteIds().map((id) => {
    const route: Route = routes[id]
    return { id, route, path: route.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `?${name}`) }
  })
}
