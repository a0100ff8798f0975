import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProvisioningRules, TargetProfileInput } from '@rollcall/admin-api'
import { createApplication } from '../../src/application.ts'
import { withLease } from '../../src/db/lease.ts'
import { startProvisioning, watchChanges } from '../../src/jobs.ts'
import { createLoops } from '../../src/jobs/loop.ts'
import { createStirring } from '../../src/jobs/stirring.ts'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { seedUsers } from '../directory/seed.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning } from '../harness/provisioning.ts'
import { createFakeTarget } from './fake-target/fake-target.ts'
import { inProcess } from './fake-target/open-fake.ts'

const waitMs = 90_000
/** On a machine that is busy more would take longer than a statement may. */
const seededAtOnce = 10_000
const gate = { kind: 'rolling', windowMs: 60_000, share: 1, min: 10_000, max: 10_000, holdLapsesMs: 60_000 } as const
const schema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export type RunningEngine = Awaited<ReturnType<typeof createRunningEngine>>

/** The product's own loops by the clock of the machine, between SCIM requests and apps. */
export async function createRunningEngine(
  appCount: number,
  requestsPerSecondMax: number,
  app: {
    readonly rules?: Partial<ProvisioningRules>
    readonly profile?: TargetProfileInput
    /** So long an answer to that method takes. */
    readonly delaysMs?: Readonly<Record<string, number>>
  } = {},
) {
  const server = await createTestProvisioning()
  server.clock.set(new Date())
  const { database } = server
  const { config, encryption } = server.application.parts
  const tenant = await server.createTenant('acme')
  const organizationId = tenant.organization.id
  const fakes = Array.from({ length: appCount }, (_, n) =>
    createFakeTarget({ baseUrl: `https://app${n}.test/scim/v2` }),
  )
  const ways = new Map(fakes.map((fake) => [new URL(fake.baseUrl).host, inProcess(fake)]))
  const outboundConnections = {
    ...createOutboundConnections({ allow: [] }),
    send: async (call: Parameters<ReturnType<typeof inProcess>>[0]) => {
      const way = ways.get(new URL(call.url).host)
      if (way === undefined) throw new Error(`Nobody is at ${call.url}`)
      const delayMs = app.delaysMs?.[`${call.method} ${new URL(call.url).pathname.split('/')[3]}`] ?? 0
      if (delayMs > 0) await sleep(delayMs)
      return way(call)
    },
  }
  for (const [n, fake] of fakes.entries())
    await createTestApp({ database, encryption }, server.call(), {
      organizationId,
      name: `App ${n}`,
      url: fake.baseUrl,
      target: { profile: { readLagMs: 0, requestsPerSecondMax, permitsMax: 8, ...app.profile } },
      credentials: { kind: 'bearer', token: fake.token },
      rules: { assignment: 'everyone', ...app.rules },
      // The gate has tests of its own.
      settings: { overrides: { gate } },
    })
  const application = createApplication({ config, database, encryption, outboundConnections })
  const loops = createLoops({
    logger: silentLogger,
    stirring: createStirring(),
    withLease: (name, work) => withLease(database, name, work),
  })
  watchChanges(application.parts, loops)
  const engine = startProvisioning(application.parts, loops)
  const scim = async (method: string, path: string, body: object): Promise<{ readonly id: string }> => {
    const headers = { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/scim+json' }
    const init = { method, headers, body: JSON.stringify(body) }
    const response = await application.fetch(new Request(`https://rollcall.test/scim/v2${path}`, init))
    assert.ok(response.ok, `${method} ${path}: ${response.status}`)
    return JSON.parse(await response.text())
  }
  return {
    fakes,
    database,
    seed: async (count: number) => {
      const scope = { organizationId, connectionId: tenant.connection.id }
      for (let first = 1; first <= count; first += seededAtOnce)
        await seedUsers(database, scope, { first, count: Math.min(seededAtOnce, count - first + 1) })
    },
    createPerson: async (userName: string) =>
      (await scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })).id,
    createTeam: (displayName: string, members: readonly string[]) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
      return scim('POST', '/Groups', { schemas, displayName, members: members.map((value) => ({ value })) })
    },
    replace: (id: string, path: string, value: unknown) =>
      scim('PATCH', `/Users/${id}`, { schemas: [schema], Operations: [{ op: 'replace', path, value }] }),
    [Symbol.asyncDispose]: async () => {
      await loops.stop()
      await engine.close()
      await application.close()
      await server.close()
    },
  }
}

export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + waitMs; !(await isSo()); await sleep(50))
    assert.ok(performance.now() < deadline, `it takes too long until ${what}`)
}

export async function countOf({ database }: Pick<RunningEngine, 'database'>, what: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>({ text: `select count(*) as count from ${what}` })
  return rows[0]?.count ?? 0
}
