import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose'
import { formatTypeId } from '@rollcall/admin-api'
import { createAsyncRequests } from '../../src/async-requests.ts'
import { consumeOutbox } from '../../src/events/outbox.ts'
import { pushTokens } from '../../src/events/send-tokens.ts'
import { securityEventConsumer } from '../../src/events/stream-tokens.ts'
import { createTokenSigner } from '../../src/events/token-signer.ts'
import { createOutboundFetch } from '../../src/outbound-fetch.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

const certificates = new URL('../ground/certificates/', import.meta.url)
const tls = {
  key: readFileSync(new URL('first.key.pem', certificates), 'utf8'),
  cert: readFileSync(new URL('first.cert.pem', certificates), 'utf8'),
}

/** The product with a way out to receivers on this machine. */
export function createSignalServer(): Promise<TestProvisioning> {
  return createTestProvisioning({
    outboundFetch: createOutboundFetch({ allow: ['127.0.0.0/8', '::1/128'], ca: tls.cert }),
  })
}

export type Delivery = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A receiver that listens; it answers what `answer` says. */
export async function startReceiver(answer: (delivery: Delivery) => { status: number; body?: string }) {
  const deliveries: Delivery[] = []
  const server = createServer(tls, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const delivery = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') }
      deliveries.push(delivery)
      const { status, body } = answer(delivery)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has an address object.
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url, deliveries, close }
}

/** What the work loop does about events within a second. */
export async function workOff({ application, database }: TestProvisioning): Promise<void> {
  const signal = new AbortController().signal
  const worker = createAsyncRequests(application.parts)
  await worker.workOff(signal)
  await worker.close()
  await consumeOutbox(database, securityEventConsumer)
  await pushTokens({ ...application.parts, signer: createTokenSigner(application.parts) }, signal)
}

/** A receiver's own calls to the stream API of an organization. */
export async function createReceiver(server: TestProvisioning, tenant: TestTenant, scopes = ['signals:receive']) {
  const { secret: key } = await tenant.createKey({ scopes })
  const base = `/ssf/${formatTypeId('org', tenant.organization.id)}`
  const send = async (method: string, path: string, body?: unknown, as = key) => {
    const response = await server.fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${as}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    // Tests look into answers freely.
    const json: any = text === '' ? undefined : JSON.parse(text) // oxlint-disable-line typescript/no-explicit-any -- see above
    return { status: response.status, headers: response.headers, body: json }
  }
  const verify = async (token: string, audience: string): Promise<JWTPayload> => {
    const keys = (await send('GET', '/jwks.json')).body
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      issuer: `https://rollcall.test${base}`,
      audience,
      typ: 'secevent+jwt',
      currentDate: server.clock(),
    })
    assert.equal(payload.sub, undefined)
    assert.equal(payload.exp, undefined)
    return payload
  }
  /** All that waits, acknowledged. */
  const take = async (streamId: string): Promise<readonly JWTPayload[]> => {
    const { body } = await send('POST', `/poll/${streamId}`, { returnImmediately: true })
    const claims = []
    for (const [jti, token] of Object.entries<string>(body.sets)) {
      const payload = await verify(token, streamId)
      assert.equal(payload.jti, jti)
      claims.push(payload)
    }
    await send('POST', `/poll/${streamId}`, { returnImmediately: true, maxEvents: 0, ack: Object.keys(body.sets) })
    return claims
  }
  return { key, base, send, verify, take }
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into payloads freely
export function eventsOf(claims: JWTPayload): Readonly<Record<string, any>> {
  return claims['events'] as Readonly<Record<string, unknown>>
}

export function userOf(userName: string, more: object = {}): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, ...more }
}

export function patchOf(...Operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}
