import type { Queryable } from '../pool.ts'

const columns = {
  event_streams: 'authorization_sealed',
  transmitters: 'authorization_sealed',
  async_requests: 'body',
} as const

/** Where something of streams, transmitters or waiting requests lies sealed. */
export type SealedPlace = keyof typeof columns

export const sealedPlaces: readonly SealedPlace[] = ['event_streams', 'transmitters', 'async_requests']

export type SealedRow = { readonly organizationId: string; readonly id: string; readonly sealed: string }

/** All of a place, locked until the end of the transaction. Runs over all organizations: it is an act of the operator. */
export async function lockSealedRows(tx: Queryable, place: SealedPlace): Promise<readonly SealedRow[]> {
  const column = columns[place]
  const { rows } = await tx.query<SealedRow>({
    text: `select organization_id as "organizationId", id, ${column} as sealed from ${place}
      where ${column} is not null order by organization_id, id for update`,
  })
  return rows
}

export async function updateSealedRow(tx: Queryable, place: SealedPlace, row: SealedRow): Promise<void> {
  await tx.query({ text: `update ${place} set ${columns[place]} = $3 where organization_id = $1 and id = $2` }, [
    row.organizationId,
    row.id,
    row.sealed,
  ])
}
