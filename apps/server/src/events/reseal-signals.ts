import { lockSealedRows, sealedPlaces, updateSealedRow } from '../db/queries/signal-secrets.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'

/** Seals anew what another key than the first had sealed: headers of streams and transmitters, requests that wait. */
export async function resealSignals(tx: Queryable, encryption: Encryption): Promise<number> {
  let count = 0
  for (const place of sealedPlaces)
    for (const row of await lockSealedRows(tx, place)) {
      if (encryption.isCurrent(row.sealed)) continue
      const context = `${place}/${row.organizationId}/${row.id}`
      const sealed = encryption.seal(encryption.open(row.sealed, context), context)
      await updateSealedRow(tx, place, { ...row, sealed })
      count++
    }
  return count
}
