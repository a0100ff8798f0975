import { formatTypeId } from '../../server/src/type-id.ts'
import { createTestApp } from '../../server/test/harness/provisioning-app.ts'
import { startFakeTarget } from '../../server/test/provisioning/fake-target/fake-target.ts'
import { outboundAllow } from '../../server/test/provisioning/fake-target/open-fake.ts'
import { createConsole } from './console-harness.ts'
import { createEngineRounds } from './engine-rounds.ts'

const gate = { kind: 'rolling', windowMs: 60_000, share: 0, min: 2, max: 2, holdLapsesMs: 3_600_000 } as const

export type AppsStage = Awaited<ReturnType<typeof createAppsStage>>

/** The console, an app on a server that is played, and the engine of the product between them. */
export async function createAppsStage() {
  const fake = await startFakeTarget()
  const console = await createConsole({ settings: { ROLLCALL_OUTBOUND_ALLOW: outboundAllow.join(',') } })
  const { application } = console.site
  const { parts } = application.application
  const organizationId = console.tenant.organization.id
  const engine = createEngineRounds(parts, { clock: application.clock, organizationId })
  const app = await createTestApp(parts, application.call(), {
    organizationId,
    name: 'Slack',
    url: fake.baseUrl,
    target: { profile: { readLagMs: 0, requestsPerSecondMax: 1_000, permitsMax: 8 } },
    credentials: { kind: 'bearer', token: fake.token },
    rules: { assignment: 'everyone' },
    settings: { overrides: { gate } },
  })
  return {
    ...console,
    fake,
    appId: formatTypeId('app', app.id),
    idOf: async (userName: string) => {
      const { body } = await console.tenant.scim(
        'GET',
        `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`,
      )
      const { rows } = await parts.database.query<{ id: string }>(
        { text: 'select id from users where organization_id = $1 and scim_id = $2' },
        [organizationId, body.Resources[0]?.id],
      )
      return formatTypeId('usr', rows[0]?.id ?? '')
    },
    /** Hears what changed and sends it, until nothing is left that is due. */
    settle: () => engine.settle(),
    [Symbol.asyncDispose]: async () => {
      await engine.close()
      await console[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}
