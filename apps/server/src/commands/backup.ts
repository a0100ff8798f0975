import { existsSync } from 'node:fs'
import { restoreBackup, verifyBackup } from '../backup/restore-backup.ts'
import type { BackupSecret } from '../backup/container.ts'
import { writeBackup } from '../backup/write-backup.ts'
import { systemClock } from '../clock.ts'
import type { Config, LoadedConfig } from '../config.ts'
import { OperatorError } from '../operator-error.ts'
import { readBuild } from '../telemetry/build.ts'
import type { Logger } from '../telemetry/logger.ts'
import { print, printError } from './console-output.ts'
import { loadEncryptionKeys } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'

/** `rollcall backup FILE`: all tables in one sealed file, while servers run. */
export async function runBackup({ config, arguments: parsed }: LoadedConfig, logger: Logger): Promise<void> {
  const file = fileOf(parsed.words, 'Usage: rollcall backup FILE')
  if (existsSync(file)) throw new OperatorError(`${file} is there already: choose another name`)
  const { secret, reminder } = toSecret(config)
  await using instance = await openInstance(config, logger)
  const totals = await writeBackup(instance.database, {
    file,
    secret,
    clock: systemClock,
    version: readBuild().version,
  })
  const answer = { file, ...totals }
  print(
    parsed.switches.has('json')
      ? JSON.stringify(answer)
      : `${file}: ${totals.rows} rows of ${totals.tables} tables, ${totals.bytes} bytes`,
  )
  printError(reminder)
}

/** `rollcall restore FILE [--verify | --force]`: into an empty database of the same or a newer version. */
export async function runRestore({ config, arguments: parsed }: LoadedConfig, logger: Logger): Promise<void> {
  const file = fileOf(parsed.words, 'Usage: rollcall restore FILE [--verify] [--force]')
  if (!existsSync(file)) throw new OperatorError(`${file} is not there`)
  const { secret } = toSecret(config)
  const isVerifying = parsed.switches.has('verify')
  const { header, tables, rows } = isVerifying
    ? await verifyBackup({ file, secret })
    : await restoreInto(config, logger, { file, secret, force: parsed.switches.has('force') })
  const answer = { file, tables, rows, createdAt: header.createdAt, version: header.version, restored: !isVerifying }
  const what = isVerifying ? 'is whole' : 'is restored'
  print(
    parsed.switches.has('json')
      ? JSON.stringify(answer)
      : `${file} of ${header.createdAt} ${what}: ${rows} rows of ${tables} tables`,
  )
}

async function restoreInto(
  config: Config,
  logger: Logger,
  options: { readonly file: string; readonly secret: BackupSecret; readonly force: boolean },
) {
  await using instance = await openInstance(config, logger)
  // Awaited here: the instance is closed when this function returns.
  return await restoreBackup(instance.database, { ...options, clock: systemClock })
}

function fileOf(words: readonly string[], usage: string): string {
  const [, file, ...rest] = words
  if (file === undefined || rest.length > 0) throw new OperatorError(usage, { exitCode: 2 })
  return file
}

/** A passphrase, else the encryption keys; either way what opens sealed secrets later is not in the backup. */
function toSecret(config: Config): { readonly secret: BackupSecret; readonly reminder: string } {
  const { keys, file } = loadEncryptionKeys(config)
  const place = file ?? 'ROLLCALL_ENCRYPTION_KEYS'
  const { backupPassphrase: passphrase } = config
  if (passphrase !== undefined)
    return {
      secret: { kind: 'passphrase', passphrase },
      reminder: `Keep the encryption keys (${place}) apart from the backup: without them its sealed secrets stay closed.`,
    }
  return {
    secret: { kind: 'encryptionKeys', keys },
    reminder: `Sealed with the encryption keys (${place}). Keep them apart from the backup: without them it does not open.`,
  }
}
