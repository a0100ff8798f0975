import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { migrationStatus, readMigrations } from '../db/migrate.ts'
import type { Database } from '../db/pool.ts'
import { selectSealedSecrets } from '../db/queries/sealed-secrets.ts'
import { selectServerState } from '../db/queries/server-state.ts'
import { secretContext, type Encryption } from '../encryption.ts'
import { describeStrandedPasskeys } from '../sign-in/passkeys.ts'
import { attempt, type Finding } from './finding.ts'

const skewMsLow = 2_000
const skewMsTooHigh = 30_000

type DatabaseParts = {
  readonly database: Database
  readonly config: Config
  readonly clock: Clock
  readonly encryption: Encryption
}

/** Everything that is asked of a database that answers. */
export async function checkDatabase(parts: DatabaseParts): Promise<readonly Finding[]> {
  const { database, config } = parts
  return [
    ...(await serverFindings(parts)),
    await attempt({ check: 'migrations', name: 'migrations' }, () => migrationsFinding(database)),
    await attempt({ check: 'encryption', name: 'encryption keys' }, () => encryptionFinding(parts)),
    ...(config.publicUrl === undefined
      ? []
      : [await attempt({ check: 'passkeys', name: 'passkeys' }, () => passkeysFinding(database, config))]),
  ]
}

async function serverFindings({ database, config, clock }: DatabaseParts): Promise<readonly Finding[]> {
  const before = clock().getTime()
  const { version, time } = await selectServerState(database)
  const after = clock().getTime()
  const isEmbedded = config.databaseUrl === undefined
  const skewMs = Math.round(time.getTime() - (before + after) / 2)
  const status = Math.abs(skewMs) > skewMsTooHigh ? 'failed' : Math.abs(skewMs) > skewMsLow ? 'warning' : 'ok'
  return [
    {
      check: 'database',
      name: 'database',
      status: 'ok',
      detail: `PostgreSQL ${version}${isEmbedded ? ', embedded' : ''}`,
      facts: { version, isEmbedded },
    },
    {
      check: 'clock',
      name: 'clock',
      status,
      detail: `the database's clock differs from this machine's by ${skewMs} ms`,
      facts: { skewMs },
    },
  ]
}

async function migrationsFinding(database: Database): Promise<Finding> {
  const { applied, pending } = await migrationStatus(database, await readMigrations())
  const names = pending.map(({ name }) => name).join(', ')
  return {
    check: 'migrations',
    name: 'migrations',
    status: pending.length === 0 ? 'ok' : 'warning',
    detail: pending.length === 0 ? `${applied.length} applied, none pending` : `pending: ${names}`,
    facts: { applied: applied.length, pending: pending.length, names },
  }
}

/** Opens every sealed secret: a lost key shows here before it is needed. */
async function encryptionFinding({ database, encryption }: DatabaseParts): Promise<Finding> {
  const secrets = await selectSealedSecrets(database)
  for (const { name, sealed } of secrets) encryption.open(sealed, secretContext(name))
  const stale = secrets.filter(({ sealed }) => !encryption.isCurrent(sealed)).length
  const keys = encryption.keyIds.length
  const detail = `${keys} in use, ${secrets.length} secrets open`
  return {
    check: 'encryption',
    name: 'encryption keys',
    status: stale === 0 ? 'ok' : 'warning',
    detail: stale === 0 ? detail : `${detail}, ${stale} sealed with an old key: run "rollcall keys rotate"`,
    facts: { keys, secrets: secrets.length, stale },
  }
}

/** A host that changed strands every passkey that was made for the one before. */
async function passkeysFinding(database: Database, { publicUrl }: Config): Promise<Finding> {
  const [warning] = publicUrl === undefined ? [] : await describeStrandedPasskeys(database, publicUrl.href)
  return {
    check: 'passkeys',
    name: 'passkeys',
    status: warning === undefined ? 'ok' : 'warning',
    detail: warning?.replace(/^Warning: /, '') ?? 'all were made for the public address',
    facts: {},
  }
}
