import { randomBytes } from 'node:crypto'
import type { Call } from '../../src/access/call.ts'
import { createConnection } from '../../src/access/connections.ts'
import { createKey } from '../../src/access/keys.ts'
import { createOrganization } from '../../src/access/organizations.ts'
import { listen } from '../../src/http/server.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { createTestApplication } from '../harness/application.ts'
import type { TargetFactory } from './play.ts'

/** The product on PostgreSQL, behind a real socket; every sequence gets an organization of its own. */
export async function startServer(): Promise<TargetFactory> {
  const application = await createTestApplication()
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 60_000,
    bodyBytesMax: 16_777_216,
    logger: silentLogger,
    fetch: (request, connection) => application.application.fetch(request, connection),
    answer: (request, connection) => application.application.answer(request, connection),
  })
  return {
    async open(style) {
      const { database, clock } = application
      const call: Call = { actor: 'system', now: clock(), requestId: undefined, rights: 'all' }
      const slug = `t-${randomBytes(6).toString('hex')}`
      const { organization } = await createOrganization(database, call, { slug })
      const organizationId = organization.id
      const connection = await createConnection(database, call, { organizationId, command: { type: 'scim', style } })
      const command = { scopes: ['scim'], connectionId: connection.id, serviceAccount: 'identity provider' }
      const { secret } = await createKey(database, call, { organizationId, command })
      return {
        baseUrl: `http://127.0.0.1:${listener.port}/o/${slug}/scim/v2`,
        token: secret,
        fetch: (request) => fetch(request),
        async [Symbol.asyncDispose]() {},
      }
    },
    async [Symbol.asyncDispose]() {
      await listener.stop(0)
      await application.close()
    },
  }
}
