import assert from 'node:assert/strict'
import type { Json, JsonObject, Registry } from '@rollcall/scim'
import { isJsonObject, messageUrns } from '@rollcall/scim'
import type { Exchange, Limits, Storage } from '@rollcall/scim/server'

/** What a test asks of the provider that it is given; every provider is an organization of its own, and empty. */
export type ProviderOptions = {
  readonly style?: 'rollcall' | 'datadog' | 'github' | 'github-org'
  readonly profile?: 'default' | 'strict' | 'entra' | 'okta'
  /** Default: User with the enterprise extension, and Group. */
  readonly registry?: Registry
  readonly limits?: Partial<Limits>
  readonly baseUrl?: string
  /** Milliseconds since the epoch, for cursors. */
  nowMs?(): number
  /** The id of the user behind `/Me`. */
  findSubjectId?(): string | undefined
  onExchange?(exchange: Exchange): void
}

/** One organization behind the handler. `Context` is the store's own. */
export type TestProvider<Context = unknown> = {
  /** Absolute, without a slash at the end. */
  readonly baseUrl: string
  /** Answers as the organization's own connection; adds what authentication needs. */
  fetch(request: Request): Promise<Response>
  /** The store itself, and the context of this organization in it. */
  readonly storage: Storage<Context>
  readonly context: Context
}

/** Makes an organization on the store under test. */
export type ProviderFactory = (options?: ProviderOptions) => Promise<TestProvider>

/** An answer with its body read. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Json | undefined
  /** The value at keys and positions: `at('emails', 0, 'value')`. */
  at(...keys: readonly (string | number)[]): Json | undefined
  /** The id of the resource that was answered. */
  id(): string
}

/** What a request carries besides its path. */
export type SendOptions = {
  readonly body?: Json
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
}

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Speaks SCIM to a provider, as short as tests like it. */
export class TestClient {
  readonly provider: TestProvider

  constructor(provider: TestProvider) {
    this.provider = provider
  }

  async send(method: string, path: string, options: SendOptions = {}): Promise<Answer> {
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }), ...options.headers },
    }
    if (body !== undefined) init.body = body
    if (body instanceof ReadableStream) init.duplex = 'half'
    const response = await this.provider.fetch(new Request(this.provider.baseUrl + path, init))
    return toAnswer(response)
  }

  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('GET', path, headers === undefined ? {} : { headers })
  }

  post(path: string, body: Json, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('POST', path, { body, ...(headers === undefined ? {} : { headers }) })
  }

  put(path: string, body: Json, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('PUT', path, { body, ...(headers === undefined ? {} : { headers }) })
  }

  patch(path: string, operations: readonly Json[], headers?: Readonly<Record<string, string>>): Promise<Answer> {
    const body = { schemas: [messageUrns.patchOp], Operations: operations }
    return this.send('PATCH', path, { body, ...(headers === undefined ? {} : { headers }) })
  }

  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.send('DELETE', path, headers === undefined ? {} : { headers })
  }

  bulk(operations: readonly Json[], more: JsonObject = {}): Promise<Answer> {
    return this.post('/Bulk', { schemas: [messageUrns.bulkRequest], ...more, Operations: operations })
  }

  list(endpoint: string, parameters: Readonly<Record<string, string | number>> = {}): Promise<Answer> {
    const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
    return this.get(`${endpoint}?${query}`)
  }

  /** The userNames or displayNames that a filter finds, in order. */
  async find(
    endpoint: string,
    filter: string,
    more: Readonly<Record<string, string | number>> = {},
  ): Promise<readonly Json[]> {
    const answer = await this.list(endpoint, { filter, ...more })
    assert.equal(answer.status, 200, answer.text)
    return listNames(answer)
  }

  /** Creates a user and gives its id. */
  async user(userName: string, more: JsonObject = {}): Promise<string> {
    const answer = await this.post('/Users', toUser(userName, more))
    assert.equal(answer.status, 201, answer.text)
    return answer.id()
  }

  /** Creates a group and gives its id. */
  async group(displayName: string, memberIds: readonly string[] = []): Promise<string> {
    const members = memberIds.map((value) => ({ value }))
    const answer = await this.post('/Groups', { schemas: [groupUrn], displayName, members })
    assert.equal(answer.status, 201, answer.text)
    return answer.id()
  }

  /** The ids of a group's members, sorted. */
  async members(groupId: string): Promise<readonly Json[]> {
    const answer = await this.get(`/Groups/${groupId}`)
    assert.equal(answer.status, 200, answer.text)
    return listOf(answer.at('members'))
      .map((member) => (isJsonObject(member) ? (member['value'] ?? null) : member))
      .toSorted()
  }
}

/** A client for a new organization. */
export async function connect(makeProvider: ProviderFactory, options: ProviderOptions = {}): Promise<TestClient> {
  return new TestClient(await makeProvider(options))
}

/** A user as a client sends it. */
export function toUser(userName: string, more: JsonObject = {}): JsonObject {
  return { schemas: enterpriseUrn in more ? [userUrn, enterpriseUrn] : [userUrn], userName, ...more }
}

/** A value as a list; a missing one is empty. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return []
  assert.ok(Array.isArray(value), JSON.stringify(value))
  return value
}

/** The names of what a list answered, in its order. */
export function listNames(answer: Answer): readonly Json[] {
  return listOf(answer.at('Resources')).map((resource) =>
    isJsonObject(resource) ? (resource['userName'] ?? resource['displayName'] ?? resource['id'] ?? null) : null,
  )
}

/** Asserts a SCIM error in full (RFC 7644 §3.12). */
export function assertError(answer: Answer, status: number, scimType?: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
  assert.deepEqual(answer.at('schemas'), [messageUrns.error])
  assert.equal(answer.at('status'), String(status))
  assert.equal(answer.at('scimType'), scimType, answer.text)
  assert.equal(typeof answer.at('detail'), 'string')
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const json: Json | undefined = text === '' ? undefined : JSON.parse(text)
  const at: Answer['at'] = (...keys) => keys.reduce(step, json)
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    at,
    id() {
      const id = at('id')
      assert.equal(typeof id, 'string', text)
      return String(id)
    },
  }
}

function step(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined
  return isJsonObject(value) ? value[key] : undefined
}
