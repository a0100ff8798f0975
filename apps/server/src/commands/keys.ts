import { systemClock } from '../clock.ts'
import type { LoadedConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { createEncryption } from '../encryption.ts'
import { OperatorError } from '../operator-error.ts'
import { rotateSecrets } from '../rotate-secrets.ts'
import type { Logger } from '../telemetry/logger.ts'
import { print } from './console-output.ts'
import { loadEncryptionKeys, prependGeneratedKey } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'

/** `rollcall keys rotate [--generate]`: seals every secret anew with the first key, so that the others can be dropped. */
export async function runKeys(loaded: LoadedConfig, logger: Logger): Promise<void> {
  if (loaded.arguments.words[1] !== 'rotate') {
    throw new OperatorError('Usage: rollcall keys rotate [--generate]', { exitCode: 2 })
  }
  const { config } = loaded
  const { keys, file } = loadEncryptionKeys(config)
  const shallGenerate = loaded.arguments.switches.has('generate')
  if (shallGenerate && file === undefined) {
    throw new OperatorError('The keys come from ROLLCALL_ENCRYPTION_KEYS: put a new one in front there, then rotate.')
  }
  await using instance = await openInstance(config, logger)
  await migrate(instance.database, { mode: config.migrate, clock: systemClock })
  const current = shallGenerate && file !== undefined ? prependGeneratedKey(file, keys) : keys
  const count = await rotateSecrets(instance.database, createEncryption(current), systemClock)
  print(`${count} secret${count === 1 ? '' : 's'} sealed anew with the first of ${current.length} keys`)
  if (current.length > 1) print('Running servers must be restarted with the new list before the old keys are dropped.')
}
