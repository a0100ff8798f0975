import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { migrationStatus, readMigrations } from '../db/migrate.ts'
import type { Database } from '../db/pool.ts'
import { lockSealedSecrets } from '../db/queries/sealed-secrets.ts'
import { selectServerState } from '../db/queries/server-state.ts'
import { createEncryption, secretContext } from '../encryption.ts'
import { describeStrandedPasskeys } from '../sign-in/passkeys.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Finding } from './doctor.ts'
import { loadEncryptionKeys } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'

const reachTimeoutMs = 2_000
const skewMsLow = 2_000
const skewMsTooHigh = 30_000

export async function checkDatabase(config: Config, logger: Logger, clock: Clock): Promise<readonly Finding[]> {
  const name = 'database'
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres-location'))) {
    return [{ name, status: 'warning', detail: 'the embedded PostgreSQL was never started; the first start makes it' }]
  }
  try {
    await using instance = await openInstance(config, logger, { reachTimeoutMs })
    return [
      ...(await serverFindings(instance.database, instance.isEmbedded, clock)),
      await attempt('migrations', () => migrationsFinding(instance.database)),
      await attempt('encryption keys', () => encryptionFinding(instance.database, config)),
      ...(config.publicUrl === undefined
        ? []
        : [await attempt('passkeys', () => passkeysFinding(instance.database, config))]),
    ]
  } catch (error) {
    return [{ name, status: 'failed', detail: messageOf(error) }]
  }
}

async function serverFindings(database: Database, isEmbedded: boolean, clock: Clock): Promise<readonly Finding[]> {
  const before = clock().getTime()
  const { version, time } = await selectServerState(database)
  const after = clock().getTime()
  const skewMs = Math.round(time.getTime() - (before + after) / 2)
  const status = Math.abs(skewMs) > skewMsTooHigh ? 'failed' : Math.abs(skewMs) > skewMsLow ? 'warning' : 'ok'
  return [
    { name: 'database', status: 'ok', detail: `PostgreSQL ${version}${isEmbedded ? ', embedded' : ''}` },
    { name: 'clock', status, detail: `the database's clock differs from this machine's by ${skewMs} ms` },
  ]
}

async function attempt(name: string, look: () => Promise<Omit<Finding, 'name'>>): Promise<Finding> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    return { name, status: 'failed', detail: messageOf(error) }
  }
}

async function migrationsFinding(database: Database): Promise<Omit<Finding, 'name'>> {
  const { applied, pending } = await migrationStatus(database, await readMigrations())
  if (pending.length === 0) return { status: 'ok', detail: `${applied.length} applied, none pending` }
  return { status: 'warning', detail: `pending: ${pending.map((migration) => migration.name).join(', ')}` }
}

/** Opens every sealed secret: a lost key shows here before it is needed. */
async function encryptionFinding(database: Database, config: Config): Promise<Omit<Finding, 'name'>> {
  const { keys } = loadEncryptionKeys(config)
  const encryption = createEncryption(keys)
  const secrets = await lockSealedSecrets(database)
  for (const { name, sealed } of secrets) encryption.open(sealed, secretContext(name))
  const stale = secrets.filter(({ sealed }) => !encryption.isCurrent(sealed)).length
  const detail = `${keys.length} in use, ${secrets.length} secrets open`
  if (stale === 0) return { status: 'ok', detail }
  return { status: 'warning', detail: `${detail}, ${stale} sealed with an old key: run "rollcall keys rotate"` }
}

/** A host that changed strands every passkey that was made for the one before. */
async function passkeysFinding(database: Database, { publicUrl }: Config): Promise<Omit<Finding, 'name'>> {
  const [warning] = publicUrl === undefined ? [] : await describeStrandedPasskeys(database, publicUrl.href)
  if (warning === undefined) return { status: 'ok', detail: 'all were made for the public address' }
  return { status: 'warning', detail: warning.replace(/^Warning: /, '') }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
