import { systemClock, type Clock } from '../clock.ts'
import type { LoadedConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import type { Database } from '../db/pool.ts'
import { lockSealedSecrets, updateSealedSecret } from '../db/queries/sealed-secrets.ts'
import { transaction } from '../db/transaction.ts'
import { createEncryption, secretContext, type Encryption } from '../encryption.ts'
import { OperatorError } from '../operator-error.ts'
import { resealOneTimeCodes } from '../sign-in/one-time-codes.ts'
import { resealProviders } from '../sign-in/reseal-providers.ts'
import { resealSignals } from '../events/reseal-signals.ts'
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

/** Seals what another key than the first had sealed; in one transaction, so that a missing key changes nothing. */
export async function rotateSecrets(database: Database, encryption: Encryption, clock: Clock): Promise<number> {
  return transaction(database, async (tx) => {
    const stale = (await lockSealedSecrets(tx)).filter(({ sealed }) => !encryption.isCurrent(sealed))
    for (const { name, sealed } of stale) {
      const context = secretContext(name)
      const plaintext = encryption.open(sealed, context)
      await updateSealedSecret(tx, { name, sealed: encryption.seal(plaintext, context), at: clock() })
    }
    return (
      stale.length +
      (await resealOneTimeCodes(tx, encryption)) +
      (await resealProviders(tx, encryption)) +
      (await resealSignals(tx, encryption))
    )
  })
}
