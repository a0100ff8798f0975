import assert from 'node:assert/strict'
import type { Call } from '../../src/access/call.ts'
import type { Connection, CreateConnection } from '../../src/access/connections.ts'
import { createConnection } from '../../src/access/connections.ts'
import { createKey, type CreateKey, type IssuedKey } from '../../src/access/keys.ts'
import { createOrganization, type Organization } from '../../src/access/organizations.ts'
import { createTestApplication, type TestApplication, type TestApplicationOptions } from './application.ts'

/** An organization with a SCIM key, and ways to talk SCIM with it. */
export type TestTenant = {
  readonly organization: Organization
  readonly connection: Connection
  /** The SCIM key of the default connection. */
  readonly key: string
  /** Sends a SCIM request; the path is below `/scim/v2`. Objects become JSON bodies. */
  scim(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ScimAnswer>
  createKey(command?: Partial<CreateKey>): Promise<IssuedKey>
  createConnection(
    command?: Partial<CreateConnection>,
  ): Promise<{ readonly connection: Connection; readonly key: string }>
}

/** What answers may hold. Tests say which of it they expect; a member that is missing fails their assertion. */
export type ScimBody = {
  readonly schemas: readonly string[]
  readonly id: string
  readonly externalId: string
  readonly userName: string
  readonly displayName: string
  readonly active: boolean
  readonly type: string
  readonly schema: string
  readonly endpoint: string
  readonly name: string
  readonly meta: { readonly location: string; readonly resourceType: string; readonly version: string }
  readonly status: string
  readonly detail: string
  readonly scimType: string
  readonly totalResults: number
  readonly itemsPerPage: number
  readonly startIndex: number
  readonly Resources: readonly ScimBody[]
  readonly authenticationSchemes: readonly { readonly type: string }[]
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
  readonly error: string
  readonly error_description: string
}

export type ScimAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: ScimBody
}

export type TestProvisioning = TestApplication & {
  createTenant(slug: string): Promise<TestTenant>
  call(): Call
  /** Like `fetch`, with the body read. */
  send(path: string, init?: RequestInit): Promise<ScimAnswer>
}

export async function createTestProvisioning(options: TestApplicationOptions = {}): Promise<TestProvisioning> {
  const application = await createTestApplication(options)
  const { database, clock } = application
  const call = (): Call => ({ actor: 'test', now: clock(), requestId: undefined, rights: 'all' })
  const send = async (path: string, init?: RequestInit): Promise<ScimAnswer> =>
    toAnswer(await application.fetch(path, init))
  const createTenant = async (slug: string): Promise<TestTenant> => {
    const { organization, connection } = await createOrganization(database, call(), { slug })
    const organizationId = organization.id
    const issue = (command: Partial<CreateKey> = {}): Promise<IssuedKey> =>
      createKey(database, call(), { organizationId, command: { scopes: ['scim'], ...command } })
    const { secret: key } = await issue()
    return {
      organization,
      connection,
      key,
      scim: (method, path, body, headers) => send(`/scim/v2${path}`, scimInit(method, { key, body, headers })),
      createKey: issue,
      createConnection: async (command = {}) => {
        const request = { organizationId, command: { type: 'scim', ...command } }
        const made = await createConnection(database, call(), request)
        return { connection: made, key: (await issue({ connectionId: made.id })).secret }
      },
    }
  }
  return { ...application, createTenant, call, send, [Symbol.asyncDispose]: () => application.close() }
}

/** A request as identity providers send it. */
export function scimInit(
  method: string,
  options: {
    readonly key: string
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>> | undefined
  },
): RequestInit {
  const { key, body, headers } = options
  return {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'user-agent': 'test',
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

async function toAnswer(response: Response): Promise<ScimAnswer> {
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  // See ScimBody: what is not there is found out by the assertions.
  const body = (isJson ? JSON.parse(text) : {}) as ScimBody
  return { status: response.status, headers: response.headers, text, body }
}

export function assertScimError(answer: ScimAnswer, status: number): void {
  assert.equal(answer.status, status, answer.text)
  assert.equal(answer.headers.get('content-type'), 'application/scim+json')
  assert.deepEqual(answer.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'])
  assert.equal(answer.body.status, String(status))
}
