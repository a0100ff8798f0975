import { selectConnectionKeyIds } from '../db/queries/connection-keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { getConnection } from './connections.ts'
import { revokeKeyIn, rotateKeyIn, type RotatedKey } from './keys.ts'

/** So many keys of a connection are listed and rotated at once. */
export const connectionKeysMax = 100

type OfConnection = { readonly organizationId: string; readonly connectionId: string }

/** Live keys that speak for the connection. */
export function listConnectionKeys(database: Queryable, at: OfConnection, now: Date): Promise<readonly string[]> {
  return selectConnectionKeyIds(database, { ...at, now, rowsMax: connectionKeysMax, isRotatable: false })
}

/**
 * A successor for every live key of the connection that has none yet, or for none of them; the former ones live on for
 * `overlapSeconds`. Throws `connectionNotFound`, `noLiveKey`, `invalidOverlap`, `beyondRights`.
 */
export async function rotateConnectionKeys(
  database: Database,
  call: Call,
  request: OfConnection & { readonly overlapSeconds: number },
): Promise<readonly RotatedKey[]> {
  const { organizationId, overlapSeconds } = request
  return transaction(database, async (tx) => {
    const connection = await getConnection(tx, organizationId, request.connectionId)
    const bounds = { now: call.now, rowsMax: connectionKeysMax, isRotatable: true }
    const ids = await selectConnectionKeyIds(tx, { ...request, ...bounds })
    if (ids.length === 0)
      throw new AccessError('noLiveKey', `The connection "${connection.name}" has no live key: make one for it`)
    const rotated = []
    for (const keyId of ids) rotated.push(await rotateKeyIn(tx, call, { organizationId, keyId, overlapSeconds }))
    return rotated
  })
}

/** Ends every key of the connection for good. */
export async function revokeConnectionKeys(tx: Transaction, call: Call, at: OfConnection): Promise<void> {
  for (;;) {
    const ids = await listConnectionKeys(tx, at, call.now)
    if (ids.length === 0) return
    for (const keyId of ids) await revokeKeyIn(tx, call, { organizationId: at.organizationId, keyId })
  }
}
