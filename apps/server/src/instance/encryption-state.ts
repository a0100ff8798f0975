import type { Config } from '../config.ts'
import { selectSealedSecrets } from '../db/queries/sealed-secrets.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'

export type EncryptionState = {
  readonly source: 'environment' | 'file'
  readonly keys: readonly {
    readonly id: string
    readonly isCurrent: boolean
    readonly secrets: number
    readonly since: Date | null
  }[]
  readonly unknown: number
}

/** Which keys this process has, and what each has sealed. */
export async function readEncryptionState(
  database: Queryable,
  { encryption, config }: { readonly encryption: Encryption; readonly config: Config },
): Promise<EncryptionState> {
  const secrets = (await selectSealedSecrets(database)).map(({ sealed, at }) => ({
    id: encryption.keyIdOf(sealed),
    at,
  }))
  return {
    source: config.encryptionKeys.length > 0 ? 'environment' : 'file',
    keys: encryption.keyIds.map((id, index) => {
      const own = secrets.filter((secret) => secret.id === id).map(({ at }) => at.getTime())
      const since = own.length === 0 ? null : new Date(Math.min(...own))
      return { id, isCurrent: index === 0, secrets: own.length, since }
    }),
    unknown: secrets.filter(({ id }) => !encryption.keyIds.includes(id)).length,
  }
}
