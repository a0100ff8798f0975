import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provisioningRules } from '@rollcall/admin-api'
import type { Call } from '../../apps/server/src/access/call.ts'
import { createOrganization } from '../../apps/server/src/access/organizations.ts'
import { migrate } from '../../apps/server/src/db/migrate.ts'
import { openDatabase, type Database } from '../../apps/server/src/db/pool.ts'
import { startEmbeddedPostgres } from '../../apps/server/src/embedded-postgres/start.ts'
import { createEncryption, type Encryption, generateEncryptionKey } from '../../apps/server/src/encryption.ts'
import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
import { createApp } from '../../apps/server/src/provisioning/apps/manage-apps.ts'
import { publishRules, saveRules } from '../../apps/server/src/provisioning/apps/rules-revisions.ts'
import { createEngine, type Engine } from '../../apps/server/src/provisioning/engine.ts'
import { createRulesCache, type RulesCache } from '../../apps/server/src/provisioning/find-rules.ts'
import { presetRules } from '../../apps/server/src/provisioning/presets/presets.ts'
import { generic } from '../../apps/server/src/provisioning/presets/generic.ts'
import type { EngineParts } from '../../apps/server/src/provisioning/engine.ts'
import { seedPeople } from './seed.ts'

/** A database of its own, and the engine in this process: nothing else works beside it. */
export type EngineSite = AsyncDisposable & {
  readonly database: Database
  readonly databaseUrl: string
  readonly encryption: Encryption
  readonly encryptionKey: string
  readonly rules: RulesCache
  readonly clock: () => Date
  readonly call: () => Call
  /** An organization with so many people. */
  newOrganization(slug: string, people: number): Promise<string>
  /** An app for everybody of it, with the rules of the preset for any SCIM server. */
  newApp(organizationId: string, name: string, baseUrl: string): Promise<AppName>
  /** The next revision of its rules: a cycle over everybody. */
  reviseRules(app: AppName): Promise<void>
  openEngine(openTarget: EngineParts['openTarget']): Engine
}

const clock = (): Date => new Date()
const call = (): Call => ({ actor: 'bench', now: clock(), requestId: undefined, rights: 'all' })
const everybody = provisioningRules.parse({ ...presetRules(generic), assignment: 'everyone' })
/** The pace is not what is measured: requests are sent as fast as they go. */
const rateMax = 100_000
export const permitsMax = 32

export async function openEngineSite(): Promise<EngineSite> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-bench-engine-'))
  const postgres = await startEmbeddedPostgres({ dataDir })
  const database = openDatabase({ url: postgres.url, poolMax: 16, statementTimeoutMs: 1_800_000 })
  await migrate(database, { mode: 'auto', clock })
  const encryptionKey = generateEncryptionKey()
  const encryption = createEncryption([encryptionKey])
  const rules = createRulesCache()
  let revisions = 0
  return {
    database,
    databaseUrl: postgres.url,
    encryption,
    encryptionKey,
    rules,
    clock,
    call,
    newOrganization: async (slug, people) => {
      const { organization } = await createOrganization(database, call(), { slug })
      await seedPeople(database, { organizationId: organization.id, people })
      await database.query({ text: 'vacuum analyze' })
      return organization.id
    },
    newApp: async (organizationId, name, baseUrl) => {
      const target = { kind: 'scim', baseUrl, profile: { requestsPerSecondMax: rateMax, permitsMax } } as const
      const command = { name, target, credentials: { kind: 'bearer', token: 'bench-token' } as const }
      const { id: appId, draftRevision } = await createApp({ database, encryption }, call(), {
        organizationId,
        command,
        rules: everybody,
      })
      await database.query(
        { text: `insert into app_pace (organization_id, app_id, rate, changed_at) values ($1, $2, $3, now())` },
        [organizationId, appId, rateMax],
      )
      await publishRules(database, call(), { organizationId, appId, revision: draftRevision ?? 1 })
      return { organizationId, appId }
    },
    reviseRules: async (app) => {
      const document = { ...everybody, tables: { revision: { number: ++revisions } } }
      const { revision } = await saveRules(database, call(), { ...app, document })
      await publishRules(database, call(), { ...app, revision })
    },
    openEngine: (openTarget) => openBenchEngine({ database, encryptionKey, rules, openTarget }),
    [Symbol.asyncDispose]: async () => {
      await database.close()
      await postgres.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The engine alone, over a database that is there already: also for processes beside this one. */
export function openBenchEngine({
  database,
  encryptionKey,
  rules = createRulesCache(),
  openTarget,
}: {
  readonly database: Database
  readonly encryptionKey: string
  readonly rules?: RulesCache
  readonly openTarget: EngineParts['openTarget']
}): Engine {
  return createEngine({
    database,
    clock,
    encryption: createEncryption([encryptionKey]),
    rules,
    owner: `bench ${process.pid}`,
    openTarget,
    onFault: (error) => console.error(error),
  })
}
