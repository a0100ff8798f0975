import { lockProviderSecrets, updateProviderSecrets } from '../db/queries/identity-providers.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'
import { contextOf } from './saml/own-keys.ts'

/** Seals secrets of identity providers anew that another key than the first had sealed; how many there were. */
export async function resealProviders(tx: Queryable, encryption: Encryption): Promise<number> {
  const stale = (await lockProviderSecrets(tx)).filter(({ secrets }) => !encryption.isCurrent(secrets))
  for (const row of stale) {
    const context = contextOf(row)
    await updateProviderSecrets(tx, {
      ...row,
      secrets: encryption.seal(encryption.open(row.secrets, context), context),
    })
  }
  return stale.length
}
