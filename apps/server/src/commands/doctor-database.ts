import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { createEncryption } from '../encryption.ts'
import { checkDatabase } from '../instance/check-database.ts'
import type { Finding } from '../instance/finding.ts'
import type { Logger } from '../telemetry/logger.ts'
import { loadEncryptionKeys } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'

const reachTimeoutMs = 2_000
const about = { check: 'database', name: 'database', facts: {} } as const

/** Opens the database as a server would, and asks it what is asked of one that answers. */
export async function openAndCheck(config: Config, logger: Logger, clock: Clock): Promise<readonly Finding[]> {
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres-location'))) {
    const detail = 'the embedded PostgreSQL was never started; the first start makes it'
    return [{ ...about, status: 'warning', detail }]
  }
  try {
    await using instance = await openInstance(config, logger, { reachTimeoutMs })
    const encryption = createEncryption(loadEncryptionKeys(config).keys)
    return await checkDatabase({ database: instance.database, config, clock, encryption })
  } catch (error) {
    return [{ ...about, status: 'failed', detail: error instanceof Error ? error.message : String(error) }]
  }
}
