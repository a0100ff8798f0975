import type { Clock } from './clock.ts'
import type { Database } from './db/pool.ts'
import { lockSealedSecrets, updateSealedSecret } from './db/queries/sealed-secrets.ts'
import { transaction } from './db/transaction.ts'
import { secretContext, type Encryption } from './encryption.ts'
import { resealSignals } from './events/reseal-signals.ts'
import { resealOneTimeCodes } from './sign-in/one-time-codes.ts'
import { resealProviders } from './sign-in/reseal-providers.ts'

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
