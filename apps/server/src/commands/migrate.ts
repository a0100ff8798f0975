import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { toExecuteSql } from '../db/execute-sql.ts'
import { migrate } from '../db/migrate.ts'
import { migrateScheduler } from '../jobs/scheduler.ts'
import type { Logger } from '../telemetry/logger.ts'
import { print } from './console-output.ts'
import { openInstance } from './open-instance.ts'

/** `rollcall migrate` applies what is pending, whatever ROLLCALL_MIGRATE says about the start of servers. */
export async function runMigrate(config: Config, logger: Logger): Promise<void> {
  await using instance = await openInstance(config, logger)
  const applied = await migrate(instance.database, { mode: 'auto', clock: systemClock })
  await migrateScheduler({ executeSql: toExecuteSql(instance.database) })
  print(applied.length === 0 ? 'The database is up to date' : `Applied ${applied.join(', ')}`)
}
