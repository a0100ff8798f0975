import { selectConnectionKeyIds } from '../db/queries/connection-keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { getConnection } from './connections.ts'
import { revokeKey, rotateKey, type IssuedKey, type Key } from './keys.ts'

/** More keys than this speak for no connection. */
export const connectionKeysMax = 100

type OfConnection = { readonly organizationId: string; readonly connectionId: string }

/** Live keys that speak for the connection. */
export function listConnectionKeys(database: Queryable, at: OfConnection, now: Date): Promise<readonly string[]> {
  return selectConnectionKeyIds(database, { ...at, now, rowsMax: connectionKeysMax, isRotatable: false })
}

/**
 * A successor for every live key of the connection that has none yet; the former ones live on for `overlapSeconds`.
 * Throws `connectionNotFound`, `noLiveKey`, `invalidOverlap`.
 */
export async function rotateConnectionKeys(
  database: Database,
  call: Call,
  request: OfConnection & { readonly overlapSeconds: number },
): Promise<readonly (IssuedKey & { readonly previous: Key })[]> {
  const { organizationId, overlapSeconds } = request
  const connection = await getConnection(database, organizationId, request.connectionId)
  const bounds = { now: call.now, rowsMax: connectionKeysMax, isRotatable: true }
  const ids = await selectConnectionKeyIds(database, { ...request, ...bounds })
  if (ids.length === 0)
    throw new AccessError('noLiveKey', `The connection "${connection.name}" has no live key: make one for it`)
  const rotated = []
  for (const keyId of ids) rotated.push(await rotateKey(database, call, { organizationId, keyId, overlapSeconds }))
  return rotated
}

/** Ends every key of the connection for good; says how many there were. */
export async function revokeConnectionKeys(database: Database, call: Call, at: OfConnection): Promise<number> {
  const ids = await listConnectionKeys(database, at, call.now)
  for (const keyId of ids) await revokeKey(database, call, { organizationId: at.organizationId, keyId })
  return ids.length
}
